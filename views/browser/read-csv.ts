/** A row as PostgreSQL writes it: each value in its text form, NULL as null. */
export type Row = readonly (string | null)[];

/** Reads CSV in pieces, as they come. */
export interface CsvReader {
  /** The rows that end in what has come so far, and have not been given yet. */
  read(piece: string): Row[];
}

const QUOTE = 34;
const COMMA = 44;
const NEWLINE = 10;

/** Reads CSV as PostgreSQL's COPY writes it: lines end in \n, an empty field is NULL and "" the empty string. */
export function createCsvReader(): CsvReader {
  let rest = "";
  return {
    read(piece) {
      const text = rest + piece;
      const rows: Row[] = [];
      let begun = 0;
      for (let row = readRow(text, 0); row !== null; row = readRow(text, begun)) {
        rows.push(row.values);
        begun = row.end;
      }
      rest = text.slice(begun);
      return rows;
    },
  };
}

/** The row that begins at a place, and where it ends; null as long as it does not. */
function readRow(text: string, from: number): { values: Row; end: number } | null {
  const values: (string | null)[] = [];
  for (let at = from; ;) {
    const quoted = text.charCodeAt(at) === QUOTE;
    const end = quoted ? endOfQuoted(text, at + 1) : endOfPlain(text, at);
    // What follows says whether a quote is the last one, or the first of two.
    if (end >= text.length) return null;
    const written = quoted ? text.slice(at + 1, end - 1) : text.slice(at, end);
    values.push(quoted ? written.replaceAll('""', '"') : written || null);
    if (text.charCodeAt(end) === NEWLINE) return { values, end: end + 1 };
    at = end + 1;
  }
}

function endOfPlain(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === COMMA || code === NEWLINE) break;
  }
  return at;
}

/** The place behind the closing quote. */
function endOfQuoted(text: string, from: number): number {
  for (let at = from; ;) {
    const quote = text.indexOf('"', at);
    if (quote === -1) return text.length;
    if (text.charCodeAt(quote + 1) !== QUOTE) return quote + 1;
    at = quote + 2;
  }
}
