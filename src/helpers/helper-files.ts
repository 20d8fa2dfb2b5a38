import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import pg from "pg";
import { AppError } from "../errors.ts";
import { ON_WORKERS } from "../on-workers.ts";

/** A function or an aggregate as a helper's file declares it. */
export interface DeclaredRoutine {
  name: string;
  /** Its arguments' types as the file spells them. */
  types: readonly string[];
  /** Such as "histogram(vals float8[], buckets int DEFAULT NULL)". */
  signature: string;
  /** What it returns, as the file says it; null of an aggregate. */
  result: string | null;
  comment: string | null;
}

/** One helper: a file of sql/plv8, with the functions that it makes. */
export interface HelperFile {
  /** The file's name without `.sql`. */
  name: string;
  text: string;
  /** The first 16 digits of the text's SHA-256. */
  hash: string;
  routines: readonly DeclaredRoutine[];
  /** The JavaScript of its functions, as PostgreSQL keeps it (pg_proc.prosrc). */
  bodies: readonly string[];
}

const CREATE = /^CREATE\b(?: OR REPLACE (FUNCTION|AGGREGATE) :"schema"\.(\w+)\()?/gm;
const BODY = /\$js\$([^]*?)\$js\$/g;
const COMMENT = /^COMMENT ON (?:FUNCTION|AGGREGATE) :"schema"\.(\w+)\(([^)]*)\) IS\s+'((?:[^']|'')*)';/gm;
let files: readonly HelperFile[] | undefined;

/** The helpers of this release, by name; read once. */
export function helperFiles(): readonly HelperFile[] {
  if (ON_WORKERS) {
    throw new AppError("not_on_workers", "Helpers cannot be looked at on Workers, which have no files.", {
      hint: "Run dataclips helpers where Node is, on the same database.",
    });
  }
  files ??= readHelperFiles(new URL("../../sql/plv8/", import.meta.url));
  return files;
}

function readHelperFiles(directory: URL): HelperFile[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith(".sql"))
    .toSorted()
    .map((file) => parseHelperFile(file.slice(0, -".sql".length), readFileSync(new URL(file, directory), "utf8")));
}

/** Finds out what a helper's file makes. Throws when it has a statement that is not written as all are. */
export function parseHelperFile(name: string, text: string): HelperFile {
  // What stands in JavaScript is no SQL.
  const sql = text.replaceAll(BODY, "$$js$$$$js$$");
  const comments = new Map(
    [...sql.matchAll(COMMENT)].map(([, routine, types, comment]) => [
      `${routine}(${splitList(types!).join(", ")})`,
      comment!.replaceAll("''", "'"),
    ]),
  );
  const routines = [...sql.matchAll(CREATE)].map((match): DeclaredRoutine => {
    const [opening, kind, routine] = match;
    if (kind === undefined || routine === undefined) {
      throw new Error(`sql/plv8/${name}.sql: a CREATE that is not written as the others are`);
    }
    const rest = sql.slice(match.index + opening.length);
    const list = rest.slice(0, listEnd(rest));
    const returns = /^\)\s+RETURNS\s+([^]*?)\nLANGUAGE :"language"/.exec(rest.slice(list.length))?.[1];
    const types = splitList(list).map(typeOf);
    return {
      name: routine,
      types,
      signature: `${routine}(${spaced(list)})`,
      result: returns === undefined ? null : spaced(returns),
      comment: comments.get(`${routine}(${types.join(", ")})`) ?? null,
    };
  });
  const bodies = [...text.matchAll(BODY)].map(([, body]) => body!);
  if (routines.length === 0 || text.includes(HELPER_QUOTE)) throw new Error(`sql/plv8/${name}.sql is not a helper`);
  return { name, text, hash: sha256(text).slice(0, 16), routines, bodies };
}

/** In these quotes a file's SQL is run, when it replaces something. */
export const HELPER_QUOTE = "$helper$";

/** The SQL that makes a helper, in a schema and in the language of an engine. */
export function helperSql(file: HelperFile, schema: string, language: string): string {
  const parts = file.text.split(/(\$js\$[^]*?\$js\$)/);
  return parts
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part
            .replaceAll(':"schema"', () => pg.escapeIdentifier(schema))
            .replaceAll(':"language"', () => pg.escapeIdentifier(language)),
    )
    .join("");
}

/** SHA-256 of a text's UTF-8, in hexadecimal. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function typeOf(argument: string): string {
  const [declared] = argument.split(/\s+(?:DEFAULT\s|=)/i);
  const words = declared!.replace(/^(?:IN|VARIADIC)\s+/i, "").split(/\s+/);
  return words.length === 1 ? words[0]! : words.slice(1).join(" ");
}

/** Where the parenthesis is closed that stands open before the text. */
function listEnd(text: string): number {
  let depth = 0;
  for (const { 0: sign, index } of text.matchAll(/'(?:[^']|'')*'|[()]/g)) {
    if (sign === ")" && depth === 0) return index;
    depth += sign === "(" ? 1 : sign === ")" ? -1 : 0;
  }
  throw new Error("A parenthesis is not closed.");
}

/** Splits at the commas that stand in no quotes and no parentheses. */
function splitList(text: string): string[] {
  const parts = text.match(/(?:'(?:[^']|'')*'|\([^()]*\)|[^,'()])+/g) ?? [];
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

function spaced(text: string): string {
  return text.trim().replaceAll(/\s+/g, " ");
}
