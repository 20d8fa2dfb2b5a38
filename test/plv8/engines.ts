import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, test, type TestContext } from "vitest";
import { type HelperAggregate, type HelperFunction, installSql, readHelper, typeName } from "./helper-source.ts";
import { aggregateInV8, callInV8 } from "./run-in-v8.ts";

/** What SQL hands to a function: a text as its type's input reads it; an array's elements; NULL. */
export type Argument = string | number | boolean | null | readonly (string | number | boolean | null)[];

/** A call of a helper, and what comes out of it in either engine. */
export interface HelperCase {
  /** What is tried; unique in its helper. */
  name: string;
  /** The overload by its argument types ("text, jsonb"), or several, each of which is called. Needed if there are several. */
  types?: string | string[];
  /** Arguments that have a default may be left out at the end. */
  args?: Argument[];
  /** For an aggregate: the arguments of each row, in order. */
  over?: Argument[][];
  /** What a function or an aggregate gives: as JSON, NaN and infinities as strings, a timestamp as to_json writes it in UTC. */
  gives?: unknown;
  /** The rows of a set, in order: objects by column. */
  rows?: object[];
  /** Part of the error's message, in place of a result. */
  error?: RegExp;
  /** What PL/JS 1.0.5 gives in place of that, where it is known to differ from PL/V8. */
  onPljs?: { gives: unknown } | { rows: object[] };
  /** How far a number may be from the expected one, as its share (of 0: as it is); by default not at all. */
  tolerance?: number;
}

const SCHEMA = "reports";

/**
 * Tests sql/plv8/<name>.sql on both engines with the same cases: on PL/JS in the embedded server, and its JavaScript in
 * Node's V8, the engine of PL/V8, with PL/V8's mapping of types. Both must give what the case says, keys in the same order.
 * Without PL/JS the first is skipped, except in CI, where that is a failure.
 */
export function describeHelper(name: string, cases: HelperCase[]): void {
  const source = readHelper(name);
  const calls = cases.flatMap((tried) => {
    const all = tried.types === undefined ? [undefined] : [tried.types].flat();
    return all.map((types) => {
      const called = findCalled(name, tried, types);
      const label = all.length > 1 ? `${tried.name} (${types})` : tried.name;
      return { tried, called, label };
    });
  });

  describe(`${name} in Node's V8`, () => {
    test.for(calls)("$label", ({ tried, called }) => {
      const [actual, expected] = compare(tried, inV8(called, tried));
      expect(actual).toBe(expected);
    });
  });

  describe(`${name} on PL/JS`, () => {
    const database = useDatabaseWithPljs();
    beforeAll(async () => {
      await database.client?.query(`CREATE SCHEMA ${SCHEMA}; ${installSql(source, SCHEMA, "pljs")}`);
    });
    test.for(calls)("$label", async ({ tried, called }, context) => {
      const outcome = await onPljs(database.need(context), called, tried);
      const [actual, expected] = compare({ ...tried, ...tried.onPljs }, outcome);
      expect(actual).toBe(expected);
      // The case may name keys in any order; both engines must have them in one.
      const exact = tried.error === undefined && tried.tolerance === undefined && !tried.onPljs;
      expect(JSON.stringify(exact && outcome)).toBe(JSON.stringify(exact && inV8(called, tried)));
    });
  });

  function inV8(called: Called, tried: HelperCase): Outcome {
    const texts = (row: Argument[]): (string | null)[] => row.map(sqlText);
    try {
      if (!("state" in called)) return { rows: callInV8(called, texts(tried.args!)) };
      return { rows: aggregateInV8(source, called, tried.over!.map(texts)) };
    } catch (error) {
      return { error: (error as Error).message };
    }
  }

  function findCalled(helper: string, tried: HelperCase, types: string | undefined): Called {
    const candidates = [...source.functions, ...source.aggregates].filter((item) => item.name === helper);
    const wanted = types?.split(",").map(typeName).join(",");
    const found = candidates.filter(
      (item) => wanted === undefined || item.arguments.map((argument) => argument.type).join(",") === wanted,
    );
    if (found.length !== 1) throw new Error(`${helper}(${types ?? ""}): ${found.length} functions for ${tried.name}`);
    return found[0]!;
  }
}

/** A database of this file's own with the extension, made before the tests and dropped after them. */
export function useDatabaseWithPljs(): PljsDatabase {
  const name = `plv8_${process.pid}_${Date.now().toString(36)}_${made++}`;
  let admin: pg.Client;
  const database: PljsDatabase = {
    client: null,
    need(context) {
      if (!database.client) context.skip("PL/JS is not here: npm run embedded:pljs gets it");
      return database.client!;
    },
  };
  beforeAll(async () => {
    const { admin: url } = inject("cluster");
    admin = await connect(url);
    const { rowCount } = await admin.query("SELECT FROM pg_available_extensions WHERE name = 'pljs'");
    if (rowCount === 0 && process.env["CI"]) throw new Error("PL/JS is not here, and CI tests nothing without it.");
    if (rowCount === 0) return;
    await admin.query(`CREATE DATABASE ${name} TEMPLATE template0`);
    database.client = await connect(url.replace(/\/postgres(\?|$)/, `/${name}$1`));
    // A loop of PL/JS ignores a cancel; this ends its session.
    await database.client.query("SET transaction_timeout = '60s'; SET timezone = 'UTC'; CREATE EXTENSION pljs");
  });
  afterAll(async () => {
    await database.client?.end();
    if (database.client) await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin?.end();
  });
  return database;
}

