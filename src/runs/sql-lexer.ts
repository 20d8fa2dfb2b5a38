/** What a piece of SQL is, as far as a template has to know. */
type SqlTokenKind =
  | "comment"
  /** a string literal of any kind: '', E'', U&'', B'', X'', $$ $$, with the parts that continue it on later lines */
  | "string"
  /** "…" or U&"…" */
  | "quoted_identifier"
  /** a keyword or an identifier without quotes */
  | "word"
  /** $1 and its like */
  | "positional"
  /** {{, wherever it stands outside of strings and comments */
  | "braces"
  /** white space, numbers, operators, punctuation; a number or an operator may take several of these */
  | "other";

export interface SqlToken {
  kind: SqlTokenKind;
  /** UTF-16 offsets, end exclusive */
  start: number;
  end: number;
  /** where a string goes on on a later line: the white space and line comments between its parts */
  gaps: { start: number; end: number }[];
  /** false for a string, comment or quoted identifier whose end is missing; it then reaches to the end of the text */
  terminated: boolean;
}

// PostgreSQL takes every byte from 0x80 on as part of an identifier, so every character that is not ASCII is.
const WORD = /[A-Za-z_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*/y;
// With the letters in 0x1F, 1e5 and 1_000; PostgreSQL refuses all others.
const NUMBER = /[0-9][A-Za-z0-9_]*/y;
const SPACE = /[ \t\n\r\f\v]+/y;
const POSITIONAL = /\$[0-9]+/y;
const DOLLAR_QUOTE = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y;
const LINE_COMMENT = /--[^\n\r]*/y;
const STRING_START = /(?:[eEbBxX]|[uU]&)?'/y;
const QUOTED_IDENTIFIER_START = /(?:[uU]&)?"/y;
// A string goes on after a line break: 'a' (new line) 'b' is 'ab'. Line comments may stand between.
// The lookahead leaves one way only to match a comment, so this cannot run away.
const CONTINUATION = /(?:[ \t\f\v]|--[^\n\r]*(?=[\n\r]))*[\n\r](?:[ \t\n\r\f\v]|--[^\n\r]*[\n\r])*'/y;

/**
 * The token that starts at the UTF-16 offset `start` of `sql`, which must be the start of a token. Follows
 * PostgreSQL's scan.l with standard_conforming_strings on (a run pins that setting).
 */
export function readSqlToken(sql: string, start: number): SqlToken {
  const gaps: SqlToken["gaps"] = [];
  const token = (kind: SqlTokenKind, end: number | undefined): SqlToken => ({
    kind,
    start,
    end: end ?? sql.length,
    gaps,
    terminated: end !== undefined,
  });

  const quote = matchAt(STRING_START, sql, start);
  if (quote !== undefined) return token("string", endOfString(sql, start, quote, gaps));
  const doubleQuote = matchAt(QUOTED_IDENTIFIER_START, sql, start);
  if (doubleQuote !== undefined) return token("quoted_identifier", endOfQuotes(sql, doubleQuote, '"', false));
  const lineComment = matchAt(LINE_COMMENT, sql, start);
  if (lineComment !== undefined) return token("comment", lineComment);
  if (sql.startsWith("/*", start)) return token("comment", endOfBlockComment(sql, start));
  if (sql.startsWith("{{", start)) return token("braces", start + 2);
  const word = matchAt(WORD, sql, start);
  if (word !== undefined) return token("word", word);
  const dollarQuote = matchAt(DOLLAR_QUOTE, sql, start);
  if (dollarQuote !== undefined) return token("string", endOfDollarQuotes(sql, start, dollarQuote));
  const positional = matchAt(POSITIONAL, sql, start);
  if (positional !== undefined) return token("positional", positional);
  // An operator is taken a character at a time: PostgreSQL too ends it where a comment starts.
  return token("other", matchAt(SPACE, sql, start) ?? matchAt(NUMBER, sql, start) ?? start + 1);
}

/** The end of the match of a sticky pattern at `start`. */
function matchAt(pattern: RegExp, sql: string, start: number): number | undefined {
  pattern.lastIndex = start;
  return pattern.test(sql) ? pattern.lastIndex : undefined;
}

function endOfString(sql: string, start: number, afterQuote: number, gaps: SqlToken["gaps"]): number | undefined {
  const prefix = sql.charAt(start).toLowerCase();
  const escapes = prefix === "e";
  const doubles = prefix !== "b" && prefix !== "x";
  for (let from = afterQuote; ;) {
    const end = doubles ? endOfQuotes(sql, from, "'", escapes) : endOfBits(sql, from);
    if (end === undefined) return undefined;
    const continued = matchAt(CONTINUATION, sql, end);
    if (continued === undefined) return end;
    gaps.push({ start: end, end: continued - 1 });
    from = continued;
  }
}

/** The end of text in quotes in which the doubled quote stands for one; `from` is behind the opening quote. */
function endOfQuotes(sql: string, from: number, quote: "'" | '"', escapes: boolean): number | undefined {
  for (let at = from; at < sql.length; at++) {
    const character = sql[at];
    if (escapes && character === "\\") at++;
    else if (character === quote) {
      if (sql[at + 1] !== quote) return at + 1;
      at++;
    }
  }
  return undefined;
}

/** B'' and X'' know no doubled quote: the next quote ends them. */
function endOfBits(sql: string, from: number): number | undefined {
  const quote = sql.indexOf("'", from);
  return quote < 0 ? undefined : quote + 1;
}

function endOfDollarQuotes(sql: string, start: number, afterTag: number): number | undefined {
  const tag = sql.slice(start, afterTag);
  const closing = sql.indexOf(tag, afterTag);
  return closing < 0 ? undefined : closing + tag.length;
}

/** Block comments nest. */
function endOfBlockComment(sql: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < sql.length;) {
    if (sql.startsWith("/*", at)) {
      depth++;
      at += 2;
    } else if (sql.startsWith("*/", at)) {
      depth--;
      at += 2;
      if (depth === 0) return at;
    } else at++;
  }
  return undefined;
}
