import type { SqlToken } from "./sql-tokens.ts";
import { RESERVED } from "./sql-words.ts";

/** One statement's tokens among all, and the index of each opening parenthesis' closing one. */
export interface Statement {
  tokens: readonly SqlToken[];
  pairs: ReadonlyMap<number, number>;
}

/** A part of the tokens. */
export interface Range {
  from: number;
  to: number;
}

/** The index of each opening parenthesis' closing one; one that is not closed is, at the end. */
export function pairParentheses(tokens: readonly SqlToken[], from: number, to: number): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>();
  const open: number[] = [];
  for (let index = from; index < to; index++) {
    const { kind, text } = tokens[index]!;
    if (kind !== "mark") continue;
    if (text === "(") open.push(index);
    if (text === ")" && open.length > 0) pairs.set(open.pop()!, index);
  }
  for (const index of open) pairs.set(index, to);
  return pairs;
}

/** Goes over a part, leaving out what stands in parentheses. */
export function walk(statement: Statement, { from, to }: Range, visit: (index: number) => void): void {
  for (let index = from; index < to; index++) {
    visit(index);
    index = Math.min(statement.pairs.get(index) ?? index, to);
  }
}

/** What stands in parentheses in a part, without what is in others. */
export function groups(statement: Statement, range: Range): Range[] {
  const found: Range[] = [];
  walk(statement, range, (index) => {
    const to = statement.pairs.get(index);
    if (to !== undefined) found.push({ from: index + 1, to });
  });
  return found;
}

/** Whether a place is between the parentheses around a part. */
export function holds(statement: Statement, { from, to }: Range, position: number): boolean {
  return statement.tokens[from - 1]!.to <= position && position <= (statement.tokens[to]?.from ?? Infinity);
}

/** Where a part begins, in UTF-16 units. */
export function start(statement: Statement, { from }: Range): number {
  return statement.tokens[from - 1]?.to ?? 0;
}

/** The names in `(a, b)`; undefined where there is no such list. */
export function columnNames(statement: Statement, at: number): string[] | undefined {
  const end = statement.pairs.get(at);
  if (end === undefined) return undefined;
  return statement.tokens
    .slice(at + 1, end)
    .filter((token, index, all) => token.kind === "name" && (index === 0 || all[index - 1]!.text === ","))
    .map(({ text }) => text);
}

/** A keyword or mark, lower-case; nothing of a quoted name. */
export function word(statement: Statement, index: number): string {
  const token = statement.tokens[index];
  return token === undefined || token.quoted ? "" : token.text;
}

/** Whether a token is a keyword or mark. */
export function is(statement: Statement, index: number, wanted: string): boolean {
  return word(statement, index) === wanted;
}

/** Whether a token can be a name: of a relation, a column, an alias. */
export function isName(statement: Statement, index: number): boolean {
  const token = statement.tokens[index];
  return token?.kind === "name" && (token.quoted || !RESERVED.has(token.text));
}
