import type { Child } from "hono/jsx";

export const words = {
  result: "Result",
  noRows: "No rows.",
  thisResultIsCut: (rows: Child) => (
    <>This result is cut short: the query has more rows than may be kept. It ends after {rows}.</>
  ),
  theFirstAreShown: (shown: Child) => <>(the first {shown} are shown)</>,
  sBehind: (lagSeconds: string | number) => `, ${lagSeconds} s behind`,
  msOnOf: (
    durationMs: Child,
    name: Child,
    database: Child,
    lagSeconds: Child,
    startedAt: string,
    startedAt2: Child,
  ) => (
    <>
      · {durationMs} ms · on {name} of {database}
      {lagSeconds} · <time datetime={startedAt}>{startedAt2}</time>
    </>
  ),
};
