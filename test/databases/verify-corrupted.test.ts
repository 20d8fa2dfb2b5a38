import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { reportText } from "../../src/cli/verify-follower-text.ts";
import type { FollowerReport, RowFindings } from "../../src/databases/verify/report.ts";
import { verifyFollower, type VerifyOptions } from "../../src/databases/verify-follower.ts";
import { type Embedded, startEmbedded } from "../../src/embedded/embedded.ts";
import { serverPid } from "../embedded/server-processes.ts";
import { temporaryDirectory } from "../embedded/temporary-directory.ts";
import { until } from "../support/test-server.ts";
import { BUSY_SQL, startWriters } from "./verify/busy-writers.ts";
import { changePage, type HeapPage } from "./verify/heap-page.ts";

/** A pair of its own: here a follower is paused, damaged, and promoted, in this order. */
let temporary: Awaited<ReturnType<typeof temporaryDirectory>>;
let embedded: Embedded;
beforeAll(async () => {
  temporary = await temporaryDirectory();
  embedded = await startEmbedded({ dataDirectory: `${temporary.path}/data`, samples: false, onProgress: () => {} });
  await query(url("primary", "postgres"), "CREATE DATABASE pair");
});
afterAll(async () => {
  await embedded?.stop();
  await temporary?.remove();
});

function url(server: "primary" | "follower", database = "pair"): string {
  return embedded.url({ role: "postgres", database, server });
}

async function query(address: string, ...statements: string[]): Promise<any[]> {
  const client = new pg.Client(address);
  client.on("error", () => {});
  await client.connect();
  try {
    let rows: unknown[] = [];
    for (const statement of statements) ({ rows } = await client.query(statement));
    return rows;
  } finally {
    await client.end();
  }
}

/** Runs statements on the primary, and waits until the follower has replayed them. */
async function onPrimary(...statements: string[]): Promise<void> {
  const [row] = await query(url("primary"), ...statements, "SELECT pg_current_wal_flush_lsn()::text AS lsn");
  await until(async () => {
    const [replayed] = await query(
      url("follower", "postgres"),
      `SELECT pg_last_wal_replay_lsn() >= '${row.lsn}'::pg_lsn AS done`,
    );
    return replayed.done;
  });
}

function verify(options: Partial<VerifyOptions> = {}) {
  return verifyFollower({ primaryUrl: url("primary"), followerUrl: url("follower"), pauseMs: 0, ...options });
}

function found(...examples: RowFindings["examples"]): RowFindings {
  return { rows: examples.length, examples };
}

const NOTHING = {
  missing: found(),
  extra: found(),
  changed: found(),
  unsettled: found(),
  unreadable: [],
  incomplete: null,
};

describe("a healthy follower of a busy primary", () => {
  test("is never said to differ, though rows come, go and move all the time, and replay cancels queries", async () => {
    await onPrimary(BUSY_SQL);
    await query(url("follower"), "ALTER SYSTEM SET max_standby_streaming_delay = 0", "SELECT pg_reload_conf()");
    const writers = await startWriters(url("primary"), 6);
    let lookedAtAgain = 0;
    let statements: number;
    try {
      for (let pass = 0; pass < 6 || lookedAtAgain < 30; pass++) {
        const report = await verify({ chunkRows: [20, 100, 10_000][pass % 3]! });
        expect(report).toMatchObject({ outcome: "same", findings: [], skipped: [], stalled: null });
        expect(report.tables.map(({ table }) => table)).toEqual([
          "public.accounts",
          "public.history",
          "public.queue_0",
          "public.queue_1",
        ]);
        for (const table of report.tables) {
          expect(table).toMatchObject({ ...NOTHING, unsettled: expect.anything() });
          lookedAtAgain += table.chunksLookedAtAgain;
        }
      }
    } finally {
      statements = await writers.stop();
      await onPrimary("DROP TABLE accounts, history, queue");
    }
    // Else the test would show nothing.
    expect(statements).toBeGreaterThan(500);
  });
});

