import { AppError } from "../../errors.ts";
import type { Column } from "../columns.ts";

/** What stands for the whole row where the names of columns are given. */
export const WHOLE_ROW = "*";

/** Names in one message, at most. */
const MOST_NAMES = 20;

/**
 * The numbers of a key's columns, in their order in the result; none for `*`, the whole row.
 * @param texts names of columns; a text that is no name is split at its commas
 * @returns null when no text names anything: the key has to be guessed
 * @throws AppError invalid_request for a name that no column has, or several have
 */
export function readKey(texts: readonly string[], columns: readonly Column[]): number[] | null {
  const all = columns.map(({ name }) => name);
  const names = texts
    .flatMap((text) => (all.includes(text) ? [text] : text.split(",")))
    .map((name) => (all.includes(name) ? name : name.trim()))
    .filter((name) => name !== "");
  if (names.length === 0) return null;
  if (names.length === 1 && names[0] === WHOLE_ROW && !all.includes(WHOLE_ROW)) return [];
  const numbers = new Set(names.map((name) => findColumn(name, all)));
  return [...numbers].toSorted((a, b) => a - b);
}

function findColumn(name: string, all: readonly string[]): number {
  const number = all.indexOf(name);
  const quoted = JSON.stringify(name.slice(0, 63));
  if (number < 0) {
    const known = all.slice(0, MOST_NAMES).join(", ");
    throw new AppError("invalid_request", `The results have no column ${quoted} to be a key.`, {
      hint: `Their columns are ${known}${all.length > MOST_NAMES ? " and more" : ""}; ${WHOLE_ROW} stands for the whole row.`,
    });
  }
  if (all.lastIndexOf(name) !== number) {
    throw new AppError("invalid_request", `The key ${quoted} is ambiguous: several columns have this name.`, {
      hint: `Give each column a name of its own in the SQL (AS …), or compare by the whole row: key=${WHOLE_ROW}.`,
    });
  }
  return number;
}
