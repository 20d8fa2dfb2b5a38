import { createHash } from "node:crypto";
import { describe, expect, onTestFinished, test } from "vitest";
import { countRows } from "../../src/results/frames.ts";
import { type Chunk, createRecording, type Recording } from "../../src/results/recording.ts";
import type { ResultHead } from "../../src/results/result.ts";
import { until } from "../support/test-server.ts";
import { createRandom } from "./random.ts";
import { sample } from "../support/full.ts";

const MIB = 1024 * 1024;
const HEAD: ResultHead = {
  title: "A title",
  version: 1,
  number: 1,
  database: "test",
  follower: { name: "follower", lagSeconds: 0, lagBytes: 0, walLsn: "0/3000148" },
  columns: [],
  startedAt: new Date("2026-11-22T10:00:00Z"),
  startedMs: 0,
};
const END = { finishedAt: new Date("2026-11-22T10:00:01Z"), durationMs: 1000, truncated: false };

/** A recording with a store in memory, and what the test wrote to it. */
interface Stage {
  recording: Recording;
  appended: Buffer[];
  /** Appends so many rows that are so large, none like another, in one piece. */
  append(rows: number, rowBytes: number): void;
  /** Puts away what overflows, until the recording is closed; resolves with the chunks. */
  save(): Promise<Chunk[]>;
  /** Chunks that a reader read back. */
  readBack: number[];
  drains(): number;
}

function start(): Stage {
  const store = new Map<number, Buffer>();
  const readBack: number[] = [];
  const appended: Buffer[] = [];
  let drains = 0;
  let row = 0;
  const recording = createRecording(
    async (chunk) => {
      readBack.push(chunk);
      return Buffer.from(store.get(chunk)!);
    },
    () => void drains++,
  );
  // A recording that is not closed keeps a timer.
  onTestFinished(() => recording.fail(new Error("the test is over")));
  return {
    recording,
    appended,
    readBack,
    drains: () => drains,
    append(rows, rowBytes) {
      const frames = Buffer.concat(Array.from({ length: rows }, () => frame(row++, rowBytes)));
      appended.push(Buffer.from(frames));
      recording.append(frames, rows);
      // The socket's buffer is filled again.
      frames.fill(0xff);
    },
    async save() {
      const chunks: Chunk[] = [];
      for (let chunk = await recording.takeOverflow(); chunk !== null; chunk = await recording.takeOverflow()) {
        store.set(chunk.number, Buffer.from(chunk.buffer.subarray(0, chunk.bytes)));
        chunks.push({ ...chunk });
        recording.saved(chunk);
      }
      return chunks;
    },
  };
}

/** A row of one column: its number, again and again. */
function frame(row: number, bytes: number): Buffer {
  const message = Buffer.alloc(bytes, `${row} `);
  message.write("D");
  message.writeInt32BE(bytes - 1, 1);
  message.writeInt16BE(1, 5);
  message.writeInt32BE(bytes - 11, 7);
  return message;
}

/** A reader that takes one piece after the other, when the test says so. */
function createReader({ recording }: Stage): { next(): Promise<number | null>; rest(): Promise<Buffer> } {
  const frames = recording.source(HEAD).frames();
  const pieces: Buffer[] = [];
  const next = async (): Promise<number | null> => {
    const { value, done } = await frames.next();
    if (done === true) return null;
    // A piece is only good until the reader waits for something.
    pieces.push(Buffer.from(value));
    return value.length;
  };
  return {
    next,
    async rest() {
      while ((await next()) !== null);
      return Buffer.concat(pieces);
    },
  };
}

function expectSame(read: Buffer, { appended }: Stage): void {
  const written = Buffer.concat(appended);
  expect(read.length).toBe(written.length);
  // Buffers of megabytes are slow to print.
  expect(read.compare(written), "the bytes differ").toBe(0);
}

const IDLE = Promise.resolve();