describe("a follower whose replay is paused", () => {
  beforeAll(async () => {
    await onPrimary(
      "CREATE TABLE a (id int PRIMARY KEY, t text)",
      "INSERT INTO a SELECT n, 'n' FROM generate_series(1, 50) AS n",
      "CREATE TABLE b AS TABLE a",
    );
    await query(url("follower"), "SELECT pg_wal_replay_pause()");
    await until(async () => {
      const [row] = await query(url("follower"), "SELECT pg_get_wal_replay_pause_state() = 'paused' AS done");
      return row.done;
    });
  });
  afterAll(async () => {
    await query(url("follower"), "SELECT pg_wal_replay_resume()");
    await onPrimary("DROP TABLE IF EXISTS a, b, c");
  });
  const STALLED = expect.stringMatching(
    /^it has replayed nothing for 0\.3 s and is \d+ \w+ behind: its replay is paused \(pg_wal_replay_resume\(\) ends that\)$/,
  );

  test("is the same where nothing has changed since", async () => {
    expect(await verify({ patienceMs: 300 })).toMatchObject({ outcome: "same", stalled: null });
  });

  test("where something has, is not said to differ, but to stand still; what is left is not compared", async () => {
    await query(url("primary"), "UPDATE a SET t = 'changed' WHERE id = 3");
    const report = await verify({ patienceMs: 300 });
    expect(report).toMatchObject({
      outcome: "incomplete",
      findings: [],
      stalled: STALLED,
      tables: [
        {
          ...NOTHING,
          table: "public.a",
          incomplete: expect.stringMatching(/^the follower stands still: it has replayed/),
        },
      ],
      skipped: [{ table: "public.b", reason: "the follower stood still" }],
    });
  });

  test("is not said to miss a table that was made since", async () => {
    await query(url("primary"), "CREATE TABLE c (id int)");
    expect(await verify({ patienceMs: 300 })).toMatchObject({
      outcome: "incomplete",
      findings: [],
      stalled: STALLED,
      tables: [],
    });
  });
});

