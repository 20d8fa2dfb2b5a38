import { countOf, formatTime } from "./formats.ts";

export const words = {
  asOf: (when: Date) => `As of ${formatTime(when)}.`,
  size: (rows: number, when: Date) => `${countOf(rows, "row")} · ${formatTime(when)}`,
  pinned: (result: number, values: readonly string[]) =>
    `Result ${result}, which does not change.${values.length > 0 ? ` With ${values.join(", ")}.` : ""}`,
};
