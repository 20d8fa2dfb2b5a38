import { AppError } from "../errors.ts";
import { type Output, writeText } from "./output.ts";
import type { ResultSource } from "./result.ts";
import type { Writer } from "./writer.ts";
import {
  CONTENT_TYPES,
  PACKAGE_RELATIONSHIPS,
  propertiesXml,
  SHEET_END,
  sheetStart,
  WORKBOOK_RELATIONSHIPS,
  workbookXml,
  XML,
} from "./xlsx-parts.ts";
import { createXlsxRows, type XlsxRows } from "./xlsx-rows.ts";
import { stylesXml } from "./xlsx-styles.ts";
import { createZip, type ZipFile } from "./zip.ts";

/** Rows of a sheet, the header among them. */
const SHEET_ROWS = 1_048_576;

/**
 * XLSX: a workbook of one sheet with typed cells. What the writer writes is the sheet's XML; `wrap` makes the archive
 * around it, with what is known only at the end (the sheet's name says if the result is cut short) behind the sheet.
 * @param sheetRows the most rows that a sheet may have, the header among them
 */
export function createXlsxWriter(sheetRows = SHEET_ROWS): Writer {
  let rows: XlsxRows;
  return {
    contentType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    // Another zlib may give other bytes for the same sheet.
    variant: `xlsx, zlib ${process.versions["zlib"]}, ${process.arch}`,
    check({ rowCount }) {
      if (rowCount >= sheetRows) throw tooManyRows(`${formatCount(rowCount)} rows`, sheetRows);
    },
    head(head, out) {
      rows = createXlsxRows(head.columns, 1);
      writeText(out, sheetStart(head.columns));
    },
    skipTo(row) {
      rows.row = row + 1;
    },
    rows(frames, out: Output) {
      rows.write(frames, out);
      if (rows.row > sheetRows) throw tooManyRows("more rows than a sheet can", sheetRows);
    },
    tail: (_end, _head, out) => writeText(out, SHEET_END),
    wrap: (sheet, source) => createZip(workbookFiles(sheet, source)),
  };
}

async function* workbookFiles(
  sheet: AsyncIterable<Uint8Array>,
  { head, end }: ResultSource,
): AsyncGenerator<ZipFile, void, void> {
  yield xmlFile("[Content_Types].xml", CONTENT_TYPES);
  yield xmlFile("_rels/.rels", PACKAGE_RELATIONSHIPS);
  yield xmlFile("xl/_rels/workbook.xml.rels", WORKBOOK_RELATIONSHIPS);
  yield xmlFile("xl/styles.xml", stylesXml());
  yield { name: "xl/worksheets/sheet1.xml", pieces: sheet };
  yield xmlFile("xl/workbook.xml", workbookXml(head, await end));
  yield xmlFile("docProps/core.xml", propertiesXml(head, await end));
}

function xmlFile(name: string, xml: string): ZipFile {
  return { name, pieces: [Buffer.from(XML + xml)] };
}

function tooManyRows(has: string, sheetRows: number): AppError {
  return new AppError(
    "invalid_request",
    `This result has ${has}; a sheet of XLSX holds ${formatCount(sheetRows - 1)} and the header.`,
    { hint: "Ask for CSV, JSON or NDJSON: they have no limit. Or ask for fewer rows." },
  );
}

function formatCount(count: number): string {
  return count.toLocaleString("en-US");
}
