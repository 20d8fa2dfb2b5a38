import type { ParameterValues } from "../../src/runs/parameters.ts";
import { formatTime } from "./formats.ts";

export const words = {
  signed: "signed by an application",
  expires: (when: Date, isOver: boolean) => `${isOver ? "expired on" : "until"} ${formatTime(when)}`,
  password: "with a password",
  locked: (values: ParameterValues) =>
    `locked: ${Object.entries(values)
      .map(([name, value]) => `${name} = ${value ?? "NULL"}`)
      .join(", ")}`,
  open: (parameters: readonly string[]) => `open: ${parameters.join(", ") || "none"}`,
  origins: (origins: readonly string[]) => `origins: ${origins.join(", ") || "none"}`,
  requestsPerMinute: (requests: number) => `${requests} a minute`,
};
