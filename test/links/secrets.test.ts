import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addLink } from "../../src/links/add-link.ts";
import { linkStatus } from "../../src/links/link-status.ts";
import { refreshLink } from "../../src/links/refresh-link.ts";
import { removeLink } from "../../src/links/remove-link.ts";
import { until } from "../support/test-server.ts";
import { type LinkedDatabases, startLinkedDatabases } from "./linked-databases.ts";
import { type PasswordServer, startPasswordServer } from "./password-server.ts";

/** With all that URLs and SQL could stumble over. */
const PASSWORD = `Pass'w"o\\rd /?#@% ünï$1`;
let linked: LinkedDatabases;
let ledger: PasswordServer;
beforeAll(async () => {
  linked = await startLinkedDatabases();
  ledger = await startPasswordServer({ writer: PASSWORD });
  await addLink(linked.local, linked.all, {
    name: "ledger",
    to: ledger.url("writer", PASSWORD),
    schema: "public",
    tables: null,
  });
});
afterAll(async () => {
  await linked.close();
  await ledger.stop();
});

test("a link with a password works, on the follower", async () => {
  const { rows } = await linked.asReader("SELECT count(*)::int AS n FROM ledger.entries");
  expect(rows).toEqual([{ n: 1000 }]);
  const [link] = await linkStatus(linked.local, linked.all);
  expect(link).toMatchObject({
    ok: true,
    to: { database: null, host: ledger.host, port: "5432", dbname: "ledger", role: "writer" },
    followers: [{ name: "follower", present: true, ok: true, reason: null }],
  });
  expect(JSON.stringify(link)).not.toContain("Pass");
});

