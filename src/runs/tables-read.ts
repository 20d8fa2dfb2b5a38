import { isSqlNode, parseSql, type SqlNode, type SqlTree } from "./sql-parser.ts";
import { compileTemplate } from "./template.ts";

/** A table's name as a query has it: folded and unescaped; without a schema, the search path decides. */
export interface TableName {
  schema: string | null;
  name: string;
}

/** What was read lately, by the SQL: to parse one again costs about a quarter of a millisecond. */
const lately = new Map<string, readonly TableName[]>();
/** Of all SQL that is kept together: about 20,000 queries of usual length, and 20 MB. */
const MOST_KEPT_CHARACTERS = 10_000_000;
const LONGEST_KEPT = 50_000;
let keptCharacters = 0;

/**
 * The tables and views that a clip's SQL reads, each once, in the order of the SQL, by PostgreSQL's own parser. The
 * names of WITH queries are none, where they hide a table. SQL that cannot be parsed any more reads none. `loadGate`
 * must have ended.
 */
export function tablesRead(sql: string): readonly TableName[] {
  const known = lately.get(sql);
  if (known !== undefined) return known;
  let tables: readonly TableName[];
  try {
    tables = walk(parseSql(compileTemplate(sql).text).map(({ stmt }) => stmt));
  } catch {
    return [];
  }
  if (sql.length <= LONGEST_KEPT) keep(sql, tables);
  return tables;
}

function keep(sql: string, tables: readonly TableName[]): void {
  lately.set(sql, tables);
  keptCharacters += sql.length;
  for (const oldest of lately.keys()) {
    if (keptCharacters <= MOST_KEPT_CHARACTERS) return;
    lately.delete(oldest);
    keptCharacters -= oldest.length;
  }
}

interface Place {
  tree: SqlTree;
  /** The names of the WITH queries that can be seen from there. */
  hidden: ReadonlySet<string>;
}

/** Without recursion, as walkStatement; a name hides a table only where PostgreSQL would take it for the WITH query. */
function walk(root: SqlTree): TableName[] {
  const found = new Map<string, TableName & { byte: number }>();
  const left: Place[] = [{ tree: root, hidden: new Set() }];
  for (let place = left.pop(); place !== undefined; place = left.pop()) {
    const { tree, hidden } = place;
    if (tree === null || typeof tree !== "object") continue;
    if (Array.isArray(tree)) {
      for (const item of tree) left.push({ tree: item, hidden });
      continue;
    }
    noteTable(tree, hidden, found);
    const { withClause, ...others } = tree;
    const seen = withClause === undefined ? hidden : openWith(withClause, hidden, left);
    for (const inner of Object.values(others)) left.push({ tree: inner, hidden: seen });
  }
  return [...found.values()].toSorted((a, b) => a.byte - b.byte).map(({ schema, name }) => ({ schema, name }));
}

function noteTable(node: SqlNode, hidden: ReadonlySet<string>, found: Map<string, TableName & { byte: number }>): void {
  const { relname: name, schemaname, location } = node;
  if (typeof name !== "string") return;
  const schema = typeof schemaname === "string" ? schemaname : null;
  if (schema === null && hidden.has(name)) return;
  const key = JSON.stringify([schema, name]);
  const byte = Math.min(typeof location === "number" ? location : 0, found.get(key)?.byte ?? Infinity);
  found.set(key, { schema, name, byte });
}

/**
 * Leaves the queries of a WITH to be walked, and says which names can be seen behind it. A query sees those before it;
 * with RECURSIVE, all, and its own.
 */
function openWith(clause: SqlTree, hidden: ReadonlySet<string>, left: Place[]): ReadonlySet<string> {
  const { ctes, recursive } = asNode(clause);
  const queries = (Array.isArray(ctes) ? ctes : []).map((cte) => asNode(asNode(cte)["CommonTableExpr"] ?? null));
  const names = queries.map(({ ctename }) => String(ctename));
  const all = new Set([...hidden, ...names]);
  queries.forEach((query, index) => {
    left.push({ tree: query, hidden: recursive === true ? all : new Set([...hidden, ...names.slice(0, index)]) });
  });
  return all;
}

function asNode(tree: SqlTree): SqlNode {
  return isSqlNode(tree) ? tree : {};
}
