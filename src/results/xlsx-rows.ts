import type { Column } from "./columns.ts";
import { frameBytes, int32At, ROW_HEADER_BYTES } from "./frames.ts";
import { type Output, reserve } from "./output.ts";
import { dateNumber, timeNumber, timestampNumber } from "./xlsx-dates.ts";
import { STYLES } from "./xlsx-styles.ts";
import { put, writeXmlText, XML_BYTES } from "./xml-text.ts";

const ZERO = 0x30;
const MINUS = 0x2d;
const DOT = 0x2e;
const LOWER_E = 0x65;
const LOWER_T = 0x74;

/** A cell holds so many characters (UTF-16 code units). */
const MAX_CHARACTERS = 32_767;
/** Of a text that is longer, so many are written, and then how many there were. */
const CUT_CHARACTERS = 32_700;

/** A double holds any number of so many digits, and Excel keeps no more. */
const MAX_DIGITS = 15;
/** A numeric with more digits, zeros among them, may be too large or too small for a double. */
const MAX_NUMERIC_BYTES = 300;

/** How the values of a column are written: a number, so that the loop over fields switches on a small integer. */
const KIND = { text: 0, exact: 1, float: 2, boolean: 3, date: 4, time: 5, timestamp: 6, timestamptz: 7 } as const;

/** OIDs from pg_type.dat; everything else is a text. */
const KINDS: Readonly<Record<number, number>> = {
  16: KIND.boolean, // bool
  20: KIND.exact, // int8
  21: KIND.exact, // int2
  23: KIND.exact, // int4
  700: KIND.float, // float4
  701: KIND.float, // float8
  1082: KIND.date, // date
  1083: KIND.time, // time
  1114: KIND.timestamp, // timestamp
  1184: KIND.timestamptz, // timestamptz
  1700: KIND.exact, // numeric
};

const styled = (style: number): Buffer => Buffer.from(`" s="${style}"><v>`);
const OPEN_TEXT = Buffer.from(`" s="${STYLES.text}" t="inlineStr"><is><t xml:space="preserve">`);
const CLOSE_TEXT = Buffer.from("</t></is></c>");
const OPEN_FLOAT = Buffer.from('"><v>');
const OPEN_INTEGER = styled(STYLES.integer);
const OPEN_DECIMALS = STYLES.decimals.map(styled);
const OPEN_DATE = styled(STYLES.date);
const OPEN_TIME = [styled(STYLES.time), styled(STYLES.timeWithFraction)] as const;
const OPEN_TIMESTAMP = [styled(STYLES.timestamp), styled(STYLES.timestampWithFraction)] as const;
const OPEN_TIMESTAMPTZ = [styled(STYLES.timestamptz), styled(STYLES.timestamptzWithFraction)] as const;
const CLOSE_NUMBER = Buffer.from("</v></c>");
const TRUE = Buffer.from('" t="b"><v>1</v></c>');
const FALSE = Buffer.from('" t="b"><v>0</v></c>');
const OPEN_ROW = Buffer.from('<row r="');
const OPEN_CELLS = Buffer.from('">');
const CLOSE_ROW = Buffer.from("</row>");

/** The most that a row and a cell need around their value, and a cut text for its mark. */
const ROW_BYTES = 40;
const CELL_BYTES = 200;

/** Writes row frames as rows of a sheet. */
export interface XlsxRows {
  write(frames: Buffer, out: Output): void;
  /** The row of the sheet, from 1, that was written last. */
  row: number;
}

/** @param row the row of the sheet that stands before the first one that is written */
export function createXlsxRows(columns: readonly Column[], row: number): XlsxRows {
  const kinds = Uint8Array.from(columns, ({ type }) => (type.array ? KIND.text : (KINDS[type.oid] ?? KIND.text)));
  const cells = columns.map((_, column) => Buffer.from(`<c r="${columnLetters(column)}`));
  const rows: XlsxRows = { row, write };
  const digits = Buffer.alloc(10);

  function write(frames: Buffer, out: Output): void {
    let at = 0;
    while (at < frames.length) {
      reserve(out, XML_BYTES * frameBytes(frames, at) + ROW_BYTES + CELL_BYTES * columns.length);
      const bytes = out.bytes;
      const fields = (frames[at + 5]! << 8) | frames[at + 6]!;
      at += ROW_HEADER_BYTES;
      const number = digits.subarray(0, digits.write(String(++rows.row), "latin1"));
      let o = put(OPEN_ROW, bytes, out.length);
      o = put(number, bytes, o);
      o = put(OPEN_CELLS, bytes, o);
      for (let field = 0; field < fields; field++) {
        const length = int32At(frames, at);
        at += 4;
        if (length < 0) continue;
        o = put(cells[field]!, bytes, o);
        o = put(number, bytes, o);
        o = writeValue(kinds[field]!, frames, at, at + length, bytes, o);
        at += length;
      }
      out.length = put(CLOSE_ROW, bytes, o);
    }
  }

  return rows;
}

