/** A piece of SQL that means something to a completion; spaces and comments are left out. */
export interface SqlToken {
  /** `name`: a word or a quoted identifier; `value`: a string or a number; `mark`: `::` or any other character. */
  kind: "name" | "value" | "mark";
  /** A name as PostgreSQL reads it: folded to small letters, or without its quotes. A mark as it is. */
  text: string;
  /** Whether it is a quoted identifier, which is never a keyword. */
  quoted: boolean;
  /** Where it begins and ends in the SQL, in UTF-16 units. */
  from: number;
  to: number;
}

/** Comments (not nested), strings, dollar quotes, {{parameters}}, quoted identifiers, words, marks: in this order. */
const TOKEN =
  /(?<skipped>--[^\n]*|\/\*(?:[^*]|\*(?!\/))*(?:\*\/|$))|(?<value>[eE]'(?:[^'\\]|''|\\.)*(?:'|$)|'(?:[^']|'')*(?:'|$)|\$(?<tag>\w*)\$[^]*?(?:\$\k<tag>\$|$)|\{\{[^}]*(?:\}\}|$)|\d[\w.]*)|(?<quoted>"(?:[^"]|"")*(?:"|$))|(?<word>[\p{L}_][\p{L}\p{N}_$]*)|(?<mark>::|\S)/gsu;

/**
 * Cuts SQL into what a completion looks at. What is not ended yet (a string, a comment) goes on to the end.
 * @param position of the cursor: null is returned when it stands where nothing is completed, in a string or a comment
 */
export function readTokens(sql: string, position: number): SqlToken[] | null {
  const tokens: SqlToken[] = [];
  for (const { 0: all, index: from, groups } of sql.matchAll(TOKEN)) {
    const { skipped, value, quoted, word, mark } = groups as Record<string, string | undefined>;
    const to = from + all.length;
    if (skipped !== undefined || value !== undefined) {
      // At the end of a line comment one still writes it, and so in a string that is not ended.
      const open = all.startsWith("--") || to === sql.length;
      if (from < position && (position < to || (position === to && open))) return null;
    }
    if (skipped !== undefined) continue;
    if (value !== undefined) tokens.push({ kind: "value", text: "", quoted: false, from, to });
    else if (mark !== undefined) tokens.push({ kind: "mark", text: mark, quoted: false, from, to });
    else if (word !== undefined) tokens.push({ kind: "name", text: word.toLowerCase(), quoted: false, from, to });
    else tokens.push({ kind: "name", text: unquote(quoted!), quoted: true, from, to });
  }
  return tokens;
}

function unquote(identifier: string): string {
  const ended = identifier.length > 1 && identifier.endsWith('"');
  return identifier.slice(1, ended ? -1 : undefined).replaceAll('""', '"');
}
