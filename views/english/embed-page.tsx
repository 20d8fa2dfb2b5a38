import type { PinnedResult } from "../../src/clips/share-access.ts";
import type { ResultEnd, ResultHead } from "../../src/results/result.ts";
import { countOf, formatTime } from "./formats.ts";

export const words = {
  open: "Open in Dataclips",
  cutShort: "Cut short: the query has more rows than may be kept.",
  /** How many rows are shown, where it is not all; the time that was asked for; and what it is pinned to. */
  facts: (
    { startedAt }: ResultHead,
    { rowCount }: ResultEnd,
    shown: number | null,
    asOf: Date | null,
    pinned: PinnedResult | null,
  ) => (
    <>
      {countOf(rowCount, "row")}
      {shown !== null && ` (the first ${shown} here)`} · {asOf !== null && `as of ${formatTime(asOf)}: `}
      {pinned !== null && `result ${pinned.number}, which does not change: `}
      <time datetime={startedAt.toISOString()}>{formatTime(startedAt)}</time>
    </>
  ),
};
