import { afterEach, describe, expect, test } from "vitest";
import { type Comparison, compareResults } from "../../../src/results/compare/compare-results.ts";
import { readRows } from "../../../src/results/frames.ts";
import type { ResultSource } from "../../../src/results/result.ts";
import { createRandom, randomText } from "../random.ts";
import { makeResult, type Row } from "./make-result.ts";
import { compareNaively, type PlainDifference } from "./naive-comparison.ts";
import { openSpools } from "./open-spools.ts";

afterEach(() => expect(openSpools()).toStrictEqual([]));

const NEVER = new AbortController().signal;

async function compare(
  from: ResultSource,
  to: ResultSource,
  { key = [], limit = Infinity, signal = NEVER }: { key?: string[]; limit?: number; signal?: AbortSignal } = {},
): Promise<Pick<Comparison, "counts" | "key" | "isGuessed"> & { differences: PlainDifference[] }> {
  const comparison = await compareResults(from, to, { key, limit, signal });
  try {
    const differences: PlainDifference[] = [];
    for await (const { before, after, ...difference } of comparison.differences()) {
      differences.push({ ...difference, before: rowOf(before), after: rowOf(after) });
    }
    const { counts, key: used, isGuessed } = comparison;
    return { counts, key: used, isGuessed, differences };
  } finally {
    await comparison.close();
  }
}

const rowOf = (frame: Buffer | null): Row | null => (frame === null ? null : [...readRows(frame)][0]!);

/** As {@link compare}, of rows with the columns a, b, c … */
function compareRows(from: readonly Row[], to: readonly Row[], key: string[] = []) {
  const names = "abcdefgh".slice(0, (from[0] ?? to[0] ?? ["", ""]).length).split("");
  return compare(makeResult(names, from), makeResult(names, to, { number: 2 }), { key });
}

describe("random results", () => {
  /** A result of up to 40 rows with few different values, and another one that was made from it. */
  function randomPair(seed: number): [Row[], Row[]] {
    const random = createRandom(seed);
    const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)]!;
    const texts = [null, "", "a", "b", "ab", ...Array.from({ length: 4 }, () => randomText(random))];
    const ids = Array.from({ length: 60 }, (_, n) => String(n)).toSorted(() => random() - 0.5);
    const makeRow = (): Row => [pick(texts), random() < 0.95 ? ids.pop()! : pick(texts), pick(texts), pick(texts)];
    const from = Array.from({ length: Math.floor(random() * 30) }, makeRow);
    const to: Row[] = [];
    for (const row of from) {
      const what = random();
      if (what < 0.15) continue;
      to.push(what < 0.4 ? [row[0]!, row[1]!, pick(texts), row[3]!] : row);
      if (what > 0.95) to.push(row);
      if (what > 0.9 && ids.length > 10) to.push(makeRow());
    }
    if (random() < 0.3) to.reverse();
    return [from, to];
  }

  test("are compared as by hand, with chosen keys, by the whole row, and with a guessed key", async () => {
    const names = ["a", "b", "c", "d"];
    const compareAll = (from: Row[], to: Row[], key: string[] = []) =>
      compare(makeResult(names, from), makeResult(names, to, { number: 2 }), { key });
    const seen = { unique: 0, notUnique: 0, guessed: new Set<string>() };
    for (let seed = 1; seed <= 300; seed++) {
      const [from, to] = randomPair(seed);
      for (const key of [[1], [0, 1], [0, 2], []]) {
        const expected = compareNaively(from, to, key);
        const chosen = key.length === 0 ? ["*"] : key.map((column) => names[column]!);
        const outcome = await compareAll(from, to, chosen).catch((error: Error) => ({
          refused: /^The key .* is not unique in result [12]: \d+ rows have /s.test(error.message),
        }));
        expect(outcome, `seed ${seed}`).toStrictEqual(
          expected === null ? { refused: true } : { ...expected, key, isGuessed: false },
        );
        if (expected === null) seen.notUnique++;
        else seen.unique++;
      }
      const guessed = await compareAll(from, to);
      const isKey = (columns: number[]): boolean =>
        compareNaively(from, to, columns) !== null &&
        [...from, ...to].every((row) => columns.every((column) => row[column] !== null));
      const sets = [
        ...[[0], [1], [2], [3], [0, 1], [0, 2], [1, 2], [0, 3], [1, 3], [2, 3]],
        ...[
          [0, 1, 2],
          [0, 1, 3],
          [0, 2, 3],
          [1, 2, 3],
        ],
      ];
      const key = from.length + to.length === 0 ? [0] : (sets.find(isKey) ?? []);
      expect(guessed, `seed ${seed}`).toStrictEqual({ ...compareNaively(from, to, key), key, isGuessed: true });
      seen.guessed.add(key.join());
    }
    // The seeds try what they are there for.
    expect(seen.unique).toBeGreaterThan(300);
    expect(seen.notUnique).toBeGreaterThan(100);
    expect(seen.guessed.size).toBeGreaterThan(4);
  });
});

