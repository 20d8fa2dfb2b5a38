import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { addLink } from "../../src/links/add-link.ts";
import { linkStatus } from "../../src/links/link-status.ts";
import { refreshLink } from "../../src/links/refresh-link.ts";
import { removeLink } from "../../src/links/remove-link.ts";
import { type LinkedDatabases, startLinkedDatabases } from "./linked-databases.ts";

let linked: LinkedDatabases;
beforeAll(async () => {
  linked = await startLinkedDatabases();
});
afterAll(() => linked.close());

const status = async () => (await linkStatus(linked.local, linked.all, "bills"))[0]!;
const refresh = (options?: Parameters<typeof refreshLink>[3]) =>
  refreshLink(linked.local, linked.all, "bills", options);
/** Changes the remote database, and waits until its follower, which the link reads from, has that. */
const remotely = async (sql: string): Promise<void> => {
  await linked.remotePrimary.query(sql);
  await linked.server.catchUp();
};

describe("a link of all tables", () => {
  beforeEach(async () => {
    await remotely(`
      CREATE TABLE drifting (a int NOT NULL, b text, c int); INSERT INTO drifting VALUES (1, 'one', 11);
      CREATE TABLE leaving (a int); GRANT SELECT ON drifting, leaving TO dataclips_reader`);
    await addLink(linked.local, linked.all, { name: "bills", to: "remote", schema: "public", tables: null });
  });
  afterEach(async () => {
    await linked.server.primary.query(
      "DROP VIEW IF EXISTS public.theirs; DROP MATERIALIZED VIEW IF EXISTS public.kept",
    );
    await removeLink(linked.local, "bills");
    await remotely("DROP TABLE IF EXISTS drifting, leaving, newcomer");
  });

  test("that nothing has happened to is well, and refreshed without a change of its tables", async () => {
    expect(await status()).toMatchObject({
      name: "bills",
      ok: true,
      server: "dataclips_link_bills",
      to: { database: "remote", role: "dataclips_reader" },
      schema: "public",
      whole: true,
      connects: true,
      reason: null,
      drift: [],
      moved: false,
      fetchSize: 1000,
      followers: [{ name: "follower", present: true, ok: true, reason: null }],
    });
    const oids =
      "SELECT oid FROM pg_class WHERE relnamespace IN ('bills'::regnamespace, 'bills_remote'::regnamespace) ORDER BY 1";
    const before = await linked.server.primary.query(oids);
    expect(await refresh()).toMatchObject({ drift: [], followers: [{ arrived: true }] });
    expect((await linked.server.primary.query(oids)).rows).toEqual(before.rows);
  });

  test("says what changed there, and status changes nothing itself; a refresh mends it", async () => {
    const before = await linked.everything();
    await remotely(`
      ALTER TABLE drifting ADD d date, ALTER b DROP NOT NULL, ALTER c TYPE bigint; DROP TABLE leaving;
      CREATE TABLE newcomer (z method); INSERT INTO newcomer VALUES ('card'); GRANT SELECT ON newcomer TO dataclips_reader;
      ALTER TABLE drifting RENAME a TO a2; ALTER TABLE drifting ALTER a2 DROP NOT NULL;
      UPDATE drifting SET d = '2026-02-03'`);
    const drift = [
      { table: "drifting", column: "a", change: "removed", was: "integer NOT NULL", is: null },
      { table: "drifting", column: "c", change: "changed", was: "integer", is: "bigint" },
      { table: "drifting", column: "a2", change: "added", was: null, is: "integer" },
      { table: "drifting", column: "d", change: "added", was: null, is: "date" },
      { table: "leaving", column: null, change: "removed", was: null, is: null },
      { table: "newcomer", column: null, change: "added", was: null, is: null },
    ];
    expect(await status()).toMatchObject({ ok: false, connects: true, drift });
    expect(await linked.everything()).toEqual(before);

    const { statements } = await refresh({ dryRun: true });
    expect(statements).toContain('DROP VIEW bills."leaving"');
    expect(await linked.everything()).toEqual(before);

    expect(await refresh()).toMatchObject({ drift, unreadable: ["hidden"] });
    expect(await status()).toMatchObject({ ok: true, drift: [] });
    const { rows } = await linked.asReader(
      "SELECT a2, b, c, d::text, (SELECT z FROM bills.newcomer) AS z FROM bills.drifting",
    );
    expect(rows).toEqual([{ a2: 1, b: "one", c: "11", d: "2026-02-03", z: "card" }]);
    await expect(linked.asReader("SELECT FROM bills.leaving")).rejects.toMatchObject({ code: "42P01" });
  });

  test("new columns come without touching what others have made of the view", async () => {
    const { primary } = linked.server;
    await primary.query(`
      CREATE VIEW public.theirs AS SELECT a, b FROM bills.drifting;
      CREATE MATERIALIZED VIEW public.kept AS SELECT * FROM bills.drifting`);
    await remotely("ALTER TABLE drifting ADD d int, ADD e method; UPDATE drifting SET d = 4, e = 'bank'");
    expect(await refresh()).toMatchObject({ drift: [{ column: "d" }, { column: "e" }] });
    expect((await linked.asReader("SELECT * FROM bills.drifting")).rows).toEqual([
      { a: 1, b: "one", c: 11, d: 4, e: "bank" },
    ]);
    expect((await primary.query("SELECT * FROM public.theirs, public.kept")).rows).toEqual([{ a: 1, b: "one", c: 11 }]);
    await primary.query("REFRESH MATERIALIZED VIEW public.kept");
    expect(await status()).toMatchObject({ ok: true });
  });

  test("what depends on a column that changed is said, and nothing is changed", async () => {
    const { primary } = linked.server;
    await primary.query("CREATE MATERIALIZED VIEW public.kept AS SELECT b FROM bills.drifting");
    await remotely("ALTER TABLE drifting ALTER c TYPE bigint; DROP TABLE leaving");
    const before = await linked.everything();
    await expect(refresh()).rejects.toMatchObject({
      code: "conflict",
      message: "Nothing was changed, for other objects depend on the link.",
      hint: "Drop or change them first: materialized view public.kept depends on view bills.drifting.",
    });
    expect(await linked.everything()).toEqual(before);
    await primary.query("DROP MATERIALIZED VIEW public.kept");
    await refresh();
    expect(await status()).toMatchObject({ ok: true });
  });

  test("a table that may not be read any more goes, and comes back when it may", async () => {
    await remotely("REVOKE SELECT ON drifting FROM dataclips_reader");
    expect((await status()).drift).toEqual([
      { table: "drifting", column: null, change: "removed", was: null, is: null },
    ]);
    expect(await refresh()).toMatchObject({ unreadable: ["drifting", "hidden"] });
    await remotely("GRANT SELECT ON drifting TO dataclips_reader");
    expect(await refresh()).toMatchObject({ unreadable: ["hidden"] });
    expect((await linked.asReader("SELECT b FROM bills.drifting")).rows).toEqual([{ b: "one" }]);
  });

  test("views and rights that somebody took away come back", async () => {
    await linked.server.primary.query(
      "DROP VIEW bills.drifting; REVOKE SELECT ON bills.leaving FROM dataclips_reader; COMMENT ON SERVER dataclips_link_bills IS NULL",
    );
    await linked.server.catchUp();
    expect((await status()).followers).toEqual([
      { name: "follower", present: false, ok: false, reason: "it does not have the link yet, or not all of it" },
    ]);
    await refresh({ to: "remote" });
    expect(await status()).toMatchObject({ ok: true, to: { database: "remote" } });
    expect(
      (await linked.asReader("SELECT (SELECT count(*)::int FROM bills.leaving), a FROM bills.drifting")).rows,
    ).toEqual([{ count: 0, a: 1 }]);
  });
});

