import { AppError } from "../errors.ts";
import { type FormatOptions, isFormatOption } from "../results/formats.ts";
import { readNumber } from "./query.ts";

/** What a comparison's URL asks for: `?from=3&to=7&key=id&bom=1`. */
export interface CompareQuery {
  from: number | undefined;
  to: number | undefined;
  /** As they are given: `key=a,b` or `key=a&key=b`. */
  key: string[];
  options: FormatOptions;
}

/**
 * Reads a comparison's URL. Names that begin with `_` or `utm_` are what caches and mail programs add, and are left out.
 * @param hasOptions whether the options of a format may be among them
 * @throws AppError invalid_request for a name that is unknown or given twice, or a number that is none
 */
export function readCompareQuery(url: string, hasOptions: boolean): CompareQuery {
  const query: CompareQuery = { from: undefined, to: undefined, key: [], options: {} };
  const options: Record<string, string> = {};
  const seen = new Set<string>();
  for (const [name, value] of new URL(url).searchParams) {
    if (name.startsWith("_") || name.startsWith("utm_")) continue;
    if (name === "key") {
      query.key.push(value);
      continue;
    }
    if (seen.has(name)) throw new AppError("invalid_request", `${name} is given twice in the address.`);
    seen.add(name);
    if (name === "from" || name === "to") query[name] = readNumber(name, value);
    else if (hasOptions && isFormatOption(name)) options[name] = value;
    else throw unknownName(name);
  }
  return { ...query, options };
}

/** The numbers of both results. @throws AppError invalid_request when one is missing */
export function requireBoth({ from, to }: CompareQuery): { from: number; to: number } {
  if (from !== undefined && to !== undefined) return { from, to };
  throw new AppError("invalid_request", `${from === undefined ? "from" : "to"} is missing in the address.`, {
    hint: "Name two results of the clip by their numbers: ?from=3&to=7.",
  });
}

function unknownName(name: string): AppError {
  return new AppError("invalid_request", `A comparison takes no ${JSON.stringify(name.slice(0, 40))}.`, {
    hint: "It takes from and to, the numbers of two results, and key, the names of columns; compare.csv takes the options of CSV too.",
  });
}
