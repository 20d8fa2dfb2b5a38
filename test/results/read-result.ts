import type pg from "pg";
import { createTypeCatalogue, type TypeCatalogue } from "../../src/databases/types.ts";
import type { Column } from "../../src/results/columns.ts";
import { frameBytes } from "../../src/results/frames.ts";
import { createOutput, take } from "../../src/results/output.ts";
import type { ResultEnd, ResultHead } from "../../src/results/result.ts";
import type { Writer } from "../../src/results/writer.ts";
import { type Field, streamRows } from "../../src/row-stream.ts";

/** A query's columns and row frames, read as a run reads them. */
export interface Result {
  columns: Column[];
  frames: Buffer;
}

/** Reads queries' results over one session. */
export function createResultReader(client: pg.Client): (query: string) => Promise<Result> {
  const types: TypeCatalogue = createTypeCatalogue((use) => use(client));
  return async (query) => {
    let fields: Field[] = [];
    const pieces: Buffer[] = [];
    await streamRows(client, {
      text: query,
      values: [],
      maxRowBytes: 64 * 1024 * 1024,
      onFields: (found) => (fields = found),
      onRows: (frames) => void pieces.push(Buffer.from(frames)),
      onHugeRow: (bytes) => {
        throw new Error(`a row of ${bytes} bytes`);
      },
    }).done;
    const known = await types(fields.map((field) => field.typeOid));
    const columns = fields.map(({ name, typeOid }) => ({ name, type: known.get(typeOid)! }));
    return { columns, frames: Buffer.concat(pieces) };
  };
}

/** The whole of a result as a writer writes it. */
export function write(writer: Writer, columns: readonly Column[], pieces: readonly Buffer[]): Buffer {
  const head: ResultHead = {
    title: "A title",
    version: 2,
    number: 3,
    database: "test",
    follower: { name: "follower", lagSeconds: 0.5, lagBytes: 128, walLsn: "0/3000148" },
    columns,
    startedAt: new Date("2026-11-22T10:00:00.123Z"),
    startedMs: 0,
  };
  const end: ResultEnd = {
    finishedAt: new Date("2026-11-22T10:00:01Z"),
    durationMs: 877,
    rowCount: 4,
    bytes: 5,
    sha256: "abc",
    truncated: false,
  };
  const out = createOutput();
  writer.head(head, out);
  for (const piece of pieces) writer.rows(piece, out);
  writer.tail(end, head, out);
  return take(out);
}

/** Frames row by row. */
export function splitRows(frames: Buffer): Buffer[] {
  const rows: Buffer[] = [];
  for (let at = 0; at < frames.length; at += frameBytes(frames, at)) {
    rows.push(frames.subarray(at, at + frameBytes(frames, at)));
  }
  return rows;
}