describe("a link of chosen tables", () => {
  test("takes no others, and is told when one is gone", async () => {
    await remotely("CREATE TABLE leaving (a int); GRANT SELECT ON leaving TO dataclips_reader");
    const tables = ["leaving", "totals"];
    await addLink(linked.local, linked.all, { name: "bills", to: "remote", schema: "public", tables });
    await remotely("DROP TABLE leaving");
    expect(await status()).toMatchObject({
      ok: false,
      whole: false,
      drift: [{ table: "leaving", column: null, change: "removed" }],
    });
    expect(await refresh()).toMatchObject({ tables: ["totals"], unreadable: [] });
    expect(await status()).toMatchObject({ ok: true, tables: [{ name: "totals", columns: 2 }] });
    await remotely("CREATE TABLE leaving (b int); GRANT SELECT ON leaving TO dataclips_reader");
    expect(await refresh()).toMatchObject({ tables });
    await removeLink(linked.local, "bills");
    await remotely("DROP TABLE leaving");
  });

  test("of which none is left is not emptied", async () => {
    await remotely("CREATE TABLE leaving (a int); GRANT SELECT ON leaving TO dataclips_reader");
    const tables = ["leaving"];
    await addLink(linked.local, linked.all, { name: "bills", to: "remote", schema: "public", tables });
    await remotely("DROP TABLE leaving");
    const before = await linked.everything();
    await expect(refresh()).rejects.toMatchObject({
      code: "conflict",
      message: "None of the tables of bills is there any more, or may be read.",
    });
    expect(await linked.everything()).toEqual(before);
    await removeLink(linked.local, "bills");
  });
});

