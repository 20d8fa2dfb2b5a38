import { isSqlNode, type SqlNode, type SqlTree } from "./sql-parser.ts";

/** A name that a statement uses. */
export interface UsedName {
  /**
   * `attribute` is the end of `a.b` or `(…).b`: a column, or a function of one argument, which PostgreSQL calls for
   * that notation too.
   */
  kind: "relation" | "function" | "attribute" | "operator" | "type";
  schema: string | null;
  /** folded and unescaped */
  name: string;
  /** UTF-8 offset in the SQL of it, or of what stands around it */
  byte: number | undefined;
}

/** Something in a statement that does more than read. */
export interface Fault {
  kind: "statement" | "into" | "locking";
  /** of a statement: the node's kind, such as `InsertStmt` */
  node: string | undefined;
  byte: number | undefined;
}

interface Found {
  names: UsedName[];
  faults: Fault[];
}

/** What to note when a node has a field of this name. Fields say more than kinds of nodes: some nodes come without their kind. */
const FIELDS: Record<string, (value: SqlTree, found: Found, byte: number | undefined, node: SqlNode) => void> = {
  intoClause: (value, { faults }, byte) => {
    faults.push({ kind: "into", node: undefined, byte: locationIn(value, "rel") ?? byte });
  },
  lockingClause: (_, { faults }, byte) => {
    faults.push({ kind: "locking", node: undefined, byte });
  },
  relname: (value, { names }, byte, node) => {
    const schema = typeof node["schemaname"] === "string" ? node["schemaname"] : null;
    if (typeof value === "string") names.push({ kind: "relation", schema, name: value, byte });
  },
  funcname: (value, { names }, byte) => addName(names, "function", strings(value), byte),
  /** TABLESAMPLE's method is a function */
  method: (value, { names }, byte) => addName(names, "function", strings(value), byte),
  /** of `t.b`; a name alone is never a function */
  fields: (value, { names }, byte) => {
    const parts = strings(value);
    if (parts.length > 1) names.push({ kind: "attribute", schema: null, name: parts.at(-1) ?? "", byte });
  },
  /** of `(…).b` and `(…)[1].b.c` */
  indirection: (value, { names }, byte) => {
    for (const name of strings(value)) names.push({ kind: "attribute", schema: null, name, byte });
  },
  /** of an operator in an expression */
  name: (value, { names }, byte) => addName(names, "operator", strings(value), byte),
  operName: (value, { names }, byte) => addName(names, "operator", strings(value), byte),
  useOp: (value, { names }, byte) => addName(names, "operator", strings(value), byte),
  names: (value, { names }, byte) => addName(names, "type", strings(value), byte),
};

/**
 * Every name that the statement uses and everything in it that does more than read, in the order of the SQL.
 * Without recursion: no depth of nesting is too much for it. Expects libpg-query's JSON of PostgreSQL's raw parse
 * tree, where the key of a node is its kind (`{"FuncCall":{…}}`) and starts with a capital.
 */
export function walkStatement(root: SqlNode): Found {
  const found: Found = { names: [], faults: [] };
  const left: { tree: SqlTree; byte: number | undefined }[] = [{ tree: root, byte: undefined }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { tree } = next;
    if (tree === null || typeof tree !== "object") continue;
    const inner: typeof left = [];
    if (Array.isArray(tree)) {
      for (const item of tree) inner.push({ tree: item, byte: next.byte });
    } else {
      const byte = locationOf(tree) ?? next.byte;
      for (const [key, value] of Object.entries(tree)) {
        if (key.endsWith("Stmt") && /^[A-Z]/.test(key) && key !== "SelectStmt") {
          found.faults.push({ kind: "statement", node: key, byte: locationIn(value, "relation") ?? byte });
        }
        if (Object.hasOwn(FIELDS, key)) FIELDS[key]?.(value, found, byte, tree);
        inner.push({ tree: value, byte });
      }
    }
    for (let item = inner.pop(); item !== undefined; item = inner.pop()) left.push(item);
  }
  found.names.sort(byPlace);
  found.faults.sort(byPlace);
  return found;
}

function byPlace(a: { byte: number | undefined }, b: { byte: number | undefined }): number {
  return (a.byte ?? 0) - (b.byte ?? 0);
}

/** -1 says that PostgreSQL knows none. */
function locationOf(node: SqlNode): number | undefined {
  const { location } = node;
  return typeof location === "number" && location >= 0 ? location : undefined;
}

function locationIn(tree: SqlTree, field: string): number | undefined {
  const inner = isSqlNode(tree) ? tree[field] : undefined;
  return isSqlNode(inner) ? locationOf(inner) : undefined;
}

/** The texts in a list of String nodes; other nodes (subscripts, `*`) are left out. */
function strings(tree: SqlTree): string[] {
  if (!Array.isArray(tree)) return [];
  return tree.flatMap((item) => {
    const text = isSqlNode(item) ? item["String"] : undefined;
    return isSqlNode(text) && typeof text["sval"] === "string" ? [text["sval"]] : [];
  });
}

function addName(names: UsedName[], kind: UsedName["kind"], parts: string[], byte: number | undefined): void {
  const name = parts.at(-1);
  if (name !== undefined) names.push({ kind, schema: parts.at(-2) ?? null, name, byte });
}
