import { type Column, jsonKind, uniqueNames } from "./columns.ts";
import { frameBytes, int32At, ROW_HEADER_BYTES } from "./frames.ts";
import { type Output, reserve } from "./output.ts";

const COMMA = 0x2c;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const MINUS = 0x2d;
const PLUS = 0x2b;
const COLON = 0x3a;
const EQUALS = 0x3d;
const ZERO = 0x30;
const UPPER_T = 0x54;
const LOWER_T = 0x74;
const LOWER_U = 0x75;

const HEX = Buffer.from("0123456789abcdef");
const NULL = Buffer.from("null");
const TRUE = Buffer.from("true");
const FALSE = Buffer.from("false");

/** For each byte of a JSON string: 0 as it is, 1 as \u00XX, else the letter after the backslash (RFC 8259, section 7). */
const ESCAPES = new Uint8Array(256);
ESCAPES.fill(1, 0, SPACE);
for (const [byte, letter] of [
  [QUOTE, QUOTE],
  [BACKSLASH, BACKSLASH],
  [0x08, 0x62],
  [0x09, 0x74],
  [NEWLINE, 0x6e],
  [0x0c, 0x66],
  [RETURN, 0x72],
] as const) {
  ESCAPES[byte] = letter;
}

/** How the values of a column are written: a number, so that the loop over fields switches on a small integer. */
const KIND = { text: 0, number: 1, boolean: 2, json: 3, timestamp: 4, timestamptz: 5, array: 6 } as const;

interface Element {
  kind: number;
  delimiter: number;
  vector: boolean;
}

export interface JsonRowOptions {
  /** Each row an array of values, or an object keyed by the columns' (unique) names. */
  rows: "arrays" | "objects";
  /** Numbers as JSON numbers with PostgreSQL's own digits, or as strings. */
  numbers: "number" | "string";
  /** Bytes between two rows; for NDJSON the newline after each. */
  separator: "comma" | "newline";
}

/** A function that writes row frames as JSON rows; it remembers whether a row went before. */
export function createJsonRows(
  columns: readonly Column[],
  options: JsonRowOptions,
): (frames: Buffer, out: Output) => void {
  const kindOf = (oid: number): number => {
    const kind = jsonKind(oid);
    return KIND[kind === "number" && options.numbers === "string" ? "text" : kind];
  };
  const kinds = Uint8Array.from(columns, ({ type }) => (type.array ? KIND.array : kindOf(type.oid)));
  const elements: (Element | undefined)[] = columns.map(
    ({ type: { array } }) =>
      array && { kind: kindOf(array.elementOid), delimiter: array.delimiter.charCodeAt(0), vector: array.vector },
  );
  const objects = options.rows === "objects";
  const keys = uniqueNames(columns.map((column) => column.name)).map((name, column) =>
    Buffer.from(objects ? `${column > 0 ? "," : ""}${JSON.stringify(name)}:` : column > 0 ? "," : ""),
  );
  const keyBytes = keys.reduce((bytes, key) => bytes + key.length, 0);
  const open = objects ? OPEN_BRACE : OPEN_BRACKET;
  const close = objects ? CLOSE_BRACE : CLOSE_BRACKET;
  const lines = options.separator === "newline";
  let first = true;

  return (frames, out) => {
    let at = 0;
    while (at < frames.length) {
      // A byte becomes at most six (\u0000); a field's four length bytes pay for its quotes and the rest.
      reserve(out, 6 * frameBytes(frames, at) + keyBytes);
      const bytes = out.bytes;
      let o = out.length;
      const fields = (frames[at + 5]! << 8) | frames[at + 6]!;
      at += ROW_HEADER_BYTES;
      if (!lines && !first) bytes[o++] = COMMA;
      first = false;
      bytes[o++] = open;
      for (let field = 0; field < fields; field++) {
        if (objects) o += keys[field]!.copy(bytes, o);
        else if (field > 0) bytes[o++] = COMMA;
        const length = int32At(frames, at);
        at += 4;
        if (length < 0) {
          o += NULL.copy(bytes, o);
          continue;
        }
        const kind = kinds[field]!;
        o =
          kind === KIND.array
            ? writeArray(elements[field]!, frames, at, length, bytes, o)
            : writeValue(kind, frames, at, length, bytes, o);
        at += length;
      }
      bytes[o++] = close;
      if (lines) bytes[o++] = NEWLINE;
      out.length = o;
    }
  };
}

