import { createHash } from "node:crypto";
import { AppError } from "../errors.ts";
import type { Template } from "./template.ts";

/** Values of a clip's parameters by name, as text for PostgreSQL; null is NULL. */
export type ParameterValues = Readonly<Record<string, string | null>>;

/**
 * The value of every parameter of a template: the one given, else its default.
 * @throws AppError invalid_parameter for a parameter without a value, and for a value without a parameter
 */
export function fillParameters(template: Template, given: ParameterValues): ParameterValues {
  const known = template.parameters.map((parameter) => parameter.name);
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    throw new AppError("invalid_parameter", `This clip has no parameter ${JSON.stringify(name)}.`, {
      hint: known.length === 0 ? "It has none at all." : `Its parameters are: ${known.join(", ")}.`,
    });
  }
  return Object.fromEntries(
    template.parameters.map(({ name, default: fallback }) => {
      const value = Object.hasOwn(given, name) ? given[name] : fallback;
      if (value !== null && value !== undefined) return [name, checkText(name, value)];
      if (Object.hasOwn(given, name)) return [name, null];
      throw new AppError("invalid_parameter", `The parameter ${JSON.stringify(name)} has no value.`, {
        hint: `Give it one, such as ?${name}=…, or write a default into the SQL: {{${name}:…}}.`,
      });
    }),
  );
}

/** An index of PostgreSQL's takes 2,704 bytes of a row (a third of a page). */
const LONGEST_KEY = 1000;

/** One text for one set of values, whatever their order was; of long values their SHA-256. */
export function parametersKey(values: ParameterValues): string {
  const text = JSON.stringify(Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return text.length <= LONGEST_KEY ? text : `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

/** PostgreSQL's text cannot hold NUL, and says so only with the whole connection's encoding in its message. */
function checkText(name: string, value: string): string {
  if (!value.includes("\0") && value.isWellFormed()) return value;
  throw new AppError(
    "invalid_parameter",
    `The value of ${JSON.stringify(name)} is not text that PostgreSQL can hold.`,
    {
      hint: "Leave out NUL characters and broken Unicode.",
    },
  );
}
