import type { Child } from "hono/jsx";

export const words = {
  openInDataclips: "Open in Dataclips",
  cutShortTheQuery: "Cut short: the query has more rows than may be kept.",
  theFirstHere: (count: string | number) => ` (the first ${count} here)`,
  asOf: (asOf: string | number) => `as of ${asOf}: `,
  resultWhichDoesNot: (number: string | number) => `result ${number}, which does not change: `,
  rows: (rows: Child, shown: Child, asOf: Child, pinned: Child, iso: string, startedAt: Child) => (
    <>
      {rows}
      {shown} · {asOf}
      {pinned}
      <time datetime={iso}>{startedAt}</time>
    </>
  ),
};
