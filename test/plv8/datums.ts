import { createContext, runInContext } from "node:vm";
import type { HelperFunction } from "./helper-source.ts";

/**
 * A value as PostgreSQL holds it: json as text, a timestamp as milliseconds since 1970, an array as an array of these.
 */
export type Datum = string | number | boolean | null | Datum[];

/** A fresh context of Node's V8, with what PL/V8 3.2 gives to a function: ECMAScript, and `plv8`. */
export interface Realm {
  context: object;
  rows: Datum[][];
  Array: ArrayConstructor;
  Date: DateConstructor;
  JSON: JSON;
}

/** The value of a text as PostgreSQL's input functions read it. */
export function readDatum(type: string, text: string | null): Datum {
  if (text === null) return null;
  if (type.endsWith("[]")) return readArray(text).map((element) => readDatum(type.slice(0, -2), element));
  return SCALARS[type]!.read(text);
}

/** What PL/V8 hands to the function: plv8_type.cc's ToValue. */
export function toValue(type: string, datum: Datum, realm: Realm): unknown {
  if (datum === null) return null;
  const { toValue: convert } = SCALARS[type] ?? {};
  if (!Array.isArray(datum)) return convert ? convert(datum as never, realm) : datum;
  const array = new realm.Array();
  for (const element of datum) array.push(toValue(type.slice(0, -2), element, realm));
  return array;
}

/**
 * What PL/V8 makes of the function's value: plv8_type.cc's ToDatum, where PL/JS makes the same of it.
 * Throws where they differ, so that a helper which one of them serves badly fails on both.
 */
export function toDatum(type: string, value: unknown): Datum {
  if (value === null || value === undefined) return null;
  if (!type.endsWith("[]")) return SCALARS[type]!.toDatum(value);
  if (!Array.isArray(value)) throw refusal(type, value);
  return Array.from(value, (element) => toDatum(type.slice(0, -2), element));
}

/** The value as to_json writes it, parsed. */
export function toJson(type: string, datum: Datum): unknown {
  if (datum === null) return null;
  if (Array.isArray(datum)) return datum.map((element) => toJson(type.slice(0, -2), element));
  const { toJson: write } = SCALARS[type]!;
  return write ? write(datum as never) : datum;
}

/** A context without what is newer than ECMAScript 2020, or missing from one of the engines. */
export function createRealm(): Realm {
  const rows: Datum[][] = [];
  const context = createContext({});
  const realm = runInContext(`${REMOVE_WHAT_IS_NOT_SHARED}; ({ Array, Date, JSON })`, context);
  return { ...realm, context, rows };
}

/** Compiles a function as PL/V8 does. Its rows gather in `realm.rows`. */
export function compile(
  { name, arguments: args, returns, body }: HelperFunction,
  realm: Realm,
): (...values: unknown[]) => unknown {
  if (Array.isArray(returns)) {
    const columns = returns;
    Object.assign(realm.context, {
      plv8: {
        return_next(row: unknown): void {
          if (typeof row !== "object" || row === null)
            throw new Error(`return_next wants an object, not ${String(row)}`);
          const missing = columns.find((column) => !Object.hasOwn(row, column.name));
          if (missing) throw new Error(`The row has no ${missing.name}.`);
          realm.rows.push(columns.map((column) => toDatum(column.type, (row as Record<string, unknown>)[column.name])));
        },
        elog(): void {},
      },
    });
  } else {
    Object.assign(realm.context, { plv8: { elog(): void {} } });
  }
  return runInContext(`(function ${name}(${args.map((arg) => arg.name).join(", ")}) {\n${body}\n})`, realm.context);
}

const REMOVE_WHAT_IS_NOT_SHARED = `
  for (const name of ["Intl", "console", "WebAssembly", "WeakRef", "FinalizationRegistry", "Iterator", "eval", "Function"]) delete globalThis[name];
  for (const name of ["at", "findLast", "findLastIndex", "toSorted", "toReversed", "toSpliced", "with"]) delete Array.prototype[name];
  for (const name of ["at", "replaceAll", "isWellFormed", "toWellFormed", "normalize", "toLocaleLowerCase", "toLocaleUpperCase", "localeCompare"]) delete String.prototype[name];
  for (const name of ["hasOwn", "groupBy"]) delete Object[name];
  for (const type of [Object, Array, Number, Date]) delete type.prototype.toLocaleString`;

interface Scalar {
  read(text: string): Datum;
  toValue?(datum: never, realm: Realm): unknown;
  toDatum(value: unknown): Datum;
  toJson?(datum: never): unknown;
}

/** JSON has no NaN and no infinity: to_json writes them as strings. */
const jsonNumber = (datum: number): unknown => (Number.isFinite(datum) ? datum : String(datum));

function readNumber(text: string): number {
  if (!/^\s*[-+]?(\d+\.?\d*(e[-+]?\d+)?|\.\d+(e[-+]?\d+)?|nan|inf(inity)?)\s*$/i.test(text)) {
    throw new Error(`invalid input syntax for a number: ${text}`);
  }
  return Number(
    text
      .trim()
      .replace(/nan/i, "NaN")
      .replace(/inf(inity)?/i, "Infinity"),
  );
}

