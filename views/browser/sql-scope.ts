import { type FindColumns, isQuery, type Query, readFrom, readWith, selects, type Source } from "./sql-sources.ts";
import { groups, holds, pairParentheses, type Range, start } from "./sql-statement.ts";
import type { SqlToken } from "./sql-tokens.ts";

/** What the query has named where the cursor stands. */
export interface Scope {
  /** Of the FROM clauses, the innermost query's first. */
  sources: readonly Source[];
  /** Those of WITH. */
  ctes: readonly Source[];
}

/**
 * Reads what can be named at a place of a query, however unfinished it is: its own FROM clause wherever it stands, those
 * of the queries around it, and WITH.
 * @param tokens of the whole SQL, without the name that is being written at the position
 */
export function readScope(tokens: readonly SqlToken[], position: number, find: FindColumns): Scope {
  let from = 0;
  let to = tokens.length;
  tokens.forEach((token, index) => {
    if (token.text !== ";" || token.kind !== "mark") return;
    if (token.to <= position) from = index + 1;
    else to = Math.min(to, index);
  });
  const pairs = pairParentheses(tokens, from, to);
  return scopeAt({ tokens, pairs, find }, { from, to }, position, [], []);
}

function scopeAt(
  query: Query,
  range: Range,
  position: number,
  outer: readonly Source[],
  around: readonly Source[],
): Scope {
  const { ctes, bodies, rest } = readWith(query, range, around);
  const body = bodies.find((each) => holds(query, each, position));
  if (body) return scopeAt(query, body, position, [], ctes);
  const select = selects(query, rest).findLast((each) => start(query, each) <= position) ?? rest;
  const { sources, subqueries } = readFrom(query, select, ctes);
  const visible = [...sources, ...outer];
  const group = groups(query, select).find((each) => holds(query, each, position));
  if (!group) return { sources: visible, ctes };
  const closed = subqueries.get(group.from);
  return scopeInside(query, group, position, closed === "closed" ? outer : visible, ctes);
}

/** In parentheses: a query is a level of its own, anything else belongs to the level around it. */
function scopeInside(
  query: Query,
  range: Range,
  position: number,
  outer: readonly Source[],
  ctes: readonly Source[],
): Scope {
  if (isQuery(query, range)) return scopeAt(query, range, position, outer, ctes);
  const group = groups(query, range).find((each) => holds(query, each, position));
  return group ? scopeInside(query, group, position, outer, ctes) : { sources: outer, ctes };
}
