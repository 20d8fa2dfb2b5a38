import { columnNames, is, isName, type Range, type Statement, walk, word as wordAt } from "./sql-statement.ts";

/** A column, as far as it is known: of a computed one only the name. */
export interface ScopeColumn {
  name: string;
  type?: string;
  comment?: string | null;
}

/** What a FROM clause or a WITH names. */
export interface Source {
  /** By which its columns are named: the alias, or the relation's own name. */
  name: string;
  /** Whether the name was given in the query, and is not the relation's own. */
  alias: boolean;
  columns: () => readonly ScopeColumn[];
}

/** Finds the columns of a relation of the database, by its name with or without its schema. */
export type FindColumns = (path: readonly string[]) => readonly ScopeColumn[] | undefined;

/** A statement of a database whose relations can be looked up. */
export interface Query extends Statement {
  find: FindColumns;
}

/** Words that end a FROM clause; another SELECT of the same level begins after the last three. */
const AFTER_FROM = new Set("where group having window order limit offset fetch for union intersect except".split(" "));
const SET_OPERATIONS = new Set(["union", "intersect", "except"]);
/** Words after which a FROM clause names another relation. */
const BEFORE_RELATION = new Set(["from", "join", ","]);

/** WITH at the beginning of a level: its names, each one's query, and what comes after. */
export function readWith(
  query: Query,
  range: Range,
  around: readonly Source[],
): { ctes: Source[]; bodies: Range[]; rest: Range } {
  const ctes = [...around];
  const bodies: Range[] = [];
  let { from } = range;
  while (from < range.to && (is(query, from, "explain") || is(query, from, "analyze"))) from++;
  if (!is(query, from, "with")) return { ctes, bodies, rest: { from, to: range.to } };
  from++;
  if (is(query, from, "recursive")) from++;
  while (from < range.to && isName(query, from)) {
    const name = query.tokens[from]!.text;
    from++;
    const named = columnNames(query, from);
    if (named) from = query.pairs.get(from)! + 1;
    while (from < range.to && ["as", "not", "materialized"].some((word) => is(query, from, word))) from++;
    const end = query.pairs.get(from);
    if (end === undefined) break;
    const body = { from: from + 1, to: end };
    bodies.push(body);
    // Its own name is there too, as WITH RECURSIVE has it; its columns are then those of its first SELECT.
    const known = [...ctes];
    ctes.push({ name, alias: true, columns: once(() => rename(outputColumns(query, body, known), named)) });
    from = end + 1;
    if (!is(query, from, ",")) break;
    from++;
  }
  return { ctes, bodies, rest: { from, to: range.to } };
}

/** The SELECTs of a level, between UNION and the like. */
export function selects(query: Query, { from, to }: Range): Range[] {
  const found: Range[] = [];
  let start = from;
  walk(query, { from, to }, (index) => {
    if (!SET_OPERATIONS.has(wordAt(query, index))) return;
    found.push({ from: start, to: index });
    start = index + 1;
  });
  found.push({ from: start, to });
  return found;
}

/** The relations of a SELECT's FROM clause, and by their beginning the subqueries, which mostly see nothing beside them. */
export function readFrom(query: Query, select: Range, ctes: readonly Source[]) {
  const sources: Source[] = [];
  const subqueries = new Map<number, "closed" | "lateral">();
  let inFrom = false;
  walk(query, select, (index) => {
    const word = wordAt(query, index);
    if (AFTER_FROM.has(word)) inFrom = false;
    if (word === "from" && !is(query, index - 1, "distinct")) inFrom = true;
    if (!inFrom || !BEFORE_RELATION.has(word)) return;
    let at = index + 1;
    const lateral = is(query, at, "lateral");
    while (is(query, at, "lateral") || is(query, at, "only")) at++;
    if (query.pairs.has(at)) subqueries.set(at + 1, lateral ? "lateral" : "closed");
    const source = readRelation(query, at, select.to, ctes);
    if (source) sources.push(source);
  });
  return { sources, subqueries };
}

export function isQuery(query: Query, { from }: Range): boolean {
  return ["select", "with", "values", "table"].some((word) => is(query, from, word)) || query.pairs.has(from);
}