test("an empty result, both, and one with itself", async () => {
  const rows = [
    ["1", "x"],
    ["2", "y"],
  ];
  const none = { added: 0, removed: 0, changed: 0, same: 0 };
  expect(await compareRows([], [])).toStrictEqual({ counts: none, key: [0], isGuessed: true, differences: [] });
  expect((await compareRows([], rows)).counts).toStrictEqual({ ...none, added: 2 });
  expect((await compareRows(rows, [])).counts).toStrictEqual({ ...none, removed: 2 });
  const same = makeResult(["a", "b"], rows);
  expect(await compare(same, same)).toMatchObject({ counts: { ...none, same: 2 }, differences: [] });
});

test("rows without columns are counted", async () => {
  const { counts, key } = await compare(makeResult([], [[], []]), makeResult([], [[], [], []], { number: 2 }));
  expect([counts, key]).toStrictEqual([{ added: 1, removed: 0, changed: 0, same: 2 }, []]);
});

test("all rows differ: changed by a key, removed and added by the whole row", async () => {
  const [from, to] = [
    ["x", "y"],
    ["X", "Y"],
  ].map((values) => values.map((value, n) => [String(n), value]));
  expect((await compareRows(from!, to!, ["a"])).counts).toMatchObject({ changed: 2, added: 0, removed: 0 });
  const { counts, differences } = await compareRows(from!, to!, ["*"]);
  expect(counts).toStrictEqual({ added: 2, removed: 2, changed: 0, same: 0 });
  expect(differences.map(({ change, fromRow, toRow }) => [change, fromRow, toRow])).toStrictEqual([
    ["removed", 1, 0],
    ["added", 0, 1],
    ["removed", 2, 0],
    ["added", 0, 2],
  ]);
});

test("fields do not run into each other, and NULL is not the empty string", async () => {
  const { counts } = await compareRows(
    [
      ["ab", "c"],
      [null, "x"],
    ],
    [
      ["a", "bc"],
      ["", "x"],
    ],
    ["a", "b"],
  );
  expect(counts).toStrictEqual({ added: 2, removed: 2, changed: 0, same: 0 });
});

describe("NULL in a key", () => {
  test("is a value like others in one that was chosen", async () => {
    const { counts, differences } = await compareRows([[null, "x"]], [[null, "y"]], ["a"]);
    expect(counts).toMatchObject({ changed: 1 });
    expect(differences).toMatchObject([{ change: "changed", before: [null, "x"], after: [null, "y"] }]);
    await expect(
      compareRows(
        [[null, "x"]],
        [
          [null, "y"],
          [null, "z"],
        ],
        ["a"],
      ),
    ).rejects.toThrow("The key a is not unique in result 2: 2 rows have a = NULL.");
  });

  test("is not guessed", async () => {
    expect((await compareRows([[null, "x"]], [["1", "x"]])).key).toStrictEqual([1]);
    expect((await compareRows([["1", "x"]], [["1", null]])).key).toStrictEqual([0]);
    expect((await compareRows([["1", "x"]], [[null, null]])).key).toStrictEqual([]);
  });
});

test("a key that is not unique: which value, in which result, and how often", async () => {
  const [unique, repeated] = [
    [["é😀\n", "1"]],
    [
      ["p", "0"],
      ["é😀\n", "1"],
      ["é😀\n", "2"],
      ["é😀\n", "3"],
    ],
  ];
  const message = (number: number) => `The key a is not unique in result ${number}: 3 rows have a = "é😀\\n".`;
  await expect(compareRows(unique, repeated, ["a"])).rejects.toMatchObject({
    code: "invalid_request",
    message: message(2),
    hint: "Name more columns (key=a,…), leave the key out to have it guessed, or compare by the whole row: key=*.",
  });
  await expect(compareRows(repeated, unique, ["a"])).rejects.toMatchObject({ message: message(1) });
  const long = "x".repeat(500);
  await expect(
    compareRows(
      [
        [long, "1"],
        [long, "1"],
      ],
      [],
      ["a", "b"],
    ),
  ).rejects.toMatchObject({
    message: `The key a, b is not unique in result 1: 2 rows have a = "${"x".repeat(40)}…", b = "1".`,
  });
});

