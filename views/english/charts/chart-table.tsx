import type { Child } from "hono/jsx";

export const words = {
  theChartAsA: "The chart as a table",
  none: "none",
  theFirstOf: (mostRows: Child, count: Child) => (
    <>
      The first {mostRows} of {count}.
    </>
  ),
};
