import type { Completion } from "@codemirror/autocomplete";
import { columnCompletion, nameCompletion, type SchemaIndex } from "./schema-index.ts";
import { readScope, type Scope } from "./sql-scope.ts";
import type { ScopeColumn } from "./sql-sources.ts";
import { readTokens, type SqlToken } from "./sql-tokens.ts";
import { KEYWORDS, RESERVED, TYPES } from "./sql-words.ts";

/** What can stand at a place; `from` is where the name that is being written begins. */
export interface SqlCompletions {
  from: number;
  options: readonly Completion[];
}

/** Where a name stands, by what is before it. */
type Place = "path" | "type" | "new name" | "relation" | "after a value" | "expression";

const KNOWN_WORDS: ReadonlySet<string> = new Set([...RESERVED, ...KEYWORDS]);
/** Keywords after which a value has ended: an operator or another keyword follows. */
const VALUES = new Set("end null true false asc desc current_date current_timestamp".split(" "));
/** Keywords that say in which clause a place is. */
const CLAUSES = new Set("select from join where group having order on using by set limit window values".split(" "));

/**
 * What the SQL can go on with at a position (UTF-16 units): columns of what the query reads from, tables, functions,
 * keywords in the case in which they are begun.
 * @param explicit whether it was asked for by key, and not by typing
 * @returns null where there is nothing to say: in a string or a comment, or where a new name is given
 */
export function completeSql(
  sql: string,
  position: number,
  index: SchemaIndex,
  explicit: boolean,
): SqlCompletions | null {
  const all = readTokens(sql, position);
  if (all === null) return null;
  const written = all.find(({ kind, from, to }) => kind === "name" && from < position && position <= to);
  const tokens = all.filter((token) => token !== written);
  const before = tokens.filter(({ to }) => to <= position);
  const place = findPlace(before);
  const begun = written ? sql.slice(written.from, position) : "";
  if (place === "new name" || (begun === "" && !explicit && place !== "path")) return null;
  // After a value most people write an alias; one letter is no keyword yet.
  if (place === "after a value" && begun.length < 2 && !explicit) return null;
  const scope = readScope(tokens, position, index.findColumns);
  const options = OPTIONS[place]({ scope, index, path: pathBefore(before), begun });
  if (options.length === 0) return null;
  if (!written?.quoted) return { from: written?.from ?? position, options };
  const closing = sql[position] === '"' ? "" : '"';
  const quoted = options.filter(({ type }) => type !== "keyword" && type !== "type");
  return {
    from: written.from + 1,
    options: quoted.map((option) => ({ ...option, apply: option.label.replaceAll('"', '""') + closing })),
  };
}

function findPlace(before: readonly SqlToken[]): Place {
  const last = before.at(-1);
  if (last === undefined) return "expression";
  const word = wordOf(last);
  if (word === ".") return "path";
  if (word === "::") return "type";
  if (word === "as") return isInCast(before) ? "type" : "new name";
  if (word === "with" || word === "recursive") return "new name";
  if (["from", "join", "lateral", "only"].includes(word)) {
    return word === "from" && wordOf(before.at(-2)) === "distinct" ? "expression" : "relation";
  }
  if (word === ",") return ["from", "join"].includes(clauseOf(before)) ? "relation" : "expression";
  const isValue =
    last.kind === "value" || word === ")" || word === "]" || VALUES.has(word) || isName(last) || isStar(before);
  return isValue ? "after a value" : "expression";
}

interface Asked {
  scope: Scope;
  index: SchemaIndex;
  path: readonly string[];
  begun: string;
}

