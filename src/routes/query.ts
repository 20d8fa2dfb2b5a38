import { AppError } from "../errors.ts";
import { type FormatOptions, isFormatOption } from "../results/formats.ts";
import type { AsOf } from "../runs/get-result-as-of.ts";
import type { ParameterValues } from "../runs/parameters.ts";
import { joinElements } from "../../views/array-text.ts";
import { readTime } from "./read-time.ts";

/** What a result's URL asks for: `?result=7&version=1&bom=1&start=2026-01-01`, or `?as_of=2026-11-01T00:00Z`. */
export interface ResultQuery {
  result: number | undefined;
  version: number | undefined;
  asOf: AsOf | undefined;
  /** Wait for a result that is as fresh as the clip's rule says, and take no older one meanwhile. */
  wait: "fresh" | null;
  options: FormatOptions;
  parameters: ParameterValues;
}

/**
 * Sorts a URL's query into what addresses a result, the format's options, and the clip's parameters. Names that begin
 * with `_` or `utm_` are what caches and mail programs add, and are left out. `status[]=a&status[]=b`, as forms send what
 * was ticked, is the array {"a","b"}.
 * @throws AppError invalid_request for a name that is given twice, a number or a time that is none, and for a result
 *   together with a time
 */
export function readResultQuery(url: string): ResultQuery {
  const options: Record<string, string> = {};
  const parameters: Record<string, string> = {};
  const numbers: Record<string, number> = {};
  const seen = new Set<string>();
  let asOf: AsOf | undefined;
  let wait: ResultQuery["wait"] = null;
  for (const [name, value] of joinElements(new URL(url).searchParams)) {
    if (name.startsWith("_") || name.startsWith("utm_")) continue;
    if (seen.has(name)) throw new AppError("invalid_request", `${name} is given twice in the address.`);
    seen.add(name);
    if (name === "result" || name === "version") numbers[name] = readNumber(name, value);
    else if (name === "as_of") asOf = { time: readTime(name, value), address: (time) => addressAsOf(url, time) };
    else if (name === "wait") wait = readWait(value);
    else if (isFormatOption(name)) options[name] = value;
    else parameters[name] = value;
  }
  if (asOf !== undefined && numbers["result"] !== undefined) {
    throw new AppError("invalid_request", "An address can have result or as_of, not both.", {
      hint: "result=7 is the result with that number; as_of=2026-11-01T09:30Z is the one that was current then.",
    });
  }
  return { result: numbers["result"], version: numbers["version"], asOf, wait, options, parameters };
}

function readWait(value: string): "fresh" {
  if (value === "fresh") return value;
  throw new AppError("invalid_request", `wait can only be fresh, not ${JSON.stringify(value.slice(0, 40))}.`, {
    hint: "wait=fresh waits for a new result where the newest one is older than the clip's rule says.",
  });
}

/** The same address as of another time. */
function addressAsOf(url: string, time: Date): string {
  const address = new URL(url);
  address.searchParams.set("as_of", time.toISOString());
  return address.pathname + address.search.replaceAll("%3A", ":");
}

/** A whole number from 1 on, as results and versions have. */
export function readNumber(name: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new AppError(
    "invalid_request",
    `${name} must be a number from 1 on, not ${JSON.stringify(text.slice(0, 40))}.`,
  );
}
