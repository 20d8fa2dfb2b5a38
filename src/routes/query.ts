import { AppError } from "../errors.ts";
import { type FormatOptions, isFormatOption } from "../results/formats.ts";
import type { ParameterValues } from "../runs/parameters.ts";

/** What a result's URL asks for: `?result=7&version=1&bom=1&start=2026-01-01`. */
export interface ResultQuery {
  result: number | undefined;
  version: number | undefined;
  options: FormatOptions;
  parameters: ParameterValues;
}

/**
 * Sorts a URL's query into what addresses a result, the format's options, and the clip's parameters. Names that begin
 * with `_` or `utm_` are what caches and mail programs add, and are left out.
 * @throws AppError invalid_request for a name that is given twice, or a number that is none
 */
export function readResultQuery(url: string): ResultQuery {
  const options: Record<string, string> = {};
  const parameters: Record<string, string> = {};
  const numbers: Record<string, number> = {};
  const seen = new Set<string>();
  for (const [name, value] of new URL(url).searchParams) {
    if (name.startsWith("_") || name.startsWith("utm_")) continue;
    if (seen.has(name)) throw new AppError("invalid_request", `${name} is given twice in the address.`);
    seen.add(name);
    if (name === "result" || name === "version") numbers[name] = readNumber(name, value);
    else if (isFormatOption(name)) options[name] = value;
    else parameters[name] = value;
  }
  return { result: numbers["result"], version: numbers["version"], options, parameters };
}

/** A whole number from 1 on, as results and versions have. */
export function readNumber(name: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new AppError(
    "invalid_request",
    `${name} must be a number from 1 on, not ${JSON.stringify(text.slice(0, 40))}.`,
  );
}
