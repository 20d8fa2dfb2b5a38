import { expect, test } from "vitest";
import { createSplitter } from "../../src/row-stream.ts";
import { splitRows } from "./read-result.ts";

/** A message of the protocol: type, a length that counts itself, and so many bytes of content. */
function message(type: string, contentBytes: number): Buffer {
  const bytes = Buffer.alloc(5 + contentBytes, type.toLowerCase());
  bytes.write(type);
  bytes.writeInt32BE(4 + contentBytes, 1);
  return bytes;
}

/** Messages as hexadecimal, in the order in which they came out. */
interface Split {
  messages: string[];
  /** Rows of each call of onRows. */
  calls: number[];
  huge: number[];
}

/** Splits a stream that comes in pieces. Each piece is overwritten as soon as the splitter has returned. */
function split(pieces: readonly Buffer[], maxRowBytes = 1000): Split {
  const found: Split = { messages: [], calls: [], huge: [] };
  const splitter = createSplitter({
    maxRowBytes,
    onRows(frames, rows) {
      const whole = splitRows(frames);
      expect(whole.length).toBe(rows);
      found.calls.push(rows);
      found.messages.push(...whole.map((frame) => frame.toString("hex")));
    },
    onHugeRow: (bytes) => void found.huge.push(bytes),
    onOther: (other) => void found.messages.push(other.toString("hex")),
  });
  for (const piece of pieces) {
    const data = Buffer.from(piece);
    splitter.read(data);
    data.fill("D");
  }
  return found;
}

function cut(stream: Buffer, ...positions: number[]): Buffer[] {
  return [0, ...positions].map((from, n) => stream.subarray(from, positions[n] ?? stream.length));
}

function cutEvery(stream: Buffer, bytes: number): Buffer[] {
  return Array.from({ length: Math.ceil(stream.length / bytes) }, (_, n) =>
    stream.subarray(n * bytes, (n + 1) * bytes),
  );
}

const MESSAGES = [
  ...[message("1", 0), message("2", 0), message("T", 20), message("D", 2), message("D", 12), message("D", 3)],
  ...[message("N", 9), message("D", 30), message("D", 2), message("S", 4), message("1", 0), message("D", 7)],
  ...[message("C", 8), message("Z", 1)],
];
const STREAM = Buffer.concat(MESSAGES);
const EXPECTED = MESSAGES.map((bytes) => bytes.toString("hex"));

test("rows come in runs, as many as stand together; other messages alone", () => {
  expect(split([STREAM])).toStrictEqual({ messages: EXPECTED, calls: [3, 2, 1], huge: [] });
});

test("data that holds nothing but rows is passed on as it is, not copied", () => {
  const passed: Buffer[] = [];
  const rows = Buffer.concat([message("D", 2), message("D", 5)]);
  createSplitter({
    maxRowBytes: 1000,
    onRows: (frames) => void passed.push(frames),
    onHugeRow: () => expect.unreachable(),
    onOther: () => expect.unreachable(),
  }).read(rows);
  expect(passed).toHaveLength(1);
  expect(passed[0]).toBe(rows);
});

test("a stream cut at any place gives the same messages", () => {
  for (let at = 0; at <= STREAM.length; at++) {
    expect(split(cut(STREAM, at)).messages, `cut at ${at}`).toStrictEqual(EXPECTED);
  }
});

test("a stream cut at any two places gives the same messages", () => {
  const wanted = EXPECTED.join();
  const wrong: string[] = [];
  for (let first = 0; first <= STREAM.length; first++) {
    for (let second = first; second <= STREAM.length; second++) {
      if (split(cut(STREAM, first, second)).messages.join() !== wanted) wrong.push(`cut at ${first} and ${second}`);
    }
  }
  expect(wrong).toStrictEqual([]);
});

test.for([1, 2, 3, 4, 5, 6, 7, 8, 11, 13, 17, 40])("pieces of %i bytes give the same messages", (bytes) => {
  expect(split(cutEvery(STREAM, bytes)).messages).toStrictEqual(EXPECTED);
});

test("empty pieces change nothing", () => {
  const pieces = cutEvery(STREAM, 3).flatMap((piece) => [Buffer.alloc(0), piece]);
  expect(split(pieces).messages).toStrictEqual(EXPECTED);
});

test("a message of several pieces comes out with the piece that ends it, and not before", () => {
  const row = message("D", 20);
  expect(split([row.subarray(0, 24)])).toStrictEqual({ messages: [], calls: [], huge: [] });
  expect(split([row.subarray(0, 3), row.subarray(3, 24)])).toStrictEqual({ messages: [], calls: [], huge: [] });
  expect(split([row.subarray(0, 3), row.subarray(3, 24), row.subarray(24)]).messages).toStrictEqual([
    row.toString("hex"),
  ]);
});

const MAX = 50;
const BEFORE = [message("T", 6), message("D", MAX - 5), message("D", 4)];
const HUGE = message("D", MAX - 4);
const AFTER = [message("D", 4), message("C", 3), message("Z", 1)];
/** The row before it is as large as a row may be. */
const WITH_HUGE = Buffer.concat([...BEFORE, HUGE, ...AFTER]);
const REFUSED = {
  messages: [...BEFORE, ...AFTER.slice(1)].map((bytes) => bytes.toString("hex")),
  huge: [HUGE.length],
};

test("a row that is too large is told, and neither it nor a row after it is passed on; other messages are", () => {
  expect(HUGE.length).toBe(MAX + 1);
  expect(split([WITH_HUGE], MAX)).toMatchObject(REFUSED);
  for (let at = 0; at <= WITH_HUGE.length; at++) {
    expect(split(cut(WITH_HUGE, at), MAX), `cut at ${at}`).toMatchObject(REFUSED);
  }
  for (const bytes of [1, 2, 3, 4, 5, 6, 7, 20]) {
    expect(split(cutEvery(WITH_HUGE, bytes), MAX), `pieces of ${bytes}`).toMatchObject(REFUSED);
  }
});

test("a row that is too large is known from its header, before the rest has come", () => {
  const start = Buffer.concat(BEFORE).length;
  const upTo = (end: number): Buffer => WITH_HUGE.subarray(0, end);
  expect(split([upTo(start + 4)], MAX).huge).toStrictEqual([]);
  expect(split([upTo(start + 5)], MAX).huge).toStrictEqual([HUGE.length]);
  expect(split(cutEvery(upTo(start + 4), 1), MAX).huge).toStrictEqual([]);
  expect(split(cutEvery(upTo(start + 5), 1), MAX).huge).toStrictEqual([HUGE.length]);
});

test("a row's length is believed up to the most that the protocol can say", () => {
  const header = Buffer.from([0x44, 0x7f, 0xff, 0xff, 0xff]);
  expect(split([header], MAX).huge).toStrictEqual([2 ** 31]);
});

test("only rows have a largest size", () => {
  const notice = message("N", 10 * MAX);
  const pieces = cutEvery(Buffer.concat([notice, ...AFTER]), 16);
  expect(split(pieces, MAX)).toMatchObject({
    messages: [notice, ...AFTER].map((bytes) => bytes.toString("hex")),
    huge: [],
  });
});

test("a row of many pieces is whole, also one of megabytes", () => {
  const row = message("D", 3_000_000);
  row.fill("0123456789", 5);
  const found = split(cutEvery(Buffer.concat([row, message("Z", 1)]), 65_536), 4_000_000);
  expect(found.calls).toStrictEqual([1]);
  expect(found.messages[0] === row.toString("hex")).toBe(true);
  expect(found.messages[1]).toBe(message("Z", 1).toString("hex"));
});
