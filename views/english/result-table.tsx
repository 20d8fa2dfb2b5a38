import type { ResultEnd, ResultHead } from "../../src/results/result.ts";
import { countOf, formatTime } from "./formats.ts";

export const words = {
  result: "Result",
  noRows: "No rows.",
  cutShort: (rows: number) =>
    `This result is cut short: the query has more rows than may be kept. It ends after ${countOf(rows, "row")}.`,
  facts: ({ database, follower, startedAt }: ResultHead, { rowCount, durationMs }: ResultEnd, shown: number) => (
    <>
      {countOf(rowCount, "row")}
      {shown < rowCount && <span class="shown"> (the first {shown} are shown)</span>} · {durationMs} ms · on{" "}
      {follower.name} of {database}
      {follower.lagSeconds !== null && `, ${follower.lagSeconds} s behind`} ·{" "}
      <time datetime={startedAt.toISOString()}>{formatTime(startedAt)}</time>
    </>
  ),
};