describe("the key's names", () => {
  const rows = [["1", "2", "3"]];
  const compareBy = (names: string[], key: string[]) =>
    compare(makeResult(names, rows), makeResult(names, rows, { number: 2 }), { key });

  test.each([
    [["a", "b", "c"], ["b"], [1]],
    [["a", "b", "c"], ["c,a"], [0, 2]],
    [
      ["a", "b", "c"],
      ["c", " a , a"],
      [0, 2],
    ],
    [["a", "b,c", "c"], ["b,c"], [1]],
    [["a", "b", "*"], ["*"], [2]],
    [["a", "b", " c"], [" c"], [2]],
    [["a", "a", "c"], ["c"], [2]],
  ])("of columns %j, %j is %j", async (names, key, numbers) => {
    expect(await compareBy(names, key)).toMatchObject({ key: numbers, isGuessed: false });
  });

  test("that no column has, or several have", async () => {
    await expect(compareBy(["a", "b", "c"], ["a,x"])).rejects.toMatchObject({
      code: "invalid_request",
      message: 'The results have no column "x" to be a key.',
      hint: "Their columns are a, b, c; * stands for the whole row.",
    });
    await expect(compareBy(["a", "b", "a"], ["a"])).rejects.toMatchObject({
      code: "invalid_request",
      message: 'The key "a" is ambiguous: several columns have this name.',
    });
  });
});

describe("columns", () => {
  const from = makeResult(["a", { name: "b", type: "integer" }, "old"], [], { number: 3, version: 1 });

  test("that differ are named", async () => {
    const to = makeResult(["a", { name: "b", type: "bigint" }, "new", "newer"], [], { number: 5, version: 2 });
    await expect(compare(from, to)).rejects.toMatchObject({
      code: "invalid_request",
      message:
        'Results 3 and 5 have different columns: only result 3 has "old"; only result 5 has "new", "newer"; ' +
        '"b" is integer in result 3 and bigint in result 5.',
      hint: "Compare results of the same version: 3 is of version 1, 5 of version 2.",
    });
  });

  test("with repeated names have to be in the same order", async () => {
    const to = makeResult(["a", "b", "a"], [], { number: 2 });
    await expect(compare(makeResult(["a", "a", "b"], []), to)).rejects.toMatchObject({
      message: "Results 1 and 2 have different columns: they have repeated names, in another order or number.",
    });
  });

  test("in another order are put into the newer result's", async () => {
    const older = makeResult(
      ["c", "b", "a"],
      [
        ["3", "2", "1"],
        ["c", null, "gone"],
        ["6", "5", "4"],
      ],
    );
    const newer = makeResult(
      ["a", "b", "c"],
      [
        ["1", "2", "3"],
        ["4", "5", "7"],
      ],
      { number: 2 },
    );
    const expected = {
      key: [0],
      counts: { added: 0, removed: 1, changed: 1, same: 1 },
      differences: [
        { change: "removed", fromRow: 2, toRow: 0, before: ["gone", null, "c"], after: null },
        { change: "changed", fromRow: 3, toRow: 2, before: ["4", "5", "6"], after: ["4", "5", "7"] },
      ],
    };
    expect(await compare(older, newer, { key: ["a"] })).toMatchObject(expected);
    expect((await compare(older, newer)).key).toStrictEqual([0]);
  });
});

