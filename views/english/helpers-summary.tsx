import type { Child } from "hono/jsx";

export const words = {
  noneAreInstalledThe: "None are installed: the server has neither PL/V8 nor PL/JS, in which they are written.",
  noneAreInstalledFunctions:
    "None are installed: functions for reports that clips can call, such as sparklines and cohorts.",
  ofAreInstalledAnd: (current: string | number, count: string | number) =>
    `${current} of ${count} are installed and current.`,
  helperFunctions: "Helper functions",
  notAsThisRelease: (others: Child) => <>Not as this release has them: {others}.</>,
};
