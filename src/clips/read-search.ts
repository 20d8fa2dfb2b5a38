import { AppError } from "../errors.ts";
import type { TableName } from "../runs/tables-read.ts";

/** What somebody looks for among clips: all of it has to be true of a clip. */
export interface Search {
  /** Parts of its title, description, SQL, tags, or database's name. */
  words: readonly string[];
  /** Tables that its SQL reads; without a schema, in any. */
  tables: readonly TableName[];
  /** In small letters. */
  tags: readonly string[];
  databases: readonly string[];
  /** Parts of the name of who made it. */
  by: readonly string[];
}

/** More would make one query as long as a book. */
const MOST_TERMS = 50;

/**
 * Reads what somebody typed into the search: words, `"several words"` as one, and `table:orders`,
 * `table:public.orders`, `tag:sales`, `database:shop`, `by:ada`. What is not an operator, or has nothing behind it, is
 * a word; so is what stands in quotes with its colon.
 * @throws AppError invalid_request for more than 50 terms
 */
export function readSearch(text: string): Search {
  const search = { words: [] as string[], tables: [] as TableName[], tags: [] as string[] };
  const { databases, by } = { databases: [] as string[], by: [] as string[] };
  // PostgreSQL's text has no NUL.
  const terms = text.toWellFormed().replaceAll("\0", " ").match(TERM) ?? [];
  if (terms.length > MOST_TERMS) {
    throw new AppError("invalid_request", `A search has at most ${MOST_TERMS} words.`, {
      hint: 'Leave some out, or put words that stand together in quotes: "per month".',
    });
  }
  for (const term of terms) {
    const [, operator, written = ""] = OPERATOR.exec(term) ?? [];
    const value = unquote(written);
    if (operator === undefined || value.trim() === "") search.words.push(unquote(term));
    else if (operator.toLowerCase() === "table") search.tables.push(readTable(written));
    else if (operator.toLowerCase() === "tag") search.tags.push(value.trim().toLowerCase());
    else if (operator.toLowerCase() === "database") databases.push(value);
    else by.push(value);
  }
  return { ...search, words: search.words.filter((word) => word.trim() !== ""), databases, by };
}

/** Whether nothing is looked for. */
export function isEmptySearch(search: Search): boolean {
  return Object.values(search).every((terms: readonly unknown[]) => terms.length === 0);
}

/** What stands together: a quote that is never closed is a letter. */
const TERM = /(?:"[^"]*"|\S)+/g;
const OPERATOR = /^(table|tag|database|by):(.+)$/is;
const QUOTED_TABLE = /^(?:("[^"]+"|[^".]+)\.)?("[^"]+"|[^".]+)$/;

/** `orders`, `public.orders`, `"a.b"."c d"`; a name with more dots is one name. */
function readTable(text: string): TableName {
  const [, schema, name] = QUOTED_TABLE.exec(text) ?? [];
  if (name === undefined) return { schema: null, name: unquote(text) };
  return { schema: schema === undefined ? null : unquote(schema), name: unquote(name) };
}

function unquote(text: string): string {
  return text.replace(/"([^"]*)"/g, "$1");
}