/** Lets everything happen that can happen without anything new. */
function settle(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

describe("readers", () => {
  test("all get the same bytes: an early one, one that comes in the middle, and a late one", async () => {
    const stage = start();
    const early = createReader(stage).rest();
    const saving = stage.save();
    for (let n = 0; n < 40; n++) stage.append(2_000, 100);
    await until(() => !stage.recording.isFull());
    const middle = createReader(stage).rest();
    for (let n = 0; n < 20; n++) stage.append(1, 1000 * n + 20);
    const end = stage.recording.finish(END);
    const late = createReader(stage).rest();
    expectSame(await early, stage);
    expectSame(await middle, stage);
    expect((await saving).length).toBeGreaterThan(0);
    stage.readBack.length = 0;
    expectSame(await late, stage);
    expectSame(await createReader(stage).rest(), stage);
    expect(stage.readBack[0]).toBe(0);
    expect(end).toStrictEqual({
      ...END,
      rowCount: 80_020,
      bytes: Buffer.concat(stage.appended).length,
      sha256: createHash("sha256").update(Buffer.concat(stage.appended)).digest("hex"),
    });
    expect(await stage.recording.source(HEAD).end).toStrictEqual(end);
    expect(stage.recording.rowCount).toBe(end.rowCount);
    expect(stage.recording.bytes).toBe(end.bytes);
  });

  test("one that stopped in the middle of a chunk goes on there, though the chunk has left memory", async () => {
    const stage = start();
    stage.append(10, 1000);
    const slow = createReader(stage);
    expect(await slow.next()).toBe(10_000);
    void stage.save();
    for (let n = 0; n < 200; n++) {
      stage.append(100, 1000);
      await until(() => !stage.recording.isFull());
    }
    stage.recording.finish(END);
    expectSame(await slow.rest(), stage);
    expect(stage.readBack[0]).toBe(0);
  });

  test.for([1, 2])("each at a pace of its own get the same bytes, seed %i", async (seed) => {
    const stage = start();
    const random = createRandom(seed);
    /** How likely each is to read on after an append: the last one stays in the first chunk. */
    const readers = [1, 0.2, 0.02, 0.002].map((pace) => ({ pace, reader: createReader(stage), reading: IDLE }));
    void stage.save();
    for (let n = 0; n < 300; n++) {
      stage.append(1 + Math.floor(random() * 100), 20 + Math.floor(random() ** 6 * 10_000));
      for (const entry of readers) {
        // All begin at once, in the first chunk.
        if (entry.reading !== IDLE || (n > 2 && random() > entry.pace)) continue;
        entry.reading = entry.reader.next().then(() => void (entry.reading = IDLE));
      }
      // The store and the readers go on only now and then.
      if (random() < 0.5) await settle();
      await until(() => !stage.recording.isFull());
    }
    stage.recording.finish(END);
    for (const { reader, reading } of readers) {
      await reading;
      expectSame(await reader.rest(), stage);
    }
    expect(stage.recording.bytes).toBeGreaterThan(12 * MIB);
    expect(stage.readBack.length).toBeGreaterThan(10);
  });

  test("one that waits is told that there is nothing more for now, and gets what comes next", async () => {
    const stage = start();
    const reader = createReader(stage);
    expect(await reader.next()).toBe(0);
    const waiting = reader.next();
    stage.append(3, 50);
    expect(await waiting).toBe(150);
    expect(await reader.next()).toBe(0);
    stage.append(1, 70);
    stage.append(1, 30);
    expect(await reader.next()).toBe(100);
    stage.recording.finish(END);
    expect(await reader.next()).toBe(null);
  });

  test("one that leaves disturbs no other", async () => {
    const stage = start();
    const leaving = stage.recording.source(HEAD).frames();
    stage.append(5, 100);
    expect((await leaving.next()).value?.length).toBe(500);
    await leaving.return();
    stage.append(5, 100);
    stage.recording.finish(END);
    expectSame(await createReader(stage).rest(), stage);
  });

  test("a result without rows ends at once", async () => {
    const { recording, save } = start();
    const saving = save();
    const reader = recording.source(HEAD).frames();
    const end = recording.finish(END);
    expect(await reader.next()).toStrictEqual({ value: undefined, done: true });
    await expect(recording.firstRows).resolves.toBeUndefined();
    expect(await saving).toStrictEqual([]);
    expect(recording.rest()).toStrictEqual([]);
    expect(end).toMatchObject({ rowCount: 0, bytes: 0, sha256: createHash("sha256").digest("hex") });
  });
});

describe("chunks", () => {
  test("hold whole rows, say where they begin, and are together the result", async () => {
    const stage = start();
    const saving = stage.save();
    const random = createRandom(5);
    for (let n = 0; n < 60; n++) {
      stage.append(50, 20 + Math.floor(random() * 6_000));
      await until(() => !stage.recording.isFull());
      if (n % 20 === 10) stage.append(1, 1_500_000);
    }
    await until(() => stage.recording.rest().reduce((sum, chunk) => sum + chunk.bytes, 0) <= 4 * MIB);
    stage.recording.finish(END);
    const saved = await saving;
    const rest = stage.recording.rest();
    expect(saved.length).toBeGreaterThan(0);
    expect(rest.length).toBeGreaterThan(0);
    const written = Buffer.concat(stage.appended);
    let bytes = 0;
    let rows = 0;
    for (const [n, chunk] of [...saved, ...rest].entries()) {
      expect(chunk).toMatchObject({ number: n, firstRow: rows, firstByte: bytes });
      const frames = written.subarray(bytes, bytes + chunk.bytes);
      // Throws nothing and ends exactly at the end: whole rows.
      rows += countRows(frames);
      bytes += chunk.bytes;
      expect(chunk.bytes <= 512 * 1024 || countRows(frames) === 1).toBe(true);
    }
    expect({ bytes, rows }).toStrictEqual({ bytes: written.length, rows: stage.recording.rowCount });
    const left = Buffer.concat(rest.map((chunk) => chunk.buffer.subarray(0, chunk.bytes)));
    expect(left.equals(written.subarray(rest[0]!.firstByte))).toBe(true);
  });
});

describe("a run that is faster than the store", () => {
  test("has to wait over 12 MiB, and goes on, told once, at half of that", async () => {
    const stage = start();
    while (!stage.recording.isFull()) stage.append(1, MIB / 4);
    expect(stage.recording.bytes).toBe(12 * MIB + MIB / 4);
    let left = 12 * MIB + MIB / 4;
    while (left > 6 * MIB) {
      expect([stage.recording.isFull(), stage.drains()]).toStrictEqual([true, 0]);
      const chunk = (await stage.recording.takeOverflow())!;
      stage.recording.saved(chunk);
      left -= chunk.bytes;
    }
    expect([stage.recording.isFull(), stage.drains()]).toStrictEqual([false, 1]);
    stage.recording.saved((await stage.recording.takeOverflow())!);
    expect(stage.drains()).toBe(1);
  });

  test("is told so too if rows that were under way came while it waited", async () => {
    const stage = start();
    while (!stage.recording.isFull()) stage.append(1, MIB / 4);
    for (let n = 0; n < 3; n++) stage.recording.saved((await stage.recording.takeOverflow())!);
    stage.append(1, 1000);
    expect([stage.recording.isFull(), stage.drains()]).toStrictEqual([true, 0]);
    const saving = stage.save();
    await until(() => !stage.recording.isFull());
    expect(stage.drains()).toBe(1);
    stage.recording.finish(END);
    await saving;
  });
});

describe("a row that is larger than what the recording keeps", () => {
  /** Around a chunk, the memory, half of what may be unsaved, all of it, and the largest row of the defaults. */
  const SIZES = [0.5, 4, 6, 7, 12, 13, 15, 16].flatMap((mib) => [mib * MIB - 1, mib * MIB, mib * MIB + 1]);

  test.each(sample(SIZES, 4))(
    "never has the run wait for another one: %i bytes, alone, three times, and among small ones",
    async (bytes) => {
      for (const sizes of [[bytes], [bytes, bytes, bytes], [20, bytes, 20, 20, bytes, 1000, bytes]]) {
        const stage = start();
        const early = createReader(stage).rest();
        const saving = stage.save();
        for (const size of sizes) {
          stage.append(1, size);
          // What the run does before it reads on; the next row comes with another event.
          await until(() => !stage.recording.isFull());
          await settle();
        }
        stage.recording.finish(END);
        await saving;
        expectSame(await early, stage);
        expectSame(await createReader(stage).rest(), stage);
        const kept = stage.recording.rest().reduce((sum, chunk) => sum + chunk.bytes, 0);
        expect(kept).toBeLessThanOrEqual(Math.max(4 * MIB, 512 * 1024 + bytes));
      }
    },
  );
});

describe("a failure", () => {
  const failure = new Error("The follower went away.");

  test("before the first row is what firstRows rejects with", async () => {
    const { recording } = start();
    recording.fail(failure);
    await expect(recording.firstRows).rejects.toBe(failure);
    await expect(recording.source(HEAD).end).rejects.toBe(failure);
    await expect(recording.source(HEAD).frames().next()).rejects.toBe(failure);
    await expect(recording.takeOverflow()).rejects.toBe(failure);
  });

  test("in the middle reaches every reader, and the store, and is never an end", async () => {
    const stage = start();
    const { recording } = stage;
    const waiting = createReader(stage).rest();
    const behind = createReader(stage);
    const saving = stage.save();
    stage.append(10, 1000);
    expect(await behind.next()).toBe(10_000);
    for (let n = 0; n < 100; n++) {
      stage.append(100, 1000);
      await until(() => !recording.isFull());
    }
    const { end } = recording.source(HEAD);
    recording.fail(failure);
    await expect(recording.firstRows).resolves.toBeUndefined();
    await expect(waiting).rejects.toBe(failure);
    await expect(behind.rest()).rejects.toBe(failure);
    await expect(createReader(stage).rest()).rejects.toBe(failure);
    await expect(end).rejects.toBe(failure);
    await expect(saving).rejects.toBe(failure);
    recording.fail(new Error("another"));
    await expect(createReader(stage).rest()).rejects.toBe(failure);
  });

  test("after the end changes nothing", async () => {
    const stage = start();
    stage.append(2, 100);
    const end = stage.recording.finish(END);
    stage.recording.fail(failure);
    expectSame(await createReader(stage).rest(), stage);
    expect(await stage.recording.source(HEAD).end).toStrictEqual(end);
  });
});