describe("a streaming follower whose files are damaged", () => {
  /** Changes a page of the files of tables or indexes on the follower, the first one by default; it has nothing of it in memory afterwards. */
  async function damage(changes: Record<string, (page: HeapPage) => void>, block?: number): Promise<void> {
    const [{ data_directory: directory }] = await query(url("follower"), "SHOW data_directory");
    for (const [table, change] of Object.entries(changes)) {
      const [{ path }] = await query(url("follower"), `SELECT pg_relation_filepath('${table}') AS path`);
      await changePage(`${directory}/${path}`, change, block);
    }
    const pid = await serverPid(directory);
    process.kill(pid, "SIGINT");
    await until(async () => (await serverPid(directory).catch(() => pid)) !== pid);
    await until(() =>
      query(url("follower"), "SELECT 1").then(
        () => true,
        () => false,
      ),
    );
  }

  beforeAll(async () => {
    await onPrimary(
      "CREATE TABLE damaged (id int PRIMARY KEY, t text) WITH (autovacuum_enabled = false)",
      "INSERT INTO damaged SELECT n, 'row ' || n FROM generate_series(1, 20) AS n",
      "CREATE TABLE damaged_no_key WITH (autovacuum_enabled = false) AS TABLE damaged",
      "CREATE TABLE sound AS TABLE damaged",
      "DELETE FROM damaged WHERE id = 15",
      "DELETE FROM damaged_no_key WHERE id = 15",
      // Once it has been read, the primary has no reason to write the page again: a copy in its log would mend it.
      "SELECT FROM damaged; SELECT FROM damaged_no_key; SELECT FROM sound",
      // The follower can only write its pages out up to a checkpoint of the primary's.
      "CHECKPOINT",
    );
    await query(url("follower"), "CHECKPOINT");
    const change = (page: HeapPage): void => {
      page.replace("row 7", "ROW 7");
      page.forget(11);
      page.revive(15);
    };
    await damage({ damaged: change, damaged_no_key: change });
  });

  test("cannot read pages whose checksum is wrong: that is found, row by row, with the server's own words", async () => {
    const report = await verify();
    expect(report).toMatchObject({ outcome: "different", findings: [], stalled: null });
    const [damaged, noKey, sound] = report.tables;
    const message = expect.stringMatching(/^invalid page in block 0 of relation "?base\/\d+\/\d+"?$/);
    expect(damaged).toMatchObject({ ...NOTHING, table: "public.damaged", rows: 19, unreadable: expect.anything() });
    const ids = [...Array(20).keys()].map((n) => n + 1).filter((id) => id !== 15);
    expect(damaged?.unreadable).toEqual(
      ids.map((id) => ({ server: "follower", rows: 1, key: { id: String(id) }, message })),
    );
    expect(noKey?.unreadable).toEqual([{ server: "follower", rows: 19, key: { ctid: "(0,1)" }, message }]);
    expect(sound).toMatchObject({ ...NOTHING, table: "public.sound", rows: 20 });
  });

  test("without checksums, differs by exactly the rows that are changed, gone, and back", async () => {
    await query(url("follower"), "ALTER SYSTEM SET ignore_checksum_failure = on", "SELECT pg_reload_conf()");
    const report = await verify({ chunkRows: 6 });
    expect(report).toMatchObject({ outcome: "different", findings: [], stalled: null });
    expect(report.tables).toMatchObject([
      {
        ...NOTHING,
        table: "public.damaged",
        changed: found({ id: "7" }),
        missing: found({ id: "11" }),
        extra: found({ id: "15" }),
      },
      {
        ...NOTHING,
        table: "public.damaged_no_key",
        changed: found({ ctid: "(0,7)" }),
        missing: found({ ctid: "(0,11)" }),
        extra: found({ ctid: "(0,15)" }),
      },
      { ...NOTHING, table: "public.sound" },
    ]);
  });

  test("says so too while the primary goes on writing", async () => {
    await onPrimary(BUSY_SQL);
    const writers = await startWriters(url("primary"), 2);
    const report = await verify({ tables: ["public.damaged", "public.accounts"] }).finally(writers.stop);
    expect(report).toMatchObject({
      outcome: "different",
      tables: [
        { ...NOTHING, table: "public.accounts", unsettled: expect.anything() },
        { changed: found({ id: "7" }), missing: found({ id: "11" }), extra: found({ id: "15" }), unreadable: [] },
      ],
    });
    await onPrimary("DROP TABLE accounts, history, queue, damaged, damaged_no_key, sound");
  });

  describe("in an index, which answers queries wrongly while all rows are the same", () => {
    const ANSWER = "SET enable_seqscan = off; SELECT count(*)::int4 AS rows FROM shelves WHERE label = 'shelf 150'";
    const indexOf = (report: FollowerReport) => report.tables.find(({ table }) => table === "public.shelves")?.indexes;
    beforeAll(async () => {
      await onPrimary(
        "CREATE TABLE shelves (id int PRIMARY KEY, label text, tags int[]) WITH (autovacuum_enabled = false)",
        "CREATE INDEX shelves_label ON shelves (label)",
        "CREATE INDEX shelves_tags ON shelves USING gin (tags)",
        "CREATE INDEX shelves_hash ON shelves USING hash (id)",
        "INSERT INTO shelves SELECT n, 'shelf ' || n, ARRAY[n] FROM generate_series(100, 199) AS n",
        "CREATE ROLE looker LOGIN",
        "GRANT SELECT ON shelves TO looker",
        "CHECKPOINT",
      );
      await query(url("follower"), "CHECKPOINT");
      // The entries stay in their order: only the row's own entry is gone.
      await damage({ shelves_label: (page) => page.replace("shelf 150", "shelf 149") }, 1);
    });
    afterAll(() =>
      onPrimary("DROP TABLE shelves", 'DROP SCHEMA "the tools" CASCADE', "DROP OWNED BY looker", "DROP ROLE looker"),
    );

    test("is not found without amcheck, and the report says that indexes were not checked", async () => {
      expect((await query(url("follower"), ...ANSWER.split("; ")))[0]).toEqual({ rows: 0 });
      expect((await query(url("primary"), ...ANSWER.split("; ")))[0]).toEqual({ rows: 1 });
      const report = await verify();
      expect(report).toMatchObject({
        outcome: "same",
        indexesUnchecked: expect.stringMatching(/CREATE EXTENSION amcheck\)$/),
      });
      expect(reportText("pair", "follower", report)).toContain(
        "  Indexes were not checked: the extension amcheck is not",
      );
    });

    test("is not found by a role that may not call amcheck, and the report says how it may", async () => {
      await onPrimary('CREATE SCHEMA "the tools"', 'CREATE EXTENSION amcheck SCHEMA "the tools"');
      const followerUrl = embedded.url({ role: "looker", database: "pair", server: "follower" });
      expect(await verify({ followerUrl })).toMatchObject({
        outcome: "same",
        indexesUnchecked: expect.stringMatching(
          /^the follower's role may not call "the tools"\.bt_index_check.*GRANT EXECUTE ON FUNCTION "the tools"\.bt_index_check\(regclass, boolean\) TO the role\)$/,
        ),
      });
      await onPrimary(
        'GRANT USAGE ON SCHEMA "the tools" TO looker',
        'GRANT EXECUTE ON FUNCTION "the tools".bt_index_check(regclass, boolean) TO looker',
      );
      expect(await verify({ followerUrl })).toMatchObject({ outcome: "different", indexesUnchecked: null });
    });

    test("is found with amcheck: the index, and what is wrong with it", async () => {
      const report = await verify();
      expect(report).toMatchObject({ outcome: "different", findings: [], indexesUnchecked: null });
      expect(indexOf(report)).toEqual({
        // That of the primary key, of the text's TOAST table, and the GIN index.
        checked: 3,
        damaged: [
          {
            index: "public.shelves_label",
            message: expect.stringMatching(
              /^heap tuple .* from table "shelves" lacks matching index tuple within index "shelves_label"$/,
            ),
          },
        ],
        unchecked: [{ index: "public.shelves_hash", reason: "it is of the access method hash" }],
      });
      expect(reportText("pair", "follower", report)).toMatch(
        /pair, follower: DIFFERENT from the primary\n {2}compared 100 rows of 1 table and checked 4 indexes in .*\n {2}public.shelves\n {4}index public.shelves_label is damaged on the follower: heap tuple/,
      );
    });

    test("is not found where it is sound again", async () => {
      await onPrimary("REINDEX INDEX shelves_label");
      const report = await verify();
      expect(report).toMatchObject({ outcome: "same" });
      expect(indexOf(report)).toMatchObject({ checked: 4, damaged: [] });
    });
  });
});