/** A column's name in a sheet: A to Z, then AA. */
export function columnLetters(column: number): string {
  const letter = String.fromCharCode(0x41 + (column % 26));
  return column < 26 ? letter : columnLetters(Math.floor(column / 26) - 1) + letter;
}

/** Writes the rest of a cell after its place; returns where the output goes on. */
function writeValue(kind: number, from: Buffer, at: number, end: number, to: Buffer, o: number): number {
  switch (kind) {
    case KIND.exact:
      return writeExact(from, at, end, to, o);
    case KIND.float:
      return isDouble(from, at, end) ? writeDigits(OPEN_FLOAT, from, at, end, to, o) : writeText(from, at, end, to, o);
    case KIND.boolean:
      return put(from[at] === LOWER_T ? TRUE : FALSE, to, o);
    case KIND.date:
      return writeDate(OPEN_DATE, dateNumber(from, at, end), from, at, end, to, o);
    case KIND.time:
      return writeDate(OPEN_TIME[end - at > 8 ? 1 : 0], timeNumber(from, at, end), from, at, end, to, o);
    case KIND.timestamp:
      return writeDate(
        OPEN_TIMESTAMP[end - at > 19 ? 1 : 0],
        timestampNumber(from, at, end, false),
        from,
        at,
        end,
        to,
        o,
      );
    case KIND.timestamptz:
      return writeDate(
        OPEN_TIMESTAMPTZ[end - at > 22 ? 1 : 0],
        timestampNumber(from, at, end, true),
        from,
        at,
        end,
        to,
        o,
      );
    default:
      return writeText(from, at, end, to, o);
  }
}

/** A number whose digits a double holds, shown with the decimals that PostgreSQL shows; else a text, so that none is lost. */
function writeExact(from: Buffer, at: number, end: number, to: Buffer, o: number): number {
  let first = -1;
  let last = -1;
  let dot = -1;
  for (let i = at; i < end; i++) {
    const byte = from[i]!;
    if (byte === DOT) dot = i;
    else if (byte > ZERO && byte <= ZERO + 9) {
      if (first < 0) first = i;
      last = i;
    } else if (byte !== ZERO && byte !== MINUS) return writeText(from, at, end, to, o); // NaN, Infinity
  }
  const significant = first < 0 ? 0 : last - first + (dot > first && dot < last ? 0 : 1);
  if (significant > MAX_DIGITS || end - at > MAX_NUMERIC_BYTES) return writeText(from, at, end, to, o);
  const open = dot < 0 ? OPEN_INTEGER : (OPEN_DECIMALS[end - dot - 2] ?? OPEN_FLOAT);
  return writeDigits(open, from, at, end, to, o);
}

/** Whether Excel has the number: NaN, the infinities, and what is close to a double's limits it has not. */
function isDouble(from: Buffer, at: number, end: number): boolean {
  const first = from[at] === MINUS ? at + 1 : at;
  if (!(from[first]! >= ZERO && from[first]! <= ZERO + 9)) return false;
  const e = from.subarray(first, end).indexOf(LOWER_E);
  // `e-307` has the most bytes: an exponent of three digits that begins with 307 or more.
  return e < 0 || end - first - e < 5 || Number(from.toString("latin1", first + e + 2, end)) < 307;
}

function writeDigits(open: Buffer, from: Buffer, at: number, end: number, to: Buffer, start: number): number {
  let o = put(open, to, start);
  for (let i = at; i < end; i++) to[o++] = from[i]!;
  return put(CLOSE_NUMBER, to, o);
}

/** A date as its number; one that has none (-1) as a text. */
function writeDate(
  open: Buffer,
  number: number,
  from: Buffer,
  at: number,
  end: number,
  to: Buffer,
  start: number,
): number {
  if (number < 0) return writeText(from, at, end, to, start);
  const o = put(open, to, start);
  return put(CLOSE_NUMBER, to, o + to.write(String(number), o, "latin1"));
}

function writeText(from: Buffer, at: number, end: number, to: Buffer, start: number): number {
  const o = put(OPEN_TEXT, to, start);
  // A character has at least one byte.
  const long = end - at > MAX_CHARACTERS ? cutText(from, at, end) : null;
  if (long === null) return put(CLOSE_TEXT, to, writeXmlText(from, at, end, to, o));
  const cut = writeXmlText(from, at, long.end, to, o);
  const mark = `… [cut: ${long.characters} characters]`;
  return put(CLOSE_TEXT, to, cut + to.write(mark, cut));
}

/** Where a text that is too long for a cell is cut, and how many characters (code points) it has; null for one that fits. */
function cutText(from: Buffer, at: number, end: number): { end: number; characters: number } | null {
  let units = 0;
  let characters = 0;
  let cut = end;
  for (let i = at; i < end; i++) {
    const byte = from[i]!;
    if (byte >= 0x80 && byte < 0xc0) continue;
    characters++;
    units += byte >= 0xf0 ? 2 : 1;
    if (units > CUT_CHARACTERS && cut === end) cut = i;
  }
  return units > MAX_CHARACTERS ? { end: cut, characters } : null;
}
