import { uniqueNames } from "../../src/results/columns.ts";
import type { ColumnKind } from "./order-rows.ts";
import type { Row } from "./read-csv.ts";

/** The ways in which rows are copied. */
export type CopyFormat = "CSV" | "TSV" | "Markdown" | "JSON";

/** What is copied. */
export interface CopiedRows {
  names: readonly string[];
  kinds: readonly ColumnKind[];
  rows: readonly Row[];
}

/** Rows as text, to be pasted elsewhere. */
export const COPY_FORMATS: Readonly<Record<CopyFormat, (copied: CopiedRows) => string>> = {
  /** As PostgreSQL's COPY writes it: NULL is an empty field, the empty string is "". */
  CSV: ({ names, rows }) => lines([names, ...rows].map((row) => row.map(csvField).join(","))),
  /** For spreadsheets, which take a line end or a tab in a value for the next cell unless it is quoted. */
  TSV: ({ names, rows }) => lines([names, ...rows].map((row) => row.map(tsvField).join("\t"))),
  Markdown: ({ names, kinds, rows }) =>
    lines([
      markdownRow(names),
      markdownRow(
        kinds.map((kind) => (kind === "number" ? "---:" : "---")),
        false,
      ),
      ...rows.map((row) => markdownRow(row)),
    ]),
  /** An array of objects; numbers keep PostgreSQL's own digits. */
  JSON: ({ names, kinds, rows }) => {
    const keys = uniqueNames(names).map((name) => JSON.stringify(name));
    const objects = rows.map(
      (row) => `  {${row.map((value, column) => `${keys[column]}: ${jsonValue(value, kinds[column]!)}`).join(", ")}}`,
    );
    return objects.length === 0 ? "[]\n" : `[\n${objects.join(",\n")}\n]\n`;
  },
};

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join("");
}

function csvField(value: string | null): string {
  if (value === null) return "";
  return value === "" || /[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

function tsvField(value: string | null): string {
  if (value === null) return "";
  return /["\t\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

function markdownRow(values: readonly (string | null)[], escaped = true): string {
  const cells = values.map((value) => (escaped ? markdownCell(value) : value));
  return `| ${cells.join(" | ")} |`;
}

function markdownCell(value: string | null): string {
  if (value === null) return "NULL";
  return value.replace(/[\\`*_[\]<>|]/g, "\\$&").replace(/\r\n|[\r\n]/g, "<br>");
}

function jsonValue(value: string | null, kind: ColumnKind): string {
  if (value === null) return "null";
  // JSON has no NaN and no Infinity.
  return kind === "number" && /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(value) ? value : JSON.stringify(value);
}
