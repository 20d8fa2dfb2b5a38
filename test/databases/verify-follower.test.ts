import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TableReport } from "../../src/databases/verify/report.ts";
import { verifyFollower, type VerifyOptions } from "../../src/databases/verify-follower.ts";
import { makePairDatabase, type PairDatabase } from "./verify/pair-database.ts";

let pair: PairDatabase;
beforeAll(async () => {
  pair = await makePairDatabase();
  await pair.primary.query(await readFile(new URL("verify/healthy.sql", import.meta.url), "utf8"));
  await pair.catchUp();
});
afterAll(() => pair?.drop());

function verify(options: Partial<VerifyOptions> = {}) {
  const { primaryUrl, followerUrl } = pair;
  return verifyFollower({ primaryUrl, followerUrl, pauseMs: 0, ...options });
}

/** A table's report where all is well. */
function same(table: string, rows: number, comparedBy: TableReport["comparedBy"] = "primary key"): unknown {
  const none = { rows: 0, examples: [] };
  return expect.objectContaining({
    table,
    rows,
    comparedBy,
    missing: none,
    extra: none,
    changed: none,
    unsettled: none,
    unreadable: [],
    incomplete: null,
  });
}

const TABLES = [
  same('"Odd ""schema"."Täble ""☃"" $1"', 120),
  same("public.array_key", 90),
  same("public.child", 20),
  same("public.composite", 700),
  same("public.empty", 0),
  same("public.empty_no_key", 0, "position"),
  same("public.float_key", 83),
  same("public.no_columns", 1, "position"),
  same("public.no_key", 1667, "position"),
  same("public.padded", 90),
  same("public.parent", 10),
  same("public.parts_a_high", 76),
  same("public.parts_a_low", 24),
  same("public.parts_rest", 100),
  same("public.summary", 2, "position"),
  same("public.toasted", 20),
  same("public.types", 353),
];

const SKIPPED = [
  { table: "public.abroad", reason: "it is a foreign table: its rows are on another server" },
  { table: "public.unfilled", reason: "it is a materialized view that has not been filled" },
  { table: "public.unlogged", reason: "it is unlogged: its rows are not replicated" },
];

describe("a healthy follower", () => {
  test.each([7, 100_000])("is the same, every row of every table, in chunks of %i rows", async (chunkRows) => {
    const report = await verify({ chunkRows });
    expect(report).toMatchObject({ outcome: "same", findings: [], stalled: null });
    expect(report.tables).toEqual(TABLES);
    expect(report.skipped).toEqual([
      { table: expect.stringMatching(/^pg_temp_\d+\.temporary$/), reason: "it is temporary" },
      ...SKIPPED,
    ]);
  });

  test("is the same row by row; a partitioned table stands for its partitions", async () => {
    const report = await verify({ chunkRows: 1, tables: ["public.padded", "public.parts"] });
    expect(report).toMatchObject({ outcome: "same", findings: [], skipped: [], stalled: null });
    expect(report.tables).toEqual([
      same("public.padded", 90),
      same("public.parts_a_high", 76),
      same("public.parts_a_low", 24),
      same("public.parts_rest", 100),
    ]);
    // What comes after the last row is a chunk too.
    expect(report.tables[0]?.chunks).toBe(91);
  });

  test("tells how far it is, table by table", async () => {
    const told: string[] = [];
    await verify({
      tables: ["public.parts", "public.empty"],
      onProgress: ({ report, isDone, number, count, estimatedRows }) => {
        if (isDone) told.push(`${number}/${count} ${report.table} ${report.rows} of ${estimatedRows}`);
      },
    });
    expect(told).toEqual([
      "1/4 public.empty 0 of 0",
      "2/4 public.parts_a_high 76 of 76",
      "3/4 public.parts_a_low 24 of 24",
      "4/4 public.parts_rest 100 of 100",
    ]);
  });

  test("is left alone as soon as the signal aborts", async () => {
    const stopping = new AbortController();
    const reason = new Error("enough");
    let chunks = 0;
    const onProgress = (): void => {
      if (++chunks === 3) stopping.abort(reason);
    };
    await expect(verify({ chunkRows: 5, onProgress, signal: stopping.signal })).rejects.toBe(reason);
    expect(chunks).toBe(3);
  });
});

describe("what may not be read", () => {
  const REASON = "the follower's role may not read it";
  beforeAll(async () => {
    await pair.primary.query(`
      CREATE SCHEMA secret;
      CREATE TABLE secret.plans (id int PRIMARY KEY);
      CREATE TABLE public.rows_hidden (id int PRIMARY KEY, owner text);
      INSERT INTO public.rows_hidden VALUES (1, 'me'), (2, 'you');
      ALTER TABLE public.rows_hidden ENABLE ROW LEVEL SECURITY;
      CREATE POLICY mine ON public.rows_hidden USING (owner = 'me');
      GRANT SELECT ON public.rows_hidden, public.padded, secret.plans TO dataclips_reader;
      GRANT SELECT (id) ON public.empty TO dataclips_reader`);
    await pair.catchUp();
  });
  afterAll(() => pair.primary.query("DROP SCHEMA secret CASCADE; DROP TABLE public.rows_hidden"));

  test("is listed with the reason, and the rest is compared", async () => {
    const tables = ["public.rows_hidden", "public.padded", "secret.plans", "public.empty", "public.parent"];
    const report = await verify({ tables, followerUrl: pair.url("follower", "dataclips_reader") });
    expect(report.outcome).toBe("same");
    expect(report.tables).toEqual([same("public.padded", 90)]);
    expect(report.skipped).toEqual([
      { table: "public.empty", reason: REASON },
      { table: "public.parent", reason: REASON },
      { table: "public.rows_hidden", reason: "row-level security hides rows of it from the follower's role" },
      { table: "secret.plans", reason: REASON },
    ]);
  });

  test("and nothing else there, is no success", async () => {
    const report = await verify({ tables: ["secret.plans"], primaryUrl: pair.url("primary", "dataclips_reader") });
    expect(report).toMatchObject({
      outcome: "incomplete",
      tables: [],
      skipped: [{ table: "secret.plans", reason: "the primary's role may not read it" }],
    });
  });
});

describe("servers that cannot be compared", () => {
  test.each<[string, () => Partial<VerifyOptions>, string]>([
    [
      "a primary with itself",
      () => ({ followerUrl: pair.primaryUrl }),
      "The follower and the primary are the same server: there is nothing to compare.",
    ],
    [
      "a follower with itself",
      () => ({ primaryUrl: pair.followerUrl }),
      "The follower and the primary are the same server: there is nothing to compare.",
    ],
    [
      "servers the wrong way round",
      () => ({ primaryUrl: pair.followerUrl, followerUrl: pair.primaryUrl }),
      "The server that is configured as the primary is a follower itself.",
    ],
    [
      "two databases",
      () => ({ followerUrl: pair.followerUrl.replace(pair.name, "postgres") }),
      "The URLs of the primary and of the follower name two different databases.",
    ],
    [
      "a server that is not there",
      () => ({ primaryUrl: "postgres://someone:hunter2@127.0.0.1:1/shop" }),
      "The primary cannot be reached (nothing listens there).",
    ],
    ["a table that is not there", () => ({ tables: ["public.nowhere"] }), "There is no table public.nowhere."],
  ])("%s: it is said why", async (_, options, message) => {
    await expect(verify(options())).rejects.toMatchObject({ name: "AppError", message });
  });
});