describe("where a link leads", () => {
  test("follows the configuration, and status says when it has to", async () => {
    await addLink(linked.local, linked.all, {
      name: "bills",
      to: "remote",
      schema: "public",
      tables: ["totals"],
      fetchSize: 77,
    });
    const [follower] = linked.remote.followers;
    const { pathname } = new URL(linked.server.readerUrl);
    const moved = { ...linked.remote, followers: [{ ...follower!, url: follower!.url.replace(/\/[^/]*$/, pathname) }] };
    const all = [linked.local, moved];
    expect((await linkStatus(linked.local, all))[0]).toMatchObject({ ok: false, moved: true, connects: true });
    // There is no such table there: nothing is changed, the address neither.
    await expect(refreshLink(linked.local, all, "bills")).rejects.toMatchObject({ code: "conflict" });
    expect(await status()).toMatchObject({ ok: true, fetchSize: 77 });

    await linked.server.primary.query(
      "CREATE TABLE public.totals (n int); GRANT SELECT ON public.totals TO dataclips_reader",
    );
    await linked.server.catchUp();
    await refreshLink(linked.local, all, "bills");
    expect((await linkStatus(linked.local, all))[0]).toMatchObject({
      ok: true,
      moved: false,
      to: { dbname: pathname.slice(1) },
      fetchSize: 77,
    });
    await expect(refreshLink(linked.local, [linked.local], "bills")).rejects.toMatchObject({
      code: "conflict",
      message: "The link leads to the database remote, which is configured no more.",
    });
    await refresh({ to: follower!.url, fetchSize: 500 });
    expect(await status()).toMatchObject({ ok: true, moved: false, to: { database: null }, fetchSize: 500 });
    // What came from a URL stays, when a refresh says nothing of it.
    await refresh();
    expect(await status()).toMatchObject({
      ok: true,
      to: { database: null, role: "dataclips_reader" },
      fetchSize: 500,
    });
    await removeLink(linked.local, "bills");
    await linked.server.primary.query("DROP TABLE public.totals");
  });

  test("a link that is not there", async () => {
    for (const use of [() => refresh(), () => removeLink(linked.local, "bills"), () => status()]) {
      await expect(use()).rejects.toMatchObject({ code: "not_found", message: 'There is no link "bills" here.' });
    }
  });
});
