import type { HelperStatus } from "../../src/helpers/helpers-status.ts";

export const words = {
  none: (hasEngine: boolean) =>
    hasEngine
      ? "None are installed: functions for reports that clips can call, such as sparklines and cohorts."
      : "None are installed: the server has neither PL/V8 nor PL/JS, in which they are written.",
  current: (current: number, all: number) => `${current} of ${all} are installed and current.`,
  helpers: "Helper functions",
  notCurrent: (helpers: readonly HelperStatus[]) =>
    `Not as this release has them: ${helpers.map(({ name, state }) => `${name} (${state.replaceAll("_", " ")})`).join(", ")}.`,
};
