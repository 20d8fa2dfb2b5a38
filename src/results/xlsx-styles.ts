/** Formats of numbers that are not built into Excel, by their ids (ECMA-376, part 1, 18.8.30). */
const FORMATS: string[] = [];
/** The cells' formats: a number format's id, and whether the font is bold. */
const CELLS: { format: number; bold: boolean }[] = [{ format: 0, bold: false }];

function style(format: number | string, bold = false): number {
  const id = typeof format === "number" ? format : 163 + FORMATS.push(format);
  return CELLS.push({ format: id, bold }) - 1;
}

const DAY = "yyyy\\-mm\\-dd";
const CLOCK = "hh:mm:ss";
/** PostgreSQL's own way to say UTC. */
const UTC = '"+00"';

/** Indexes of the cells' formats. What has a fraction of a second shows the milliseconds, Excel's smallest unit. */
export const STYLES = {
  general: 0,
  header: style("@", true),
  /** A text stays one, also after somebody has edited it. */
  text: style("@"),
  /** Without a format of its own, Excel shows 123456789012 as 1.23E+11. */
  integer: style("0"),
  date: style(DAY),
  time: style(CLOCK),
  timeWithFraction: style(`${CLOCK}.000`),
  timestamp: style(`${DAY} ${CLOCK}`),
  timestampWithFraction: style(`${DAY} ${CLOCK}.000`),
  timestamptz: style(`${DAY} ${CLOCK}${UTC}`),
  timestamptzWithFraction: style(`${DAY} ${CLOCK}.000${UTC}`),
  /** With as many decimals as the number has, from one on. */
  decimals: Array.from({ length: 15 }, (_, n) => style(`0.${"0".repeat(n + 1)}`)),
} as const;

/** The part of a workbook that says what the styles' indexes stand for. */
export function stylesXml(): string {
  const formats = FORMATS.map((code, n) => `<numFmt numFmtId="${164 + n}" formatCode="${quote(code)}"/>`);
  const cells = CELLS.map(
    ({ format, bold }) =>
      `<xf numFmtId="${format}" fontId="${bold ? 1 : 0}" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"${bold ? ' applyFont="1"' : ""}/>`,
  );
  const font = '<sz val="11"/><name val="Calibri"/><family val="2"/>';
  return (
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' +
    `<numFmts count="${formats.length}">${formats.join("")}</numFmts>` +
    `<fonts count="2"><font>${font}</font><font><b/>${font}</font></fonts>` +
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>' +
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
    `<cellXfs count="${cells.length}">${cells.join("")}</cellXfs>` +
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>' +
    "</styleSheet>"
  );
}

function quote(code: string): string {
  return code.replaceAll('"', "&quot;");
}
