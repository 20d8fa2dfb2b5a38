import { stringify } from "csv-stringify/sync";
import { jsonKind } from "./columns.ts";
import { readRows } from "./frames.ts";
import { type Output, writeText } from "./output.ts";
import type { Writer } from "./writer.ts";

export interface CsvOptions {
  delimiter: "," | ";" | "\t";
  /** A byte order mark first, without which Excel takes UTF-8 for the system's code page. */
  bom: boolean;
  /** An apostrophe before a text that a spreadsheet would run as a formula (OWASP, "CSV Injection"); numbers stay. */
  escapeFormulas: boolean;
}

/** The empty string is quoted, so that it differs from NULL; in a single column so is a lone `\.`, as COPY does. */
const EMPTY = /^$/;
const END_OF_DATA = /^\\\.$/;

/**
 * CSV with options, by csv-stringify: quoted as the default writer quotes (a test compares the two), several times
 * slower than it.
 */
export function createCsvOptionsWriter({ delimiter, bom, escapeFormulas }: CsvOptions): Writer {
  let numbers: boolean[] = [];
  let quotedMatch: RegExp[] = [];
  const write = (records: (string | null)[][], out: Output): void =>
    writeText(
      out,
      stringify(records, {
        delimiter,
        escape_formulas: escapeFormulas,
        quoted_match: quotedMatch,
        cast: {
          string: (value, { index }) =>
            escapeFormulas && numbers[index] === true ? { value, escape_formulas: false } : value,
        },
      }),
    );
  return {
    contentType: "text/csv; charset=utf-8; header=present",
    head({ columns }, out) {
      quotedMatch = columns.length === 1 ? [EMPTY, END_OF_DATA] : [EMPTY];
      if (bom) writeText(out, "\uFEFF");
      write([columns.map((column) => column.name)], out);
      numbers = columns.map(({ type }) => type.array === undefined && jsonKind(type.oid) === "number");
    },
    rows: (frames, out) => write([...readRows(frames)], out),
    tail: () => {},
  };
}
