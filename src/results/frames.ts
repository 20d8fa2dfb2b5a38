/**
 * Row frames: DataRow messages exactly as PostgreSQL sent them, one after the other. Each is the byte 'D', an int32
 * length that counts itself and what follows, an int16 count of columns, and per column an int32 length (-1 is NULL)
 * with that many bytes of the value's text form (PostgreSQL's documentation, "Message Formats", DataRow).
 */
export const DATA_ROW = 0x44;

/** Bytes before a frame's first column: 'D', the length, the count of columns. */
export const ROW_HEADER_BYTES = 7;

/** The int32 at an offset; much faster than readInt32BE, which checks its bounds. */
export function int32At(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

/** Bytes of the whole frame that starts at an offset. */
export function frameBytes(frames: Uint8Array, at: number): number {
  return 1 + int32At(frames, at + 1);
}

/** How many rows whole frames hold. */
export function countRows(frames: Uint8Array): number {
  let rows = 0;
  for (let at = 0; at < frames.length; at += frameBytes(frames, at)) rows++;
  return rows;
}

/** The rows of frames as strings in PostgreSQL's text form, NULL as null. For pages and options; writers do not use it. */
export function* readRows(frames: Buffer): Generator<(string | null)[], void, void> {
  for (let at = 0; at < frames.length; at += frameBytes(frames, at)) {
    const columns = (frames[at + 5]! << 8) | frames[at + 6]!;
    const row: (string | null)[] = Array.from({ length: columns });
    let field = at + ROW_HEADER_BYTES;
    for (let column = 0; column < columns; column++) {
      const length = int32At(frames, field);
      field += 4;
      row[column] = length < 0 ? null : frames.toString("utf8", field, field + length);
      if (length > 0) field += length;
    }
    yield row;
  }
}
