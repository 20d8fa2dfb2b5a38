import { words } from "../english/browser/load-rows.ts";
import { createCsvReader, type Row } from "./read-csv.ts";

/** More rows than these are not kept in a page: it would take a browser's memory. The downloads have all. */
export const MOST_ROWS = 100_000;
const MOST_LETTERS = 100_000_000;

/**
 * Reads a result from its CSV, until the page has as many rows as it keeps. It lets the page go on between pieces.
 * @param onRows is given all rows that are there so far
 * @throws Error with a message for people: what the server said, or that it could not be reached
 */
export async function loadRows(source: string, onRows: (rows: readonly Row[]) => void): Promise<readonly Row[]> {
  const stop = new AbortController();
  const rows: Row[] = [];
  const reader = createCsvReader();
  let isHeader = true;
  let letters = 0;
  try {
    const response = await fetch(source, { headers: { Accept: "text/csv, application/json" }, signal: stop.signal });
    if (!response.ok) throw new Error(await messageOf(response));
    const pieces = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    for (let piece = await pieces.read(); !piece.done; piece = await pieces.read()) {
      letters += piece.value.length;
      for (const row of reader.read(piece.value)) {
        if (isHeader) isHeader = false;
        else if (rows.length < MOST_ROWS) rows.push(row);
      }
      if (rows.length === MOST_ROWS || letters > MOST_LETTERS) break;
      onRows(rows);
    }
  } finally {
    // What is still on its way is not wanted.
    stop.abort();
  }
  return rows;
}

async function messageOf(response: Response): Promise<string> {
  try {
    const { error } = (await response.json()) as { error: { message: string } };
    return error.message;
  } catch {
    return words.answered(response.status);
  }
}
