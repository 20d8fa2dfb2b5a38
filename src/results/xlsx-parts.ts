import type { Column } from "./columns.ts";
import type { ResultEnd, ResultHead } from "./result.ts";
import { columnLetters } from "./xlsx-rows.ts";
import { STYLES } from "./xlsx-styles.ts";
import { xmlText } from "./xml-text.ts";

/** The parts of a workbook around its rows (ECMA-376, part 1: Office Open XML). */

export const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml";

export const CONTENT_TYPES =
  `<Types xmlns="${PACKAGE}/content-types">` +
  '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
  '<Default Extension="xml" ContentType="application/xml"/>' +
  `<Override PartName="/xl/workbook.xml" ContentType="${SPREADSHEET}.sheet.main+xml"/>` +
  `<Override PartName="/xl/styles.xml" ContentType="${SPREADSHEET}.styles+xml"/>` +
  `<Override PartName="/xl/worksheets/sheet1.xml" ContentType="${SPREADSHEET}.worksheet+xml"/>` +
  '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>' +
  "</Types>";

export const PACKAGE_RELATIONSHIPS =
  `<Relationships xmlns="${PACKAGE}/relationships">` +
  `<Relationship Id="rId1" Type="${DOCUMENT}/officeDocument" Target="xl/workbook.xml"/>` +
  `<Relationship Id="rId2" Type="${PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>` +
  "</Relationships>";

export const WORKBOOK_RELATIONSHIPS =
  `<Relationships xmlns="${PACKAGE}/relationships">` +
  `<Relationship Id="rId1" Type="${DOCUMENT}/worksheet" Target="worksheets/sheet1.xml"/>` +
  `<Relationship Id="rId2" Type="${DOCUMENT}/styles" Target="styles.xml"/>` +
  "</Relationships>";

/** The workbook with its one sheet. */
export function workbookXml(head: ResultHead, end: ResultEnd): string {
  const name = sheetName(head.title, end.truncated ? " (truncated)" : "");
  return (
    `<workbook xmlns="${MAIN}" xmlns:r="${DOCUMENT}"><sheets>` +
    `<sheet name="${xmlText(name)}" sheetId="1" r:id="rId1"/></sheets></workbook>`
  );
}

/** What the document says of itself: where it comes from, and whether it is whole. */
export function propertiesXml(head: ResultHead, end: ResultEnd): string {
  const about = [
    `Result ${head.number} of version ${head.version}`,
    `database ${head.database}, follower ${head.follower.name}`,
    `${end.rowCount} rows${end.truncated ? ", cut short by a limit: there are more" : ""}`,
  ];
  return (
    `<cp:coreProperties xmlns:cp="${PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"` +
    ' xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">' +
    `<dc:title>${xmlText(head.title)}</dc:title><dc:creator>Dataclips</dc:creator>` +
    `<dc:description>${xmlText(about.join("; "))}</dc:description>` +
    `<dcterms:created xsi:type="dcterms:W3CDTF">${head.startedAt.toISOString().slice(0, 19)}Z</dcterms:created>` +
    "</cp:coreProperties>"
  );
}

const NAME_CHARACTERS = 31;

/**
 * A sheet's name made of a title, by Excel's rules: 1 to 31 characters, none of them \ / ? * [ ] : or a control, no
 * apostrophe at either end, not "History".
 * @param ending stays, whatever has to be cut
 */
export function sheetName(title: string, ending = ""): string {
  let name = "";
  // By code points, so that no pair of surrogates is cut in two.
  // oxlint-disable-next-line no-control-regex
  const clean = title.replaceAll(/[\\/?*[\]:\u0000-\u001f\ufffe\uffff\s]+/g, " ").replaceAll(/^[\s']+/g, "");
  for (const character of clean) {
    if (name.length + character.length > NAME_CHARACTERS - ending.length) break;
    name += character;
  }
  name = name.replaceAll(/[\s']+$/g, "");
  if (name === "" || name.toLowerCase() === "history") name = name === "" ? "Result" : `${name}_`;
  return name + ending;
}

/** Characters that a column's values take, by the type's OID; a column is never narrower than its name. */
const WIDTHS: Readonly<Record<number, number>> = {
  16: 8, // bool
  20: 16, // int8
  21: 8, // int2
  23: 12, // int4
  700: 14, // float4
  701: 20, // float8
  1082: 12, // date
  1083: 14, // time
  1114: 24, // timestamp
  1184: 27, // timestamptz
  1700: 16, // numeric
  2950: 38, // uuid
};
const TEXT_WIDTH = 24;
const MAX_WIDTH = 60;

/** A sheet up to its rows: the header is frozen and bold. */
export function sheetStart(columns: readonly Column[]): string {
  const widths = columns.map(({ name, type }) =>
    Math.min(MAX_WIDTH, Math.max((type.array ? undefined : WIDTHS[type.oid]) ?? TEXT_WIDTH, [...name].length + 2)),
  );
  const cols = widths.map((width, n) => `<col min="${n + 1}" max="${n + 1}" width="${width}" customWidth="1"/>`);
  const cells = columns.map(
    ({ name }, n) =>
      `<c r="${columnLetters(n)}1" s="${STYLES.header}" t="inlineStr"><is><t xml:space="preserve">${xmlText(name)}</t></is></c>`,
  );
  return (
    `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView tabSelected="1" workbookViewId="0">` +
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' +
    '<selection pane="bottomLeft" activeCell="A2" sqref="A2"/></sheetView></sheetViews>' +
    `${cols.length > 0 ? `<cols>${cols.join("")}</cols>` : ""}<sheetData><row r="1">${cells.join("")}</row>`
  );
}

export const SHEET_END = "</sheetData></worksheet>";