describe("results that memory does not hold", () => {
  /** Rows of 10 bytes to 1.5 MB, more than a part of a comparison and more than a piece of a temporary file. */
  function longRows(): [Row[], Row[]] {
    const random = createRandom(7);
    const from = Array.from({ length: 400 }, (_, n): Row => {
      const length = n % 100 === 50 ? 1_500_000 : Math.floor(random() ** 3 * 100_000);
      return [String(n), n % 3 === 0 ? null : `${n}é`.repeat(length / String(n).length / 2), "😀"];
    });
    const to = from.flatMap((row, n): Row[] => {
      if (n % 10 === 3) return [];
      if (n % 10 === 5) return [[row[0]!, `${row[1]}.`, row[2]!]];
      return n % 10 === 7 ? [row, [`new ${n}`, row[1]!, "x"]] : [row];
    });
    return [from, to];
  }

  test.each([["a"], ["*"], ["b,a"]])("by %s", async (key) => {
    const [from, to] = longRows();
    const numbers = { a: [0], "*": [], "b,a": [0, 1] }[key]!;
    const expected = compareNaively(from, to, numbers)!;
    const { differences, counts } = await compareRows(from, to, [key]);
    expect(counts).toStrictEqual(expected.counts);
    expect(differences.map(({ change, fromRow, toRow }) => [change, fromRow, toRow])).toStrictEqual(
      expected.differences.map(({ change, fromRow, toRow }) => [change, fromRow, toRow]),
    );
    expect(JSON.stringify(differences) === JSON.stringify(expected.differences)).toBe(true);
  });

  test("a limit gives the first ones, and all counts", async () => {
    const [from, to] = longRows();
    const expected = compareNaively(from, to, [0])!;
    const names = ["a", "b", "c"];
    const limited = await compare(makeResult(names, from), makeResult(names, to, { number: 2 }), {
      key: ["a"],
      limit: 7,
    });
    expect(limited.counts).toStrictEqual(expected.counts);
    expect(JSON.stringify(limited.differences) === JSON.stringify(expected.differences.slice(0, 7))).toBe(true);
  });

  test("one row a hundred thousand times", async () => {
    const rows = (count: number): Row[] => Array.from({ length: count }, () => ["the same", "again"]);
    const { counts, key, isGuessed, differences } = await compareRows(rows(100_000), rows(99_998));
    expect([counts, key, isGuessed]).toStrictEqual([{ added: 0, removed: 2, changed: 0, same: 99_998 }, [], true]);
    expect(differences.map(({ fromRow }) => fromRow)).toStrictEqual([99_999, 100_000]);
  });

  test("a key with one repetition among many rows is refused, and not guessed", async () => {
    const rows = Array.from({ length: 60_000 }, (_, n): Row => [String(n === 41_000 ? 7 : n), `row ${n}`]);
    await expect(compareRows(rows, rows, ["a"])).rejects.toThrow(
      'The key a is not unique in result 1: 2 rows have a = "7".',
    );
    expect(await compareRows(rows, rows)).toMatchObject({ key: [1], isGuessed: true, counts: { same: 60_000 } });
  });

  test("a key is guessed by all rows, not by the first ones", async () => {
    const count = 40_000;
    const make = (row: (n: number) => Row): Row[] => Array.from({ length: count }, (_, n) => row(n));
    const guess = async (rows: Row[]) => (await compareRows(rows, rows)).key;
    const late = (n: number): string => String(n % 30_000);
    // a repeats late, b is NULL at the end, c is the key; then only a and b together are; then nothing is.
    expect(await guess(make((n) => [late(n), n === count - 1 ? null : `b${n}`, String(n)]))).toStrictEqual([2]);
    expect(await guess(make((n) => [late(n), n < 30_000 ? "1" : "2", "c"]))).toStrictEqual([0, 1]);
    expect(await guess(make((n) => [late(n), "b", "c"]))).toStrictEqual([]);
  });

  test("who leaves ends the comparison, and a failing store its temporary files", async () => {
    const [from] = longRows();
    const names = ["a", "b", "c"];
    const leaving = new AbortController();
    let openThen: string[] = [];
    const source = makeResult(names, from);
    const endless: ResultSource = {
      ...source,
      async *frames() {
        for (let round = 0; ; round++) {
          if (round === 2) {
            openThen = openSpools();
            leaving.abort();
          }
          yield* source.frames();
        }
      },
    };
    await expect(compare(endless, source, { key: ["a"], signal: leaving.signal })).rejects.toMatchObject({
      code: "run_cancelled",
    });
    expect(openThen).toHaveLength(1);
    const failing: ResultSource = {
      ...source,
      async *frames() {
        yield* source.frames();
        throw new Error("The store is gone.");
      },
    };
    await expect(compare(source, failing, { key: ["a"] })).rejects.toThrow("The store is gone.");
  });
});
