import type { ResultSource } from "../../../src/results/result.ts";

export type Row = readonly (string | null)[];

/** A result made of rows, as the store would give it: in pieces of whole rows of about so many bytes. */
export function makeResult(
  columns: readonly (string | { name: string; type: string })[],
  rows: readonly Row[],
  { number = 1, version = 1, pieceBytes = rows.length > 1000 ? 64 * 1024 : 200 } = {},
): ResultSource {
  const frames = rows.map(makeFrame);
  const bytes = frames.reduce((sum, frame) => sum + frame.length, 0);
  return {
    head: {
      title: "Compared",
      version,
      number,
      database: "test",
      follower: { name: "follower", lagSeconds: 0, lagBytes: 0, walLsn: "0/3000148" },
      columns: columns.map((column) =>
        typeof column === "string"
          ? { name: column, type: { oid: 25, name: "text" } }
          : { name: column.name, type: { oid: 0, name: column.type } },
      ),
      startedAt: new Date("2026-11-22T12:00:00Z"),
      startedMs: 0,
    },
    end: Promise.resolve({
      ...{ finishedAt: new Date("2026-11-22T12:00:01Z"), durationMs: 1, sha256: "", truncated: false },
      ...{ rowCount: rows.length, bytes },
    }),
    async *frames() {
      let piece: Buffer[] = [];
      let size = 0;
      for (const frame of frames) {
        piece.push(frame);
        size += frame.length;
        if (size < pieceBytes) continue;
        yield Buffer.concat(piece);
        piece = [];
        size = 0;
      }
      if (piece.length > 0) yield Buffer.concat(piece);
    },
  };
}

/** A DataRow. */
function makeFrame(row: Row): Buffer {
  const fields = row.flatMap((value) => {
    const text = value === null ? null : Buffer.from(value);
    const length = Buffer.alloc(4);
    length.writeInt32BE(text === null ? -1 : text.length);
    return text === null ? [length] : [length, text];
  });
  const header = Buffer.from([0x44, 0, 0, 0, 0, 0, 0]);
  const body = Buffer.concat(fields);
  header.writeInt32BE(body.length + 6, 1);
  header.writeInt16BE(row.length, 5);
  return Buffer.concat([header, body]);
}