/** What each place takes. */
const OPTIONS: Record<Place, (asked: Asked) => readonly Completion[]> = {
  path: ({ scope, index, path }) => {
    const [name] = path;
    const named = path.length === 1 ? scope.sources.find((each) => each.name === name)?.columns() : undefined;
    // A schema after FROM is read as a relation, of which there are no columns.
    if (named && named.length > 0) return named.map((column) => columnCompletion(column));
    const columns = path.length > 0 ? index.findColumns(path) : undefined;
    return [
      ...((path.length === 1 && index.inSchema(name!)) || []),
      ...(columns ?? []).map((column) => columnCompletion(column)),
    ];
  },
  type: ({ begun }) => TYPES.map((label) => ({ label: begun === "" ? label : inCaseOf(begun, label), type: "type" })),
  "new name": () => [],
  relation: ({ scope, index, begun }) => [
    ...scope.ctes.map(({ name }) => ({ ...nameCompletion(name, "variable", "WITH"), boost: 50 })),
    ...index.relations,
    ...index.functions.map((option) => ({ ...option, boost: -20 })),
    ...index.schemas,
    ...keywords(begun).filter(({ label }) => /^(?:lateral|only|select|values)$/i.test(label)),
  ],
  "after a value": ({ begun }) => keywords(begun),
  expression: ({ scope, index, begun }) => [
    ...columnsOf(scope, index),
    ...scope.sources.map(({ name, alias }) => ({
      ...nameCompletion(name, alias ? "variable" : "class", alias ? "alias" : undefined),
      boost: 30,
    })),
    ...index.functions,
    ...keywords(begun),
    ...index.schemas.map((option) => ({ ...option, boost: -30 })),
  ],
};

/** The columns of what the query reads from; one that several of them have is written with its source. */
function columnsOf({ sources }: Scope, index: SchemaIndex): Completion[] {
  if (sources.length === 0) return index.columns.map((option) => ({ ...option, boost: 20 }));
  const known = sources.flatMap((source) => source.columns().map((column) => [column, source.name] as const));
  const times = Map.groupBy(known, ([{ name }]) => name);
  return known.map(([column, source]: readonly [ScopeColumn, string]) => ({
    ...columnCompletion(column, times.get(column.name)!.length > 1 ? source : undefined),
    boost: 50,
  }));
}

function keywords(begun: string): Completion[] {
  return KEYWORDS.map((word, nth) => ({ label: inCaseOf(begun, word), type: "keyword", boost: nth < 30 ? -5 : -15 }));
}

/** Keywords in capitals, unless one has begun with a small letter. */
function inCaseOf(begun: string, word: string): string {
  return /^\p{Ll}/u.test(begun) ? word : word.toUpperCase();
}

/** The names before the cursor that are joined by dots. */
function pathBefore(before: readonly SqlToken[]): string[] {
  const path: string[] = [];
  for (let at = before.length - 1; at > 0 && wordOf(before[at]) === "." && before[at - 1]!.kind === "name"; at -= 2) {
    path.unshift(before[at - 1]!.text);
  }
  return path;
}

/** The keyword that began the clause of the last token, past what stands in parentheses. */
function clauseOf(before: readonly SqlToken[]): string {
  let depth = 0;
  for (const token of before.toReversed()) {
    const word = wordOf(token);
    if (word === ")") depth++;
    if (word === "(" && depth-- === 0) return "";
    if (depth === 0 && CLAUSES.has(word)) return word;
  }
  return "";
}

function isInCast(before: readonly SqlToken[]): boolean {
  let depth = 0;
  for (let at = before.length - 1; at > 0; at--) {
    const word = wordOf(before[at]);
    if (word === ")") depth++;
    if (word === "(" && depth-- === 0) return wordOf(before[at - 1]) === "cast";
  }
  return false;
}

function isName(token: SqlToken): boolean {
  return token.kind === "name" && (token.quoted || !KNOWN_WORDS.has(token.text));
}

/** Whether the last token is the star of all columns, and not a product. */
function isStar(before: readonly SqlToken[]): boolean {
  const previous = wordOf(before.at(-2));
  return wordOf(before.at(-1)) === "*" && ["select", "distinct", ",", ".", "("].includes(previous);
}

/** A keyword or mark; nothing of a quoted name. */
function wordOf(token: SqlToken | undefined): string {
  return token === undefined || token.quoted ? "" : token.text;
}
