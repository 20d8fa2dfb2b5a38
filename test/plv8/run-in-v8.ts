import { compile, createRealm, type Datum, readDatum, toDatum, toJson, toValue } from "./datums.ts";
import type { HelperAggregate, HelperArgument, HelperFunction, HelperSource } from "./helper-source.ts";

/** Calls one overload in Node's V8. Arguments are SQL's texts; gives the rows as to_json writes them, parsed. */
export function callInV8(called: HelperFunction, args: (string | null)[]): unknown[] {
  const datums = readArguments(called.arguments, args);
  if (called.strict && datums.includes(null)) return Array.isArray(called.returns) ? [] : [null];
  const prepared = prepare(called);
  const datum = prepared.call(datums);
  const { returns } = called;
  if (!Array.isArray(returns)) return [toJson(returns, datum)];
  return prepared.rows.map((row) =>
    Object.fromEntries(returns.map((column, index) => [column.name, toJson(column.type, row[index]!)])),
  );
}

/** Folds the rows by the aggregate's functions, as PostgreSQL does: the state is a datum between two calls. */
export function aggregateInV8(source: HelperSource, called: HelperAggregate, rows: (string | null)[][]): unknown[] {
  const find = (name: string): HelperFunction => source.functions.find((item) => item.name === name)!;
  if (called.state === "pg_catalog.array_append") {
    const all = rows.map((row) => readArguments(called.arguments, row)[0]!);
    return [toJson(find(called.final!).returns as string, prepare(find(called.final!)).call([all]))];
  }
  const step = find(called.state);
  const prepared = prepare(step);
  let state = readDatum(called.stateType, called.initial);
  for (const row of rows) {
    const datums = readArguments(called.arguments, row);
    if (step.strict && datums.includes(null)) continue;
    if (step.strict && state === null) throw new Error(`${called.name}: a strict state function needs an INITCOND.`);
    state = prepared.call([state, ...datums]);
  }
  if (called.final === null) return [toJson(called.stateType, state)];
  const last = find(called.final);
  if (last.strict && state === null) return [null];
  return [toJson(last.returns as string, prepare(last).call([state]))];
}

/** A function in a context of its own, from datums to datum. */
function prepare(called: HelperFunction): { rows: Datum[][]; call: (datums: Datum[]) => Datum } {
  const realm = createRealm();
  const run = compile(called, realm);
  const globals = Object.getOwnPropertyNames(realm.context).length;
  const call = (datums: Datum[]): Datum => {
    const values = called.arguments.map(({ type }, index) => toValue(type, datums[index]!, realm));
    const value = run(...values);
    if (Object.getOwnPropertyNames(realm.context).length !== globals) throw new Error(`${called.name} makes a global.`);
    if (Array.isArray(called.returns)) {
      // PL/JS 1.0.5 crashes on an array.
      if (value !== undefined) throw new Error(`${called.name} returns a value beside its rows.`);
      return null;
    }
    if (called.returns.endsWith("[]") && (value === null || value === undefined)) {
      throw new Error(`${called.name} returns NULL for an array, which PL/JS refuses.`);
    }
    return toDatum(called.returns, value);
  };
  return { rows: realm.rows, call };
}

function readArguments(declared: HelperArgument[], args: (string | null)[]): Datum[] {
  return declared.map(({ name, type, default: sql }, index) => {
    const given = args[index];
    if (given !== undefined) return readDatum(type, given);
    if (sql === null) throw new Error(`No argument ${name}`);
    return readDatum(type, readLiteral(sql));
  });
}

/** A default is a literal: a number, a text in quotes, true, false or NULL, with or without a cast. */
function readLiteral(sql: string): string | null {
  const literal = /^(?:(NULL|true|false|-?[\d.]+)|'((?:[^']|'')*)')(?:::[\w ]+(?:\[\])?)?$/i.exec(sql.trim());
  if (!literal) throw new Error(`A default that is no literal: ${sql}`);
  const [, word, quoted] = literal;
  if (quoted !== undefined) return quoted.replaceAll("''", "'");
  return word!.toUpperCase() === "NULL" ? null : word!;
}