/** Writes one value that is not NULL and not an array; returns where the output goes on. */
function writeValue(kind: number, from: Uint8Array, at: number, length: number, to: Uint8Array, start: number): number {
  let o = start;
  const end = at + length;
  switch (kind) {
    case KIND.number:
      // NaN and the infinities are the only numbers that do not begin with a digit after the sign.
      if (isDigit(from[at]!) || (from[at] === MINUS && isDigit(from[at + 1]!))) {
        for (let i = at; i < end; i++) to[o++] = from[i]!;
        return o;
      }
      return writeString(from, at, end, to, o);
    case KIND.boolean:
      return o + (from[at] === LOWER_T ? TRUE : FALSE).copy(to, o);
    case KIND.json:
      // A line end in valid JSON can only be white space between tokens: a space keeps NDJSON one row a line.
      for (let i = at; i < end; i++) {
        const byte = from[i]!;
        to[o++] = byte === NEWLINE || byte === RETURN ? SPACE : byte;
      }
      return o;
    case KIND.timestamp:
    case KIND.timestamptz:
      return writeTimestamp(kind === KIND.timestamptz, from, at, end, to, o);
    default:
      return writeString(from, at, end, to, o);
  }
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= ZERO + 9;
}

function writeString(from: Uint8Array, at: number, end: number, to: Uint8Array, start: number): number {
  let o = start;
  to[o++] = QUOTE;
  for (let i = at; i < end; i++) {
    const byte = from[i]!;
    const escape = ESCAPES[byte]!;
    if (escape === 0) {
      to[o++] = byte;
      continue;
    }
    to[o++] = BACKSLASH;
    if (escape !== 1) {
      to[o++] = escape;
      continue;
    }
    to[o++] = LOWER_U;
    to[o++] = ZERO;
    to[o++] = ZERO;
    to[o++] = HEX[byte >> 4]!;
    to[o++] = HEX[byte & 15]!;
  }
  to[o++] = QUOTE;
  return o;
}

/**
 * `2013-11-27 09:30:00+00` as to_jsonb writes it, `2013-11-27T09:30:00+00:00` (EncodeDateTime with USE_XSD_DATES in
 * PostgreSQL's datetime.c): a T for the space, and a time zone always with minutes. Infinities have no space.
 */
function writeTimestamp(
  zoned: boolean,
  from: Uint8Array,
  at: number,
  end: number,
  to: Uint8Array,
  start: number,
): number {
  let o = start;
  to[o++] = QUOTE;
  let i = at;
  while (i < end && from[i] !== SPACE) to[o++] = from[i++]!;
  if (i < end) {
    to[o++] = UPPER_T;
    i++;
    while (i < end && from[i] !== SPACE && from[i] !== PLUS && from[i] !== MINUS) to[o++] = from[i++]!;
    if (zoned && i < end) {
      const zone = i;
      while (i < end && from[i] !== SPACE) to[o++] = from[i++]!;
      if (i - zone === 3) {
        to[o++] = COLON;
        to[o++] = ZERO;
        to[o++] = ZERO;
      }
    }
    while (i < end) to[o++] = from[i++]!; // " BC"
  }
  to[o++] = QUOTE;
  return o;
}

/**
 * An array's text form (`{1,NULL,"a \"b\"",{…}}`, "Array Input and Output Syntax" in PostgreSQL's documentation) as a
 * JSON array. Bounds (`[0:1]={…}`) are left out, as to_jsonb does.
 */
function writeArray(
  { kind, delimiter, vector }: Element,
  from: Uint8Array,
  start: number,
  length: number,
  to: Uint8Array,
  outputStart: number,
): number {
  let o = outputStart;
  let at = start;
  const end = start + length;
  if (vector) to[o++] = OPEN_BRACKET;
  if (from[at] === OPEN_BRACKET) at = from.indexOf(EQUALS, at) + 1;
  while (at < end) {
    const byte = from[at]!;
    if (byte === OPEN_BRACE && !vector) {
      to[o++] = OPEN_BRACKET;
      at++;
    } else if (byte === CLOSE_BRACE && !vector) {
      to[o++] = CLOSE_BRACKET;
      at++;
    } else if (byte === delimiter) {
      to[o++] = COMMA;
      at++;
    } else if (byte === QUOTE) {
      const element = unquote(from, at, end);
      o = writeValue(kind, element.bytes, 0, element.bytes.length, to, o);
      at = element.next;
    } else {
      const element = at;
      while (at < end && from[at] !== delimiter && from[at] !== CLOSE_BRACE) at++;
      if (!vector && isNull(from, element, at)) o += NULL.copy(to, o);
      else o = writeValue(kind, from, element, at - element, to, o);
    }
  }
  if (vector) to[o++] = CLOSE_BRACKET;
  return o;
}

/** An unquoted NULL is a null element; array_out quotes a text that would look like it. */
function isNull(from: Uint8Array, start: number, end: number): boolean {
  return end - start === 4 && NULL.every((byte, i) => byte === (from[start + i]! | 0x20) && from[start + i]! < 0x60);
}

function unquote(from: Uint8Array, start: number, end: number): { bytes: Uint8Array; next: number } {
  let close = start + 1;
  while (close < end && from[close] !== QUOTE) close += from[close] === BACKSLASH ? 2 : 1;
  const bytes = new Uint8Array(close - start);
  let length = 0;
  let at = start + 1;
  while (at < close) {
    if (from[at] === BACKSLASH) at++;
    bytes[length++] = from[at++]!;
  }
  return { bytes: bytes.subarray(0, length), next: close + 1 };
}