function readRelation(query: Query, start: number, end: number, ctes: readonly Source[]): Source | undefined {
  const path: string[] = [];
  let at = start;
  let columns: () => readonly ScopeColumn[];
  const close = query.pairs.get(start);
  if (close !== undefined) {
    const body = { from: start + 1, to: close };
    columns = once(() => (isQuery(query, body) ? outputColumns(query, body, ctes) : []));
    at = close + 1;
  } else {
    while (at < end && isName(query, at)) {
      path.push(query.tokens[at]!.text);
      at++;
      if (!is(query, at, ".")) break;
      at++;
    }
    if (path.length === 0) return undefined;
    const [only] = path;
    const cte = path.length === 1 ? ctes.findLast(({ name }) => name === only) : undefined;
    columns = cte ? cte.columns : () => query.find(path) ?? [];
    // A function: what it takes, and WITH ORDINALITY.
    if (query.pairs.has(at)) at = query.pairs.get(at)! + 1;
    if (is(query, at, "with") && is(query, at + 1, "ordinality")) at += 2;
  }
  if (is(query, at, "as")) at++;
  const alias = at < end && isName(query, at) && wordAt(query, at) !== "set" ? query.tokens[at]!.text : undefined;
  const name = alias ?? path.at(-1);
  if (name === undefined) return undefined;
  const named = alias === undefined ? undefined : columnNames(query, at + 1);
  return { name, alias: alias !== undefined, columns: named ? once(() => rename(columns(), named)) : columns };
}

/** The columns that a query gives: those of its first SELECT. */
function outputColumns(query: Query, range: Range, around: readonly Source[]): ScopeColumn[] {
  const { ctes, rest } = readWith(query, range, around);
  const [select] = selects(query, rest) as [Range];
  const inner = query.pairs.get(select.from);
  if (inner !== undefined) return outputColumns(query, { from: select.from + 1, to: inner }, ctes);
  if (!is(query, select.from, "select")) return [];
  const { sources } = readFrom(query, select, ctes);
  const columns: ScopeColumn[] = [];
  let start = select.from + 1;
  let ended = false;
  const item = (end: number): void => {
    if (!ended && start < end) columns.push(...outputOf(query, { from: start, to: end }, sources));
    start = end + 1;
  };
  walk(query, select, (index) => {
    const word = wordAt(query, index);
    if (word === ",") item(index);
    if ((word === "from" && !is(query, index - 1, "distinct")) || AFTER_FROM.has(word)) {
      item(index);
      ended = true;
    }
  });
  item(select.to);
  return columns;
}

/** The columns of one item of a select list: `*`, `o.*`, `expression AS name`, `o.id`, or a function's name. */
function outputOf(query: Query, { from, to }: Range, sources: readonly Source[]): ScopeColumn[] {
  const last = to - 1;
  const qualifier = is(query, last - 1, ".") && last - 2 >= from ? query.tokens[last - 2]!.text : undefined;
  const meant = qualifier === undefined ? sources : sources.filter(({ name }) => name === qualifier);
  if (is(query, last, "*")) return meant.flatMap(({ columns }) => [...columns()]);
  if (!query.tokens[last] || query.tokens[last].kind !== "name") {
    return isName(query, from) && is(query, last, ")") ? [{ name: query.tokens[from]!.text }] : [];
  }
  const name = query.tokens[last].text;
  const plain = last === from || (qualifier !== undefined && last - 2 === from);
  const known = plain ? meant.flatMap(({ columns }) => columns().filter((column) => column.name === name)) : [];
  return [known[0] ?? { name }];
}

function rename(columns: readonly ScopeColumn[], names: readonly string[] | undefined): readonly ScopeColumn[] {
  if (!names) return columns;
  return [...names.map((name, index) => ({ ...columns[index], name })), ...columns.slice(names.length)];
}

/** Computes a value when it is first asked for; while it is computed, a query that names itself gets nothing. */
function once(compute: () => readonly ScopeColumn[]): () => readonly ScopeColumn[] {
  let value: readonly ScopeColumn[] | undefined;
  return () => {
    if (value === undefined) {
      value = [];
      value = compute();
    }
    return value;
  };
}