function number(type: string, round: (value: number) => number): Scalar {
  return {
    read: (text) => round(readNumber(text)),
    toDatum: (value) => {
      if (typeof value !== "number") throw refusal(type, value);
      return round(value);
    },
    toJson: jsonNumber,
  };
}

const TEXT: Scalar = {
  read: (text) => text,
  toDatum: (value) => {
    if (typeof value !== "string") throw refusal("text", value);
    // PL/V8 cuts the text at U+0000 and replaces a lone surrogate; PL/JS writes that one as it is, which is no UTF-8.
    if (value.includes("\0") || !value.isWellFormed()) throw refusal("text", value);
    return value;
  },
};

function instant(type: string): Scalar {
  return {
    read: (text) => {
      if (/^-?infinity$/i.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
      const hasZone = text.length === 10 || /[-+Z][\d:]*$/.test(text.slice(10));
      const date = new Date(hasZone ? text : `${text.replace(" ", "T")}Z`);
      if (Number.isNaN(date.getTime())) throw new Error(`invalid input syntax for type ${type}: ${text}`);
      return date.getTime();
    },
    toValue: (datum: number, realm) => new realm.Date(datum),
    toDatum: (value) => {
      if (!isDate(value) || Number.isNaN(value.getTime())) throw refusal(type, value);
      return value.getTime();
    },
    toJson: (datum: number) => {
      const [, year, rest] = /^([-+]?\d+)(.*)$/.exec(new Date(datum).toISOString())!;
      const before = Number(year) <= 0;
      const date = `${String(before ? 1 - Number(year) : Number(year)).padStart(4, "0")}${rest}`;
      const text = type === "date" ? date.replace(/T.*/, "") : date.replace(/\.?0*Z$/, "");
      return text + (type === "timestamptz" ? "+00:00" : "") + (before ? " BC" : "");
    },
  };
}

function json(type: string, normalize: (value: unknown, text: string) => string): Scalar {
  return {
    read: (text) => normalize(JSON.parse(text), text),
    toValue: (datum: string, realm) => realm.JSON.parse(datum),
    toDatum: (value) => {
      // PL/V8 parses a bare string as JSON text, PL/JS quotes it; neither can return JSON's null.
      if (typeof value === "string" || typeof value === "function" || typeof value === "bigint" || isDate(value)) {
        throw refusal(type, value);
      }
      if (typeof value === "number" && !Number.isFinite(value)) throw refusal(type, value);
      const text = JSON.stringify(value);
      return normalize(JSON.parse(text), text);
    },
    toJson: (datum: string) => JSON.parse(datum),
  };
}

const SCALARS: Record<string, Scalar> = {
  text: TEXT,
  varchar: TEXT,
  boolean: {
    read: (text) => /^(t|true|on|yes|1)$/i.test(text),
    toDatum: (value) => {
      if (typeof value !== "boolean") throw refusal("boolean", value);
      return value;
    },
  },
  float8: number("float8", (value) => value),
  float4: number("float4", Math.fround),
  // Beyond int's range the one wraps and the other may do anything.
  int: number("int", (value) => {
    if (!Number.isInteger(value) || Math.abs(value) > 2_147_483_647) throw refusal("int", value);
    return value;
  }),
  // float8_numeric keeps 15 digits (DBL_DIG) on the way out.
  numeric: number("numeric", (value) => (Number.isFinite(value) ? Number(value.toPrecision(15)) : value)),
  timestamptz: instant("timestamptz"),
  timestamp: instant("timestamp"),
  date: instant("date"),
  json: json("json", (_, text) => text),
  jsonb: json("jsonb", (value) => JSON.stringify(sortKeys(value, 0))),
};
SCALARS["numeric"]!.read = readNumber;

/** jsonb keeps an object's keys by the length of their UTF-8, then by its bytes. What lies very deep stays as it is. */
function sortKeys(value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null || depth > 1000) return value;
  if (Array.isArray(value)) return value.map((item) => sortKeys(item, depth + 1));
  const entries = Object.entries(value).map(([key, item]) => [Buffer.from(key), key, item] as const);
  const sorted = entries.toSorted(([a], [b]) => a.length - b.length || Buffer.compare(a, b));
  return Object.fromEntries(sorted.map(([, key, item]) => [key, sortKeys(item, depth + 1)]));
}

function isDate(value: unknown): value is Date {
  return Object.prototype.toString.call(value) === "[object Date]";
}

function refusal(type: string, value: unknown): Error {
  return new Error(`PL/V8 and PL/JS do not agree on, or refuse, ${typeof value} ${String(value)} as ${type}.`);
}

/** The elements of a one-dimensional array's text. */
function readArray(text: string): (string | null)[] {
  const elements: (string | null)[] = [];
  const element = /\s*(?:"((?:[^"\\]|\\.)*)"|([^",{}]+))\s*(?:,|$)/gsy;
  const inner = text.trim().slice(1, -1);
  for (let match = element.exec(inner); match && elements.length <= inner.length; match = element.exec(inner)) {
    const [all, quoted, bare] = match;
    if (all === "") break;
    elements.push(quoted?.replace(/\\(.)/gs, "$1") ?? (bare!.trim().toUpperCase() === "NULL" ? null : bare!.trim()));
    if (element.lastIndex >= inner.length) break;
  }
  return elements;
}