describe.each(["primary", "follower"] as const)("the reader on the %s never sees the password", (on) => {
  /** What a reader may ask that could show it; each gives something or is an error, and neither has the password. */
  const ATTEMPTS = [
    "SELECT * FROM pg_catalog.pg_user_mapping",
    "SELECT * FROM pg_catalog.pg_user_mappings",
    "SELECT pg_catalog.pg_options_to_table(umoptions) FROM pg_catalog.pg_user_mappings",
    "SELECT * FROM information_schema.user_mapping_options",
    "SELECT * FROM information_schema.user_mappings",
    "SELECT * FROM information_schema._pg_user_mappings",
    "SELECT * FROM pg_catalog.pg_foreign_server",
    "SELECT * FROM information_schema.foreign_server_options",
    "SELECT * FROM information_schema.foreign_table_options",
    "SELECT * FROM pg_catalog.pg_foreign_table",
    "SELECT * FROM pg_catalog.pg_foreign_data_wrapper",
    "SELECT pg_catalog.pg_get_viewdef('ledger.entries'::regclass)",
    "SELECT pg_catalog.pg_get_viewdef(oid) FROM pg_catalog.pg_class WHERE relkind = 'v' AND relname = 'pg_user_mappings'",
    "SELECT * FROM pg_catalog.pg_views WHERE schemaname IN ('ledger', 'ledger_remote')",
    "SELECT * FROM pg_catalog.pg_description",
    "SELECT * FROM pg_catalog.pg_shdescription",
    "SELECT * FROM pg_catalog.pg_seclabels",
    "SELECT * FROM pg_catalog.pg_stat_activity",
    "SELECT * FROM pg_catalog.pg_stat_ssl",
    "SELECT * FROM pg_catalog.pg_prepared_statements",
    "SELECT * FROM pg_catalog.pg_cursors",
    "SELECT * FROM pg_catalog.pg_settings",
    "SELECT current_setting('dataclips.statement', true)",
    "SELECT * FROM pg_catalog.pg_file_settings",
    "SELECT * FROM pg_catalog.pg_hba_file_rules",
    "SELECT pg_catalog.pg_read_file('global/pg_filenode.map')",
    "SELECT * FROM pg_catalog.pg_statistic",
    "SELECT pg_catalog.pg_describe_object(classid, objid, 0) FROM pg_catalog.pg_depend WHERE classid = 'pg_user_mapping'::regclass",
    "SELECT * FROM pg_catalog.pg_shdepend JOIN pg_catalog.pg_user_mappings ON objid = umid",
    "SELECT pg_catalog.query_to_xml('SELECT * FROM pg_user_mappings', true, true, '')",
    "SELECT pg_catalog.database_to_xml(true, true, '')",
    "SELECT public.postgres_fdw_get_connections()",
    "SELECT * FROM public.postgres_fdw_get_connections() AS connection",
    "SELECT * FROM ledger_remote.entries",
    "TABLE ledger_remote.entries",
    "EXPLAIN (VERBOSE, ANALYZE) SELECT * FROM ledger.entries WHERE id = 1",
    "EXPLAIN (VERBOSE, SETTINGS) SELECT * FROM ledger.entries",
    "SELECT note::int FROM ledger.entries",
    "SELECT 1 / (id - 1) FROM ledger.entries",
    "SELECT * FROM ledger.writing",
    "SET ROLE dataclips_links; SELECT * FROM pg_user_mappings",
    "SET SESSION AUTHORIZATION dataclips_links",
    "SELECT set_config('role', 'dataclips_links', false)",
    "SELECT pg_has_role('dataclips_links', 'USAGE')",
    "GRANT dataclips_links TO dataclips_reader",
    "CREATE USER MAPPING FOR dataclips_reader SERVER dataclips_link_ledger",
    "ALTER USER MAPPING FOR dataclips_links SERVER dataclips_link_ledger OPTIONS (DROP password)",
    "ALTER SERVER dataclips_link_ledger OPTIONS (SET host '127.0.0.1')",
    "CREATE FOREIGN TABLE ledger.mine (a int) SERVER dataclips_link_ledger",
    "IMPORT FOREIGN SCHEMA public FROM SERVER dataclips_link_ledger INTO public",
    "CREATE EXTENSION dblink",
    "SELECT dblink_connect('dataclips_link_ledger')",
    "CREATE OR REPLACE VIEW ledger.entries AS SELECT 1 AS id",
    "INSERT INTO ledger.entries VALUES (0, 'x')",
    "DELETE FROM ledger.entries",
  ];
  test("in whatever it asks", async () => {
    for (const sql of ATTEMPTS) {
      const found = await linked.asReader(sql, on).then(
        (result) => JSON.stringify([result].flat().map(({ rows }) => rows)),
        (error: unknown) => JSON.stringify({ ...(error as object), message: (error as Error).message }),
      );
      expect([sql, /Pass'?w|SCRAM-SHA|[oO]ptions.*password=/.test(found.replaceAll('\\"', ""))]).toEqual([sql, false]);
    }
    const { rows } = await ledger.admin.query("SELECT count(*)::int AS n FROM entries");
    expect(rows).toEqual([{ n: 1000 }]);
  });

  test("and cannot do what the links' owner can", async () => {
    for (const sql of [
      "SET ROLE dataclips_links",
      "SELECT * FROM ledger_remote.entries",
      "SELECT * FROM pg_user_mapping",
      "INSERT INTO ledger.entries VALUES (0, 'x')",
      "CREATE USER MAPPING FOR dataclips_reader SERVER dataclips_link_ledger",
      "CREATE FOREIGN TABLE ledger.mine (a int) SERVER dataclips_link_ledger",
    ]) {
      const error = await linked.asReader(`SET default_transaction_read_only = off; ${sql}`, on).then(
        () => "no error",
        (thrown: { code: string }) => thrown.code,
      );
      // On a follower some of it is refused because nothing can be written there.
      expect([sql, ["42501", "25006"].includes(error)]).toEqual([sql, true]);
    }
    const { rows } = await linked.asReader("SELECT umoptions FROM pg_user_mappings WHERE umoptions IS NOT NULL", on);
    expect(rows).toEqual([]);
  });
});

test("a superuser does see it: what the tests above look for is there", async () => {
  const { rows } = await linked.server.primary.query("SELECT umoptions FROM pg_user_mappings");
  expect(rows).toEqual([{ umoptions: ["user=writer", `password=${PASSWORD}`] }]);
});

test("a failing connection does not tell it to the reader", async () => {
  await ledger.admin.query("ALTER ROLE writer PASSWORD 'another one'");
  const error = await linked.asReader("SELECT * FROM ledger.entries").catch((thrown: unknown) => thrown as Error);
  expect(error).toMatchObject({ code: "08001" });
  expect(JSON.stringify({ ...(error as object), message: (error as Error).message })).not.toContain("Pass'w");

  const [link] = await linkStatus(linked.local, linked.all);
  expect(link).toMatchObject({
    ok: false,
    connects: false,
    reason: "it refused the password",
    followers: [{ present: true, ok: false, reason: "the other server: it refused the password" }],
  });

  const { statements } = await refreshLink(linked.local, linked.all, "ledger", {
    to: ledger.url("writer", "another one"),
  });
  expect(statements.join("\n")).toContain(
    "CREATE USER MAPPING FOR dataclips_links SERVER dataclips_link_ledger OPTIONS (user 'writer', password '<password>')",
  );
  expect(statements.join("\n")).not.toContain("another one");
  await until(async () => (await linkStatus(linked.local, linked.all))[0]!.ok);
  await ledger.admin.query(`ALTER ROLE writer PASSWORD $$${PASSWORD}$$`);
  await refreshLink(linked.local, linked.all, "ledger", { to: ledger.url("writer", PASSWORD) });
});

test("the password does not get into the server's log, even where that has every statement", async () => {
  const { primary, primaryUrl } = linked.server;
  const database = new URL(primaryUrl).pathname.slice(1);
  const { rows } = await primary.query("SHOW data_directory");
  const log = join(rows[0].data_directory, "../primary.log");
  await primary.query(
    `ALTER DATABASE ${database} SET log_statement = 'all'; ALTER DATABASE ${database} SET log_min_duration_statement = 0`,
  );
  const secret = "a-word-that-is-nowhere-else";
  const to = ledger.url("writer", secret);
  await addLink(linked.local, linked.all, { name: "logged", to, schema: "public", tables: null }).catch(() => {});
  await primary.query(
    `ALTER DATABASE ${database} RESET log_statement; ALTER DATABASE ${database} RESET log_min_duration_statement`,
  );
  const text = await readFile(log, "utf8");
  expect(text).toContain("CREATE SERVER dataclips_link_logged");
  expect(text).not.toContain(secret);
});

describe("what is wrong with an address is said without its password", () => {
  const add = (to: string) =>
    addLink(linked.local, linked.all, { name: "wrong", to, schema: "public", tables: null }).catch(
      (error: unknown) => error,
    );
  test.each<[string, () => string, string]>([
    ["a wrong password", () => ledger.url("writer", "wr0ng"), "it refused the password"],
    ["no password where one is asked for", () => ledger.url("writer"), "it asks for a password, and the link has none"],
    ["a role that is not there", () => ledger.url("nobody_here", "wr0ng"), "it refused the role"],
    [
      "a database that is not there",
      () => ledger.url("writer", PASSWORD).replace(/\/ledger$/, "/nope"),
      "it has no such database",
    ],
    [
      "a password where none is asked for",
      () => ledger.url("postgres", "wr0ng"),
      "it asks for no password, so the URL must have none",
    ],
  ])("%s", async (_, to, reason) => {
    const before = await linked.everything();
    const error = (await add(to())) as Error & { hint: string };
    expect(error).toMatchObject({
      code: "invalid_request",
      message: `The database server cannot read from the other one: ${reason}.`,
    });
    expect(error.message + error.hint).not.toMatch(/wr0ng|Pass'w/);
    expect(await linked.everything()).toEqual(before);
  });
});

describe("the other server is only read", () => {
  test("by a role that could write there: what writes there is refused there", async () => {
    await expect(linked.asReader("SELECT * FROM ledger.writing")).rejects.toMatchObject({
      code: "25006",
      message: "cannot execute INSERT in a read-only transaction",
    });
    // On the primary too, in a transaction that may write, as the owner of the link.
    const { primary } = linked.server;
    for (const sql of [
      "SELECT * FROM ledger_remote.writing",
      "INSERT INTO ledger_remote.entries VALUES (0, 'x')",
      "UPDATE ledger.entries SET note = 'x'",
      "DELETE FROM ledger_remote.entries",
      "TRUNCATE ledger_remote.entries",
    ]) {
      const state = await primary.query(`SET ROLE dataclips_links; ${sql}`).then(
        () => "no error",
        (error: { code: string }) => error.code,
      );
      expect([sql, ["25006", "55000", "42809"].includes(state)]).toEqual([sql, true]);
      await primary.query("RESET ROLE");
    }
    // Even where somebody makes the tables writable, the session on the other side is not.
    await primary.query("ALTER SERVER dataclips_link_ledger OPTIONS (SET updatable 'true', SET truncatable 'true')");
    for (const sql of [
      "INSERT INTO ledger_remote.entries VALUES (0, 'x')",
      "UPDATE ledger.entries SET note = 'x'",
      "DELETE FROM ledger_remote.entries",
      "TRUNCATE ledger_remote.entries",
    ]) {
      await expect(primary.query(`SET ROLE dataclips_links; ${sql}`)).rejects.toMatchObject({ code: "25006" });
      await primary.query("RESET ROLE");
    }
    await refreshLink(linked.local, linked.all, "ledger");
    const { rows } = await ledger.admin.query("SELECT count(*)::int AS n, max(note) AS note FROM entries");
    expect(rows).toEqual([{ n: 1000, note: "note 999" }]);
  });

  test("as the session there says itself", async () => {
    await ledger.admin.query(
      `CREATE VIEW settings AS SELECT name, setting FROM pg_settings WHERE name IN
         ('default_transaction_read_only', 'transaction_read_only', 'statement_timeout', 'lock_timeout',
          'idle_in_transaction_session_timeout', 'application_name');
       GRANT SELECT ON settings TO writer`,
    );
    await refreshLink(linked.local, linked.all, "ledger");
    const { rows } = await linked.asReader("SELECT * FROM ledger.settings ORDER BY name");
    expect(rows).toEqual([
      { name: "application_name", setting: "dataclips link ledger" },
      { name: "default_transaction_read_only", setting: "on" },
      { name: "idle_in_transaction_session_timeout", setting: "600000" },
      { name: "lock_timeout", setting: "500" },
      { name: "statement_timeout", setting: "600000" },
      { name: "transaction_read_only", setting: "on" },
    ]);
  });

  test("and a query that is cancelled here ends there", async () => {
    await ledger.admin.query(
      "CREATE VIEW slow AS SELECT pg_sleep(120)::text AS slept FROM generate_series(1, 2); GRANT SELECT ON slow TO writer",
    );
    await refreshLink(linked.local, linked.all, "ledger");
    const sleeping = async (): Promise<number> => {
      const { rows } = await ledger.admin.query(
        `SELECT count(*)::int AS n FROM pg_stat_activity
          WHERE application_name = 'dataclips link ledger' AND wait_event = 'PgSleep'`,
      );
      return rows[0].n;
    };
    const run = linked.asReader("SET statement_timeout = '1s'; SELECT * FROM ledger.slow");
    run.catch(() => {});
    await until(async () => (await sleeping()) === 1);
    await expect(run).rejects.toMatchObject({ code: "57014" });
    await until(async () => (await sleeping()) === 0);
  });
});

test("removal takes the password away too", async () => {
  await removeLink(linked.local, "ledger");
  const { rows } = await linked.server.primary.query("SELECT count(*)::int AS n FROM pg_user_mapping");
  expect(rows).toEqual([{ n: 0 }]);
});
