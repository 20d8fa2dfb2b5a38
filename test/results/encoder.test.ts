import { afterEach, expect, test } from "vitest";
import { CODECS } from "../../src/results/codecs.ts";
import { createEncoder, type Encoder } from "../../src/results/encoder.ts";
import { createWriter, type Format, type FormatOptions } from "../../src/results/formats.ts";
import { createOutput, take } from "../../src/results/output.ts";
import type { ResultHead } from "../../src/results/result.ts";

const HEAD: ResultHead = {
  title: "Encoded",
  version: 1,
  number: 1,
  database: "test",
  follower: { name: "follower", lagSeconds: 0, lagBytes: 0, walLsn: "0/3000148" },
  columns: [
    { name: "n", type: { oid: 23, name: "integer" } },
    { name: "text", type: { oid: 25, name: "text" } },
  ],
  startedAt: new Date("2026-11-22T12:00:00Z"),
  startedMs: 0,
};

/** A DataRow of two columns. */
function frame(n: number, text: string | null): Buffer {
  const fields = [Buffer.from(String(n)), text === null ? null : Buffer.from(text)];
  const parts = fields.flatMap((field) => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(field === null ? -1 : field.length);
    return field === null ? [length] : [length, field];
  });
  const body = Buffer.concat(parts);
  const header = Buffer.from([0x44, 0, 0, 0, 0, 0, 2]);
  header.writeInt32BE(body.length + 6, 1);
  return Buffer.concat([header, body]);
}

const CHUNKS = Array.from({ length: 12 }, (_, chunk) =>
  Buffer.concat(
    Array.from({ length: 500 }, (_row, row) => {
      const n = chunk * 500 + row;
      return frame(n, n % 7 === 0 ? null : `row "${n}", é😀\n`);
    }),
  ),
);

/** Chunks as the store has them. */
function stored(load = async (number: number): Promise<Buffer> => CODECS.zstd.compress(CHUNKS[number]!)) {
  return {
    count: CHUNKS.length,
    read: async (number: number) => ({
      codec: "zstd" as const,
      firstRow: number * 500,
      bytes: CHUNKS[number]!.length,
      data: await load(number),
    }),
  };
}

/** What the writer gives in the server's own thread. */
function expected(format: Format, options: FormatOptions): string {
  const writer = createWriter(format, options);
  const out = createOutput();
  writer.head(HEAD, out);
  out.length = 0;
  for (const chunk of CHUNKS) writer.rows(chunk, out);
  return take(out).toString();
}

async function read(rows: AsyncGenerator<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of rows) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

let encoder: Encoder;
afterEach(() => encoder.close());

test.each<[Format, FormatOptions]>([
  ["csv", {}],
  ["csv", { delimiter: ";", escape_formulas: "1" }],
  ["json", {}],
  ["json", { rows: "objects", numbers: "string" }],
  ["ndjson", {}],
  ["xlsx", {}],
])("a thread gives the same bytes: %s %j", async (format, options) => {
  encoder = createEncoder();
  expect(await read(encoder.encodeRows(stored(), { format, options, head: HEAD }))).toBe(expected(format, options));
});

test("several exports at once do not mix", async () => {
  encoder = createEncoder();
  const formats: Format[] = ["csv", "json", "ndjson", "json"];
  const all = formats.map((format) => read(encoder.encodeRows(stored(), { format, options: {}, head: HEAD })));
  expect(await Promise.all(all)).toStrictEqual(formats.map((format) => expected(format, {})));
});

test("an export that is left in the middle does not disturb another", async () => {
  encoder = createEncoder();
  const left = encoder.encodeRows(stored(), { format: "csv", options: {}, head: HEAD });
  expect((await left.next()).done).toBe(false);
  await left.return();
  expect(await read(encoder.encodeRows(stored(), { format: "json", options: {}, head: HEAD }))).toBe(
    expected("json", {}),
  );
});

test("a chunk that cannot be read, or is damaged, is an error, and the next export works", async () => {
  encoder = createEncoder();
  const missing = stored(async (number) => {
    if (number === 5) throw new Error("not there");
    return CODECS.zstd.compress(CHUNKS[number]!);
  });
  await expect(read(encoder.encodeRows(missing, { format: "csv", options: {}, head: HEAD }))).rejects.toThrow(
    "not there",
  );
  const damaged = stored(async () => Buffer.from("no zstd at all"));
  await expect(read(encoder.encodeRows(damaged, { format: "csv", options: {}, head: HEAD }))).rejects.toThrow(/Error/);
  expect(await read(encoder.encodeRows(stored(), { format: "csv", options: {}, head: HEAD }))).toBe(
    expected("csv", {}),
  );
});

test("an export whose thread ends is an error, and the next one gets a new thread", async () => {
  encoder = createEncoder();
  const rows = encoder.encodeRows(stored(), { format: "csv", options: {}, head: HEAD });
  await rows.next();
  await encoder.close();
  await expect(read(rows)).rejects.toThrow("thread ended");
  expect(await read(encoder.encodeRows(stored(), { format: "csv", options: {}, head: HEAD }))).toBe(
    expected("csv", {}),
  );
});
