import { AppError } from "../errors.ts";
import { positionOfUnit } from "./sql-position.ts";

/** The longest SQL that a clip may have, in UTF-8 bytes. Parsing takes time and memory in proportion. */
export const MAX_SQL_BYTES = 100_000;

/**
 * Refuses text that no SQL may be, before anything looks at it: a NUL character (a C parser would stop reading
 * there, and check less than the server runs), half of a surrogate pair (it has no UTF-8 form), and SQL of more
 * than `maxBytes` UTF-8 bytes. Throws an {@link AppError}.
 */
export function checkSqlText(sql: string, maxBytes: number = MAX_SQL_BYTES): void {
  // A string has at least one UTF-8 byte for each UTF-16 unit, so a very long one need not be encoded to be counted.
  if (sql.length > maxBytes || new TextEncoder().encode(sql).length > maxBytes) {
    throw new AppError("request_too_large", `The SQL is too long: a clip may have ${maxBytes} bytes.`, {
      hint: "Move the long part into a view or a table, and query that.",
    });
  }
  const nul = sql.indexOf("\0");
  if (nul >= 0) {
    throw new AppError("invalid_request", "The SQL contains a NUL character, which PostgreSQL cannot read.", {
      hint: "Remove the character. It often comes with text copied from a binary file.",
      position: positionOfUnit(sql, nul),
    });
  }
  if (!sql.isWellFormed()) {
    throw new AppError("invalid_request", "The SQL contains half of a character (a lone surrogate).", {
      hint: "Remove the broken character. It often comes from text that was cut in the middle of an emoji.",
      position: positionOfUnit(sql, loneSurrogateAt(sql)),
    });
  }
}

function loneSurrogateAt(text: string): number {
  return text.search(/\p{Surrogate}/u);
}
