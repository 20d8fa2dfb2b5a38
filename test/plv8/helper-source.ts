import { readdirSync, readFileSync } from "node:fs";

/** One JavaScript function of a helper's file. */
export interface HelperFunction {
  name: string;
  arguments: HelperArgument[];
  /** The type of its one value, or of a set the columns of its rows. */
  returns: string | { name: string; type: string }[];
  volatility: "IMMUTABLE" | "STABLE" | "VOLATILE";
  strict: boolean;
  parallelSafe: boolean;
  body: string;
}

export interface HelperArgument {
  name: string;
  type: string;
  /** The SQL of its default. */
  default: string | null;
}

export interface HelperAggregate {
  name: string;
  arguments: HelperArgument[];
  state: string;
  stateType: string;
  final: string | null;
  initial: string | null;
}

export interface HelperSource {
  name: string;
  sql: string;
  /** The comment that the file begins with, without its dashes. */
  header: string;
  functions: HelperFunction[];
  aggregates: HelperAggregate[];
}

const DIRECTORY = new URL("../../sql/plv8/", import.meta.url);

/** The names of all helpers in sql/plv8. */
export function helperNames(): string[] {
  return readdirSync(DIRECTORY)
    .filter((file) => file.endsWith(".sql"))
    .map((file) => file.slice(0, -".sql".length))
    .toSorted();
}

/** Reads sql/plv8/<name>.sql. Throws when it has a function that is not written as all are. */
export function readHelper(name: string): HelperSource {
  const sql = readFileSync(new URL(`${name}.sql`, DIRECTORY), "utf8");
  const functions = [...sql.matchAll(FUNCTION)].map(readFunction);
  const aggregates = [...sql.matchAll(AGGREGATE)].map(readAggregate);
  const made = sql.match(/^CREATE\b/gm)?.length ?? 0;
  if (made === 0 || made !== functions.length + aggregates.length) {
    throw new Error(
      `sql/plv8/${name}.sql: ${made} CREATE, of which ${functions.length + aggregates.length} are written as the format says`,
    );
  }
  const header = /^(--.*\n)*/
    .exec(sql)![0]
    .split("\n")
    .map((line) => line.replace(/^-- ?/, ""));
  return { name, sql, header: header.join("\n"), functions, aggregates };
}

/** The SQL that makes the helper: what psql sends, or the installer. */
export function installSql(source: HelperSource, schema: string, language: string): string {
  return source.sql.replaceAll(':"schema"', `"${schema}"`).replaceAll(':"language"', `"${language}"`);
}

/** A type by one name: `double precision` is `float8`. */
export function typeName(type: string): string {
  const name = type.trim().toLowerCase();
  const element = name.endsWith("[]") ? name.slice(0, -2) : name;
  return (ALIASES[element] ?? element) + (name.endsWith("[]") ? "[]" : "");
}

const ALIASES: Record<string, string> = {
  integer: "int",
  int4: "int",
  "double precision": "float8",
  bool: "boolean",
  "timestamp with time zone": "timestamptz",
  "character varying": "varchar",
};

const FUNCTION =
  /^CREATE OR REPLACE FUNCTION :"schema"\.(\w+)\(([^]*?)\)\s+RETURNS ([^]*?)\nLANGUAGE :"language" ([A-Z ]+)\nAS \$js\$\n([^]*?)\$js\$;$/gm;
const AGGREGATE = /^CREATE OR REPLACE AGGREGATE :"schema"\.(\w+)\(([^]*?)\) \(\n([^]*?)\n\);$/gm;

function readFunction([, name, list, returns, clauses, body]: RegExpExecArray): HelperFunction {
  const words = clauses!.trim();
  const table = /^TABLE\s*\(([^]*)\)$/.exec(returns!.trim());
  return {
    name: name!,
    arguments: splitList(list!).map(readArgument),
    returns: table
      ? splitList(table[1]!)
          .map(readArgument)
          .map((column) => ({ name: column.name, type: column.type }))
      : typeName(returns!),
    volatility: (/\b(IMMUTABLE|STABLE|VOLATILE)\b/.exec(words)?.[1] ?? "VOLATILE") as HelperFunction["volatility"],
    strict: /\bSTRICT\b/.test(words),
    parallelSafe: /\bPARALLEL SAFE\b/.test(words),
    body: body!,
  };
}

function readAggregate([, name, list, clauses]: RegExpExecArray): HelperAggregate {
  const clause = (key: string): string | null =>
    new RegExp(`^\\s*${key}\\s*=\\s*(.*?),?$`, "m").exec(clauses!)?.[1] ?? null;
  const functionName = (text: string | null): string | null => text?.replace(':"schema".', "") ?? null;
  return {
    name: name!,
    arguments: splitList(list!).map(readArgument),
    state: functionName(clause("SFUNC"))!,
    stateType: typeName(clause("STYPE")!),
    final: functionName(clause("FINALFUNC")),
    initial: clause("INITCOND")?.replace(/^'|'$/g, "").replaceAll("''", "'") ?? null,
  };
}

function readArgument(text: string): HelperArgument {
  const [, name, type, value] = /^(?:(\w+)\s+(?!precision|with))?(.*?)(?:\s+DEFAULT\s+([^]*))?$/.exec(text)!;
  return { name: name ?? "", type: typeName(type!), default: value ?? null };
}

/** Splits at the commas that stand in no quotes and no parentheses. */
function splitList(text: string): string[] {
  const parts = text.match(/(?:'(?:[^']|'')*'|\([^()]*\)|[^,'()])+/g) ?? [];
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}
