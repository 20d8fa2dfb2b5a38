import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { verifyFollowerCommand } from "../../src/cli/verify-follower.ts";
import { ConfigError } from "../../src/config.ts";
import { type DatabaseConfig, DEFAULT_LIMITS } from "../../src/databases/database-config.ts";
import { makePairDatabase, type PairDatabase } from "../databases/verify/pair-database.ts";

/** Nothing listens there. */
const DOWN = "postgres://someone:hunter2@127.0.0.1:1/shop";

let pair: PairDatabase;
let databases: DatabaseConfig[];
beforeAll(async () => {
  pair = await makePairDatabase();
  await pair.primary.query(`
    CREATE TABLE orders (id int PRIMARY KEY, note text);
    INSERT INTO orders SELECT n, 'n' FROM generate_series(1, 1234) AS n;
    CREATE UNLOGGED TABLE scratch (id int);
    ANALYZE`);
  await pair.catchUp();
  const followers = [
    { name: "near", url: pair.followerUrl },
    { name: "far", url: DOWN },
  ];
  const base = { ...DEFAULT_LIMITS, primary: pair.primaryUrl };
  databases = [
    { ...base, name: "shop", followers },
    { ...base, name: "lonely", primary: null, followers },
    { ...base, name: "itself", followers: [{ name: "follower", url: pair.primaryUrl }] },
  ];
});
afterAll(() => pair?.drop());

/** Runs the command; what it writes is kept. */
async function run(args: string[], isTTY = false): Promise<{ status: number; out: string; err: string }> {
  let out = "";
  let err = "";
  const status = await verifyFollowerCommand(args, {
    withDatabases: (use) => use(databases),
    stdout: { write: (text: string) => ((out += text), true) },
    stderr: { write: (text: string) => ((err += text), true), isTTY, columns: 60 },
  });
  expect(out + err).not.toContain("hunter2");
  return { status, out, err };
}

describe("a follower that is the same", () => {
  test("status 0, the report on stdout, a line for each table on stderr", async () => {
    const { status, out, err } = await run(["shop", "--follower", "near", "--pause-ms", "0"]);
    expect(out.replace(/\d+\.\d s/, "1.0 s")).toBe(
      [
        "shop, near: the same as the primary",
        "  compared 1,234 rows of 1 table in 1.0 s",
        "  Indexes were not checked: the extension amcheck is not installed (on the primary: CREATE EXTENSION amcheck).",
        "  Not compared:",
        "    public.scratch: it is unlogged: its rows are not replicated",
        "",
      ].join("\n"),
    );
    expect(err).toMatch(/^shop near 1\/1 public\.orders: 1,234 rows, [\d,]+ rows\/s, same\n$/);
    expect(status).toBe(0);
  });

  test("on a terminal, one line that is drawn anew, no wider than it, with the share that is done", async () => {
    const { err } = await run(["shop", "--follower", "near", "--chunk-rows", "100", "--pause-ms", "20"], true);
    const lines = err.split("\r\u001B[K");
    expect(lines.pop()).toMatch(/^shop near 1\/1 public\.orders: 1,234 rows, [\d,]+ rows\/s, same\n$/);
    expect(lines[0]).toMatch(/^shop near 1\/1 public\.orders: 100 rows \(8%\), [\d,]+ rows\/s$/);
    for (const line of lines) expect(line.length).toBeLessThan(60);
  });

  test("--json prints the report", async () => {
    const { status, out } = await run(["shop", "--follower=near", "--table", "public.orders", "--json"]);
    const none = { rows: 0, examples: [] };
    expect(JSON.parse(out)).toEqual({
      database: "shop",
      followers: [
        {
          name: "near",
          outcome: "same",
          findings: [],
          stalled: null,
          tables: [
            {
              table: "public.orders",
              compared_by: "primary key",
              rows: 1234,
              chunks: 2,
              chunks_looked_at_again: 0,
              missing: none,
              extra: none,
              changed: none,
              unreadable: [],
              unsettled: none,
              indexes: { checked: 0, damaged: [], unchecked: [] },
              incomplete: null,
              duration_ms: expect.any(Number),
            },
          ],
          skipped: [],
          indexes_unchecked: expect.stringMatching("CREATE EXTENSION amcheck"),
          duration_ms: expect.any(Number),
        },
      ],
    });
    expect(status).toBe(0);
  });
});

describe("followers of which one cannot be reached", () => {
  test("the other one is compared; status 2", async () => {
    const { status, out, err } = await run(["shop"]);
    expect(out).toMatch(/^shop, near: the same as the primary\n/);
    expect(err).toContain("shop, far: The follower cannot be reached (nothing listens there).\nCheck that it runs");
    expect(status).toBe(2);
  });

  test("in JSON too", async () => {
    const { status, out } = await run(["shop", "--json"]);
    expect(JSON.parse(out)).toMatchObject({
      followers: [
        { name: "near", outcome: "same" },
        {
          name: "far",
          outcome: "incomplete",
          error: { code: "no_follower", message: "The follower cannot be reached (nothing listens there)." },
        },
      ],
    });
    expect(status).toBe(2);
  });
});

describe("what cannot be done", () => {
  test.each([
    [[], "The database's name is missing.\ndataclips verify-follower --help says more.\n"],
    [["shop", "more"], "One database at a time.\ndataclips verify-follower --help says more.\n"],
    [["shop", "--chunk-rows", "0"], "--chunk-rows must be a whole number from 1 on."],
    [["shop", "--pause-ms", "-1"], "--pause-ms"],
    [["shop", "--pause-ms=1e3"], "--pause-ms must be a whole number from 0 on."],
    [["shop", "--patience-seconds=x"], "--patience-seconds must be a whole number from 1 on."],
    [["shop", "--quickly"], "Unknown option '--quickly'"],
    [["nowhere"], 'There is no database "nowhere" here.\nThe databases are: shop, lonely, itself.\n'],
    [["lonely"], 'The configuration of lonely has no primary to compare its follower with.\nAdd "primary": '],
    [["shop", "--follower", "x"], 'shop has no follower "x".\nIts followers are: near, far.\n'],
    [["shop", "--follower", "near", "--table", "orders"], "shop, near: There is no table orders.\n"],
    [["itself"], "itself, follower: The follower and the primary are the same server: there is nothing to compare.\n"],
  ])("%j: status 2, and why", async (args, message) => {
    const { status, out, err } = await run(args);
    expect(err).toContain(message);
    expect({ status, out }).toEqual({ status: 2, out: "" });
  });

  test("all tables are left out: status 2", async () => {
    const { status, out } = await run(["shop", "--follower", "near", "--table", "public.scratch"]);
    expect(out).toContain("not compared to the end, no difference found\n  compared 0 rows of 0 tables");
    expect(status).toBe(2);
  });

  test("a faulty configuration: status 2, and the faults", async () => {
    let err = "";
    const status = await verifyFollowerCommand(["shop"], {
      withDatabases: () => Promise.reject(new ConfigError(["PORT must be a number from 0 to 65535."])),
      stderr: { write: (text: string) => ((err += text), true), isTTY: false, columns: 80 },
    });
    expect({ status, err }).toEqual({
      status: 2,
      err: "The configuration has a fault:\n  - PORT must be a number from 0 to 65535.\n",
    });
  });

  test("--help prints how it is used: status 0", async () => {
    const { status, out, err } = await run(["--help"]);
    expect(out).toMatch(/^dataclips verify-follower <database> \[options\]\n/);
    expect({ status, err }).toEqual({ status: 0, err: "" });
  });
});
