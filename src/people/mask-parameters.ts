import type { ParameterValues } from "../runs/parameters.ts";

/** What stands in the place of a value that is not said. */
const MASK = "•••";

/** Values of parameters as the audit may say them. NULL is a value too. */
export function maskParameters(values: ParameterValues, masked: readonly string[]): ParameterValues {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, masked.includes(name) ? MASK : value]),
  );
}
