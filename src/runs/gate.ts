import { AppError } from "../errors.ts";
import { reasonToRefuseFunction } from "./refused-functions.ts";
import { reasonToRefuseRelation } from "./refused-relations.ts";
import { readSqlToken } from "./sql-lexer.ts";
import { isSqlNode, loadSqlParser, parseSql, type SqlStatement } from "./sql-parser.ts";
import { positionOfUnit, unitOfByte } from "./sql-position.ts";
import { checkSqlText, MAX_SQL_BYTES } from "./sql-text.ts";
import { walkStatement, type Fault, type UsedName } from "./walk-statement.ts";

/** Loads the parser. For Cloudflare Workers: see {@link loadSqlParser}. */
export async function loadGate(wasm?: WebAssembly.Module): Promise<void> {
  await loadSqlParser(wasm);
}

/**
 * Checks that SQL is one statement that only reads: a SELECT, VALUES or TABLE, or an EXPLAIN of one, that writes and
 * locks nowhere, and uses nothing that is dangerous in every database. Returns every name that it uses, in the order of
 * the SQL; those of WITH queries, and columns behind a dot, too. `text` is a compiled template's text, and must be what runs.
 *
 * Throws {@link AppError}, with a position in `text`: `query_failed` for what PostgreSQL's grammar refuses,
 * `invalid_request` for SQL that is empty or nested too deeply, `not_read_only` for the rest. {@link loadGate} must
 * have ended. What the names stand for in a database is for checkNames to see.
 */
export function checkReadOnly(text: string): UsedName[] {
  // A compiled text may be a little longer than its source: {{a}} becomes " $100 ".
  checkSqlText(text, 2 * MAX_SQL_BYTES);
  const [statement, second] = parseSql(text);
  if (statement === undefined) {
    throw new AppError("invalid_request", "The SQL is empty.", {
      hint: "Write a query, such as: select * from orders",
    });
  }
  if (second !== undefined) {
    const hint = "Remove what follows the first semicolon, or make a clip of each statement.";
    throw refuse(text, "A clip is one statement; here a second one starts.", hint, second.stmt_location ?? 0);
  }
  const explained = statement.stmt["ExplainStmt"];
  const query = isSqlNode(explained) ? explained["query"] : statement.stmt;
  if (!isSqlNode(query) || !("SelectStmt" in query)) {
    throw refuseStatement(text, statement);
  }

  const { names, faults } = walkStatement(query);
  const [fault] = faults;
  if (fault !== undefined) throw refuseFault(text, fault);
  for (const used of names) {
    const reason = refuseDangerous(used);
    if (reason !== undefined) throw refuseName(text, used, reason);
  }
  return names;
}

/** Why a name may not be used in any database. */
function refuseDangerous({ kind, name, schema }: UsedName): string | undefined {
  if (kind === "relation") return reasonToRefuseRelation(name, schema);
  return kind === "function" || kind === "attribute" ? reasonToRefuseFunction(name) : undefined;
}

const READING_HINT = "Write a SELECT, VALUES or TABLE statement, WITH … SELECT, or EXPLAIN of one of these.";

function refuseStatement(text: string, { stmt, stmt_location: byte = 0 }: SqlStatement): AppError {
  const kind = Object.keys(stmt)[0] ?? "";
  // A statement that starts with WITH is named by its kind, every other one by its first word.
  const verb = WRITES[kind] ?? firstWord(text, unitOfByte(text, byte));
  const message =
    kind === "ExplainStmt"
      ? "A clip may only explain a query: EXPLAIN of another statement is not allowed."
      : `A clip may only read: ${verb} is not allowed.`;
  return refuse(text, message, READING_HINT, byte);
}

const WRITES: Record<string, string> = {
  InsertStmt: "INSERT",
  UpdateStmt: "UPDATE",
  DeleteStmt: "DELETE",
  MergeStmt: "MERGE",
};

const FAULTS: Record<Fault["kind"], (node: string) => [message: string, hint: string]> = {
  statement: (node) => [
    `A clip may only read: ${WRITES[node] ?? node} is not allowed, not even inside WITH.`,
    READING_HINT,
  ],
  into: () => [
    "A clip may only read: SELECT … INTO makes a table.",
    "Remove INTO and the name behind it; the result is stored by itself.",
  ],
  locking: () => [
    "A clip may not lock rows: FOR UPDATE, FOR NO KEY UPDATE, FOR SHARE and FOR KEY SHARE are not allowed.",
    "Remove the locking clause; a clip reads from one consistent snapshot anyway.",
  ],
};

function refuseFault(text: string, fault: Fault): AppError {
  const [message, hint] = FAULTS[fault.kind](fault.node ?? "");
  if (fault.kind !== "locking") return refuse(text, message, hint, fault.byte);
  return new AppError("not_read_only", message, { hint, position: positionOfLocking(text) });
}

/** The parse tree does not say where a locking clause stands; the words FOR UPDATE and their like do. */
function positionOfLocking(text: string): number | undefined {
  let start: number | undefined;
  for (let at = 0; at < text.length;) {
    const token = readSqlToken(text, at);
    const word = text.slice(token.start, token.end).toLowerCase();
    if (token.kind === "word" && start !== undefined && ["update", "no", "share", "key"].includes(word)) {
      return positionOfUnit(text, start);
    }
    if (token.kind === "word" || token.kind === "quoted_identifier") start = word === "for" ? at : undefined;
    at = token.end;
  }
  return undefined;
}

const NAME_HINTS: Partial<Record<UsedName["kind"], string>> = {
  relation: "If it is a WITH query or a table of your own, give it another name.",
  attribute:
    "PostgreSQL calls a function for (value).name too. If it is a column, write it without the table's name before it.",
};

/**
 * The error for a name that a clip may not use.
 * @param reason the end of a sentence that starts with "it"
 * @param found what the name stands for, where that is another name: an operator's function, or a schema's
 */
export function refuseName(
  text: string,
  used: UsedName,
  reason: string,
  found: { kind: string; schema: string | null; name: string; hint?: string } = used,
): AppError {
  const isCall = found.kind === "function" || found.kind === "attribute";
  const through = used.kind === "operator" || used.kind === "type" ? `${used.name} calls ` : "";
  const hint = [NAME_HINTS[used.kind], found.hint].filter((part) => part !== undefined).join(" ");
  const message = `${through}${quoteName(found)}${isCall ? "()" : ""} is not allowed in a clip: it ${reason}.`;
  return refuse(text, message, hint || undefined, used.byte);
}

function refuse(text: string, message: string, hint: string | undefined, byte: number | undefined): AppError {
  const position = byte === undefined ? undefined : positionOfUnit(text, unitOfByte(text, byte));
  return new AppError("not_read_only", message, { hint, position });
}

/** The first word of the statement that starts at a UTF-16 offset: its verb. */
function firstWord(text: string, start: number): string {
  for (let at = start; at < text.length;) {
    const token = readSqlToken(text, at);
    if (token.kind === "word") return text.slice(token.start, token.end).toUpperCase();
    at = token.end;
  }
  return "this statement";
}

function quoteName({ schema, name }: Pick<UsedName, "schema" | "name">): string {
  return [schema, name]
    .filter((part) => part !== null)
    .map((part) => (/^[a-z_][a-z0-9_$]*$/.test(part) ? part : `"${part.replaceAll('"', '""')}"`))
    .join(".");
}