describe("a follower that was promoted", () => {
  beforeAll(async () => {
    await onPrimary(
      "CREATE TABLE orders (tenant int, id text, note text, PRIMARY KEY (tenant, id))",
      "INSERT INTO orders SELECT n % 3, 'o' || n, 'n' FROM generate_series(1, 9000) AS n",
      "CREATE TABLE sound (id int PRIMARY KEY)",
      "INSERT INTO sound VALUES (1)",
      "CREATE TABLE gone (id int)",
    );
    await query(url("follower"), "SELECT pg_promote()");
    await query(
      url("follower"),
      "UPDATE orders SET note = NULL WHERE id = 'o4711'",
      "UPDATE orders SET note = 'n' WHERE id = 'o4712'",
      "DELETE FROM orders WHERE id IN ('o1', 'o9000')",
      // Before the primary's first key and behind its last one.
      "INSERT INTO orders SELECT -1, 'o' || n FROM generate_series(1, 2500) AS n",
      "INSERT INTO orders VALUES (3, 'last')",
      "DROP TABLE gone",
      "CREATE TABLE only_here (id int)",
    );
  });

  test.each([50, 100_000])("is said to be none, and compared all the same, in chunks of %i rows", async (chunkRows) => {
    const report = await verify({ chunkRows });
    expect(report).toMatchObject({
      outcome: "different",
      findings: [
        "It is not a follower any more: it was promoted, and takes writes of its own.",
        "It has no table public.gone.",
        "It has a table public.only_here, which the primary has not.",
      ],
      stalled: null,
      skipped: [],
    });
    expect(report.tables).toMatchObject([
      {
        ...NOTHING,
        table: "public.orders",
        rows: 9000,
        changed: found({ tenant: "1", id: "o4711" }),
        missing: found({ tenant: "0", id: "o9000" }, { tenant: "1", id: "o1" }),
        extra: { rows: 2501, examples: expect.arrayContaining([{ tenant: "-1", id: "o1" }]) },
      },
      { ...NOTHING, table: "public.sound", rows: 1 },
    ]);
    expect(report.tables[0]?.extra.examples).toHaveLength(10);
  });

  test("is not compared with a primary of another cluster", async () => {
    await expect(verify({ primaryUrl: inject("cluster").admin })).rejects.toMatchObject({
      name: "AppError",
      message: expect.stringMatching(/^The follower is no copy of this primary: its files were made by another initdb/),
    });
  });
});