export interface PljsDatabase {
  /** A superuser's session, in UTC; null without PL/JS. */
  client: pg.Client | null;
  /** The session; skips the test without one. */
  need(context: TestContext): pg.Client;
}

type Called = HelperFunction | HelperAggregate;
type Outcome = { rows: unknown[] } | { error: string };

let made = 0;

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  client.on("error", () => {});
  await client.connect();
  return client;
}

async function onPljs(client: pg.Client, called: Called, tried: HelperCase): Promise<Outcome> {
  const types = called.arguments.map((argument) => argument.type);
  const target = `${SCHEMA}.${called.name}`;
  let sql: string;
  let values: (string | null)[];
  if ("state" in called) {
    const list = types.map((type, index) => `(r.v ->> ${index})::${type}`).join(", ");
    sql = `SELECT to_json(${target}(${list} ORDER BY r.n)) AS row FROM json_array_elements($1::json) WITH ORDINALITY AS r(v, n)`;
    values = [JSON.stringify(tried.over!.map((row) => row.map(sqlText)))];
  } else {
    values = tried.args!.map(sqlText);
    const call = `${target}(${values.map((_, index) => `$${index + 1}::${types[index]}`).join(", ")})`;
    sql = Array.isArray(called.returns)
      ? `SELECT row_to_json(t) AS row FROM ${call} t`
      : `SELECT to_json(v) AS row FROM (SELECT ${call} AS v) s`;
  }
  try {
    const { rows } = await client.query<{ row: unknown }>(sql, values);
    return { rows: rows.map((row) => row.row) };
  } catch (error) {
    // PL/JS's message is "execution error" for all; what was thrown stands in the detail.
    const { message, detail } = error as pg.DatabaseError;
    return { error: `${message}\n${detail ?? ""}` };
  }
}

/** An argument as SQL's text. */
function sqlText(argument: Argument): string | null {
  if (argument === null) return null;
  if (typeof argument !== "object") return String(argument);
  const elements = argument.map((element) =>
    element === null ? "NULL" : `"${String(element).replace(/["\\]/g, "\\$&")}"`,
  );
  return `{${elements.join(",")}}`;
}

/** The outcome and what the case wants it to be, as texts that are equal if all is well. */
function compare(tried: HelperCase, outcome: Outcome): [actual: string, expected: string] {
  if (tried.error !== undefined) {
    const actual = "error" in outcome ? outcome.error : `no error but ${write(outcome.rows).slice(0, 1000)}`;
    return [tried.error.test(actual) ? String(tried.error) : actual, String(tried.error)];
  }
  const expected = tried.rows ?? ["gives" in tried ? tried.gives : missing(tried)];
  if ("error" in outcome) return [outcome.error, write(expected)];
  // 200,000 rows take seconds to write line by line. A null may be a NaN of the case's, which is never right.
  const text = JSON.stringify(expected);
  if (!text.includes("null") && JSON.stringify(outcome.rows) === text) return ["", ""];
  return [write(near(outcome.rows, expected, tried.tolerance ?? 0)), write(expected)];
}

function missing(tried: HelperCase): never {
  throw new Error(`${tried.name}: neither gives nor rows nor error`);
}

/** The actual value, with the expected number wherever the actual one is near enough. */
function near(actual: unknown, expected: unknown, tolerance: number): unknown {
  if (typeof actual === "number" && typeof expected === "number") {
    const scale = expected === 0 ? 1 : Math.abs(expected);
    return Math.abs(actual - expected) <= tolerance * scale ? expected : actual;
  }
  if (Array.isArray(actual) && Array.isArray(expected)) {
    return actual.map((item, index) => near(item, expected[index], tolerance));
  }
  if (isObject(actual) && isObject(expected)) {
    return Object.fromEntries(
      Object.entries(actual).map(([key, item]) => [
        key,
        near(item, Object.getOwnPropertyDescriptor(expected, key)?.value, tolerance),
      ]),
    );
  }
  return actual;
}

/** JSON with an object's keys sorted, a line for each value: what a failing test shows the difference of. */
function write(value: unknown, indent = ""): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) return `[\n${value.map((item) => `${inner}${write(item, inner)}\n`).join("")}${indent}]`;
  if (typeof value === "number") return String(value);
  if (!isObject(value)) return JSON.stringify(value) ?? "undefined";
  const lines = Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${inner}${JSON.stringify(key)}: ${write(item, inner)}\n`);
  return `{\n${lines.join("")}${indent}}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
