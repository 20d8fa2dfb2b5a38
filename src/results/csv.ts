import { frameBytes, int32At, ROW_HEADER_BYTES } from "./frames.ts";
import { type Output, reserve } from "./output.ts";
import type { ResultHead } from "./result.ts";
import type { Writer } from "./writer.ts";

const COMMA = 0x2c;
const QUOTE = 0x22;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const BACKSLASH = 0x5c;
const DOT = 0x2e;

/** Bytes that make COPY quote a field. */
const QUOTED = new Uint8Array(256);
for (const byte of [COMMA, QUOTE, NEWLINE, RETURN]) QUOTED[byte] = 1;

/**
 * CSV, byte for byte as `COPY … TO STDOUT (FORMAT csv, HEADER)` writes it (CopyAttributeOutCSV in PostgreSQL's
 * copyto.c): NULL is an empty field, the empty string is "", a field is quoted only if it holds a comma, a quote or a
 * line end, and a lone `\.` in a single column is quoted.
 */
export function createCsvWriter(): Writer {
  return {
    contentType: "text/csv; charset=utf-8; header=present",
    head: writeHeader,
    rows: writeRows,
    tail: () => {},
  };
}

function writeHeader(head: ResultHead, out: Output): void {
  writeRows(headerFrame(head.columns.map((column) => column.name)), out);
}

/** The header line as a frame of its own, so that names are quoted by the very rules of values. */
function headerFrame(names: readonly string[]): Buffer {
  const fields = names.map((name) => Buffer.from(name));
  const frame = Buffer.alloc(ROW_HEADER_BYTES + fields.reduce((bytes, field) => bytes + 4 + field.length, 0));
  frame.write("D");
  frame.writeInt32BE(frame.length - 1, 1);
  frame.writeInt16BE(fields.length, 5);
  let at = ROW_HEADER_BYTES;
  for (const field of fields) {
    at = frame.writeInt32BE(field.length, at);
    at += field.copy(frame, at);
  }
  return frame;
}

function writeRows(frames: Buffer, out: Output): void {
  let at = 0;
  while (at < frames.length) {
    // A field of n bytes becomes at most 2n + 3 (every byte a quote, two around, a comma); its length field alone pays for 8.
    reserve(out, 2 * frameBytes(frames, at));
    const bytes = out.bytes;
    let o = out.length;
    const columns = (frames[at + 5]! << 8) | frames[at + 6]!;
    at += ROW_HEADER_BYTES;
    for (let column = 0; column < columns; column++) {
      if (column > 0) bytes[o++] = COMMA;
      const length = int32At(frames, at);
      at += 4;
      if (length > 0) {
        const start = o;
        const end = at + length;
        while (at < end) {
          const byte = frames[at]!;
          if (QUOTED[byte] === 1) break;
          bytes[o++] = byte;
          at++;
        }
        const endOfData = columns === 1 && length === 2 && bytes[start] === BACKSLASH && bytes[start + 1] === DOT;
        if (at < end || (endOfData && o === start + 2)) {
          o = start;
          bytes[o++] = QUOTE;
          for (at = end - length; at < end; at++) {
            const byte = frames[at]!;
            if (byte === QUOTE) bytes[o++] = QUOTE;
            bytes[o++] = byte;
          }
          bytes[o++] = QUOTE;
        }
      } else if (length === 0) {
        bytes[o++] = QUOTE;
        bytes[o++] = QUOTE;
      }
    }
    bytes[o++] = NEWLINE;
    out.length = o;
  }
}
