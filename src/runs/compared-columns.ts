import { isSqlNode, parseSql, type SqlNode, type SqlTree } from "./sql-parser.ts";

/** A column that a parameter is compared with, as the SQL names it. */
export interface ComparedColumn {
  /** Of the parameter, from 1: the n of $n. */
  parameter: number;
  /** The tables that it may be of: several where the column is named alone. */
  tables: readonly { schema: string | null; name: string }[];
  column: string;
}

/** Tables that a SELECT reads, by the name that its columns are qualified with. */
interface Scope {
  tables: ReadonlyMap<string, { schema: string | null; name: string }>;
  outer: Scope | null;
}

/**
 * The columns that parameters are compared with for equality: `column = $1`, `column = ANY ($1)`, `column IN ($1, $2)`,
 * with or without casts. Without recursion, as PostgreSQL's raw parse tree may be deep.
 * @param text SQL for PostgreSQL, that the gate has let through
 */
export function findComparedColumns(text: string): ComparedColumn[] {
  const found: ComparedColumn[] = [];
  const left: { tree: SqlTree; scope: Scope | null; ctes: ReadonlySet<string> }[] = parseSql(text).map(({ stmt }) => ({
    tree: stmt,
    scope: null,
    ctes: new Set(),
  }));
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { tree } = next;
    let { scope, ctes } = next;
    if (Array.isArray(tree)) {
      for (const item of tree) left.push({ tree: item, scope, ctes });
      continue;
    }
    if (!isSqlNode(tree)) continue;
    if (tree["withClause"] !== undefined) ctes = new Set([...ctes, ...namesOfCtes(tree["withClause"])]);
    // Some SELECTs come without their kind: those that UNION joins.
    if (tree["fromClause"] !== undefined) scope = { tables: tablesIn(tree["fromClause"], ctes), outer: scope };
    if (isSqlNode(tree["A_Expr"])) found.push(...comparedIn(tree["A_Expr"], scope));
    for (const value of Object.values(tree)) left.push({ tree: value, scope, ctes });
  }
  return found;
}

/** What one expression compares, either way round. */
function comparedIn(expression: SqlNode, scope: Scope | null): ComparedColumn[] {
  const { kind, name, lexpr, rexpr } = expression;
  if (scope === null || strings(name)[0] !== "=") return [];
  if (kind !== "AEXPR_OP" && kind !== "AEXPR_OP_ANY" && kind !== "AEXPR_IN") return [];
  const sides = [
    [lexpr, rexpr],
    [rexpr, lexpr],
  ] as const;
  return sides.flatMap(([side, other]) => {
    const fields = strings(inner(uncast(side), "ColumnRef")?.["fields"]);
    const tables = tablesOf(fields, scope);
    if (tables.length === 0) return [];
    return parametersIn(other).map((parameter) => ({ parameter, tables, column: fields.at(-1)! }));
  });
}

/** The tables that a column may be of, by how it is named. */
function tablesOf(fields: readonly string[], scope: Scope): ComparedColumn["tables"] {
  const [table, schema] = fields.slice(0, -1).toReversed();
  if (fields.length === 0) return [];
  if (schema !== undefined) return [{ schema, name: table! }];
  if (table === undefined) return [...scope.tables.values()];
  for (let each: Scope | null = scope; each !== null; each = each.outer) {
    const known = each.tables.get(table);
    if (known !== undefined) return [known];
  }
  return [];
}

function parametersIn(tree: SqlTree | undefined): number[] {
  const bare = uncast(tree);
  const items = inner(bare, "List")?.["items"];
  const all = Array.isArray(items) ? items.map(uncast) : [bare];
  return all.flatMap((each) => {
    const number = inner(each, "ParamRef")?.["number"];
    return typeof number === "number" ? [number] : [];
  });
}

/** The tables of a FROM, and of its joins; what a subquery reads is its own. */
function tablesIn(from: SqlTree, ctes: ReadonlySet<string>): Scope["tables"] {
  const tables = new Map<string, { schema: string | null; name: string }>();
  const left: SqlTree[] = [from];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (Array.isArray(next)) left.push(...next);
    const join = inner(next, "JoinExpr");
    if (join !== undefined) left.push(join["larg"] ?? null, join["rarg"] ?? null);
    const range = inner(next, "RangeVar");
    const name = range?.["relname"];
    if (typeof name !== "string") continue;
    const schema = typeof range!["schemaname"] === "string" ? range!["schemaname"] : null;
    if (schema === null && ctes.has(name)) continue;
    const alias = isSqlNode(range!["alias"]) ? range!["alias"]["aliasname"] : undefined;
    tables.set(typeof alias === "string" ? alias : name, { schema, name });
  }
  return tables;
}

function namesOfCtes(clause: SqlTree): string[] {
  const ctes = isSqlNode(clause) ? clause["ctes"] : undefined;
  if (!Array.isArray(ctes)) return [];
  return ctes.flatMap((each) => {
    const name = inner(each, "CommonTableExpr")?.["ctename"];
    return typeof name === "string" ? [name] : [];
  });
}

/** What a cast, or several, stand around. */
function uncast(tree: SqlTree | undefined): SqlTree | undefined {
  let bare = tree;
  for (let cast = inner(bare, "TypeCast"); cast !== undefined; cast = inner(bare, "TypeCast")) bare = cast["arg"];
  return bare;
}

function inner(tree: SqlTree | undefined, kind: string): SqlNode | undefined {
  const node = isSqlNode(tree) ? tree[kind] : undefined;
  return isSqlNode(node) ? node : undefined;
}

/** The texts in a list of String nodes; one with anything else, such as `*`, has none. */
function strings(tree: SqlTree | undefined): string[] {
  if (!Array.isArray(tree)) return [];
  const texts = tree.map((item) => inner(item, "String")?.["sval"]);
  return texts.every((text) => typeof text === "string") ? texts : [];
}
