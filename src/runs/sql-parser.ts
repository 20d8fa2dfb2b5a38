import { AppError } from "../errors.ts";
// @ts-expect-error The package types only its wrapper, which cannot start the parser again: see parseSql.
import createModule from "libpg-query/wasm/libpg-query.js";

/** A node of PostgreSQL's raw parse tree, in libpg-query's JSON: `{"SelectStmt":{…}}`, fields of 0 and false left out. */
export type SqlNode = { [key: string]: SqlTree };
export type SqlTree = string | number | boolean | null | SqlNode | SqlTree[];

/** Whether a part of the tree is a node: not a list of them, nor a value. */
export function isSqlNode(tree: unknown): tree is SqlNode {
  return tree !== null && typeof tree === "object" && !Array.isArray(tree);
}

/** One statement; the location is its first token's, in UTF-8 bytes. */
export interface SqlStatement {
  stmt: SqlNode;
  stmt_location?: number;
  /** Left out where the statement ends with the text. */
  stmt_len?: number;
}

/** What the Emscripten module offers; the wrapper in libpg-query's wasm/index.js uses the same. */
interface ParserModule {
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  _wasm_parse_query_raw(sqlPointer: number): number;
  _wasm_free_parse_result(resultPointer: number): void;
  lengthBytesUTF8(text: string): number;
  stringToUTF8(text: string, pointer: number, maxBytes: number): void;
  UTF8ToString(pointer: number): string;
  getValue(pointer: number, type: "i32"): number;
}

type InstantiateWasm = (imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) => void;

let compiled: WebAssembly.Module | undefined;
let current: ParserModule | undefined;
let spare: ParserModule | undefined;

/**
 * Loads PostgreSQL's parser; a second call does nothing. Where files cannot be read (Cloudflare Workers) give
 * libpg-query.wasm as a compiled module.
 */
export async function loadSqlParser(wasm?: WebAssembly.Module): Promise<void> {
  compiled ??= wasm ?? (await WebAssembly.compile(await readWasm()));
  current ??= await start(compiled);
  spare ??= await start(compiled);
}

/**
 * Parses SQL with PostgreSQL 18's own grammar. Throws {@link AppError}: `query_failed` with PostgreSQL's message and
 * the position in `sql`, or `invalid_request` for SQL that is nested too deeply. `sql` must have passed
 * `checkSqlText`; `loadSqlParser` must have ended.
 *
 * The parser recurses, so deep nesting overflows the stack. An instance that this happened to keeps a part of its
 * own stack for ever, and some 40 times later writes over its own data. So it is used no more: the spare one takes
 * its place at once.
 */
export function parseSql(sql: string): SqlStatement[] {
  if (compiled === undefined) throw new Error("The SQL parser is not loaded: call loadGate() first.");
  if (current === undefined) {
    throw new AppError("database_busy", "The SQL parser is starting again.", { retryAfterSeconds: 1 });
  }
  let json: string;
  try {
    json = parseToJson(current, sql);
  } catch (error) {
    if (error instanceof AppError) throw error;
    current = spare;
    spare = undefined;
    void replace(compiled);
    throw tooDeep(undefined, error);
  }
  // V8 reads JSON without recursion: no depth is too much for it.
  const tree = JSON.parse(json) as { stmts?: SqlStatement[] };
  return tree.stmts ?? [];
}

async function replace(wasm: WebAssembly.Module): Promise<void> {
  const fresh = await start(wasm);
  if (current === undefined) current = fresh;
  else spare = fresh;
}

async function start(wasm: WebAssembly.Module): Promise<ParserModule> {
  const instantiateWasm: InstantiateWasm = (imports, done) => done(new WebAssembly.Instance(wasm, imports));
  return (createModule as (options: object) => Promise<ParserModule>)({ instantiateWasm });
}

async function readWasm(): Promise<Uint8Array<ArrayBuffer>> {
  const { readFile } = await import("node:fs/promises");
  const { createRequire } = await import("node:module");
  return readFile(createRequire(import.meta.url).resolve("libpg-query/wasm/libpg-query.wasm"));
}

/** Calls the C function; the layouts of PgQueryParseResult and PgQueryError are those of libpg_query's pg_query.h. */
function parseToJson(module: ParserModule, sql: string): string {
  const { _malloc: allocate, _free: free, _wasm_parse_query_raw: parse, _wasm_free_parse_result: freeResult } = module;
  const bytes = module.lengthBytesUTF8(sql) + 1;
  const sqlPointer = allocate(bytes);
  if (sqlPointer === 0) throw new Error("The SQL parser is out of memory.");
  module.stringToUTF8(sql, sqlPointer, bytes);
  // Not in a finally: after a crash the instance must not be called again, not even to free memory.
  const result = parse(sqlPointer);
  if (result === 0) throw new Error("The SQL parser is out of memory.");
  const errorPointer = module.getValue(result + 8, "i32");
  const failure = errorPointer === 0 ? undefined : readError(module, errorPointer);
  const json = failure === undefined ? module.UTF8ToString(module.getValue(result, "i32")) : "";
  freeResult(result);
  free(sqlPointer);
  if (failure !== undefined) throw failure;
  return json;
}

function readError(module: ParserModule, pointer: number): AppError {
  const message = module.UTF8ToString(module.getValue(pointer, "i32"));
  // 1-based and in characters, as in PostgreSQL's own error report; 0 if there is none.
  const cursor = module.getValue(pointer + 16, "i32");
  const position = cursor > 0 ? cursor : undefined;
  // Bison's own words for its parser stack of 10,000 entries.
  if (message.startsWith("memory exhausted")) return tooDeep(position, undefined);
  return new AppError("query_failed", message, { sqlstate: "42601", position });
}

function tooDeep(position: number | undefined, cause: unknown): AppError {
  return new AppError("invalid_request", "The SQL is nested too deeply to be checked.", {
    hint: "Break up long chains of operators or UNIONs: = ANY (array[…]), IN (…) and VALUES hold long lists.",
    position,
    cause,
  });
}
