import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { DatabaseConfig } from "../../src/databases/database-config.ts";
import { helperFiles, helperSql } from "../../src/helpers/helper-files.ts";
import { helpersStatus } from "../../src/helpers/helpers-status.ts";
import { installHelpers, installScript } from "../../src/helpers/install-helpers.ts";
import { hasPljs } from "../support/pljs.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";
import { exampleAggregate, exampleFile } from "./example-files.ts";

let server: TestServer;
let database: DatabaseConfig;

beforeAll(async () => {
  server = await startTestServer(({ primaryUrl }) => ({ primary: primaryUrl }));
  database = server.deps.databases.get("test");
});
afterAll(() => server.close());
beforeEach(() =>
  server.primary.query("DROP SCHEMA IF EXISTS dataclips, reports CASCADE; DROP EXTENSION IF EXISTS pljs"),
);

/** All that an install could have left: the engines, and the helpers' schema. */
async function traces(): Promise<string[]> {
  const { rows } = await server.primary.query(`
    SELECT lanname AS name FROM pg_language WHERE lanname IN ('plv8', 'pljs')
    UNION ALL SELECT nspname FROM pg_namespace WHERE nspname = 'dataclips'`);
  return rows.map(({ name }) => name);
}

/** The versions of all rows of the catalogs that an install writes. */
async function rowVersions(): Promise<string[]> {
  const { rows } = await server.primary.query(`
    SELECT format('%s %s %s', oid::regprocedure, xmin, ctid) AS version FROM pg_proc WHERE pronamespace = 'dataclips'::regnamespace
    UNION ALL SELECT format('%s %s %s', objoid, xmin, ctid) FROM pg_description
    UNION ALL SELECT format('%s %s %s', nspname, xmin, ctid) FROM pg_namespace
    UNION ALL SELECT format('%s %s %s', lanname, xmin, ctid) FROM pg_language ORDER BY 1`);
  return rows.map(({ version }) => version);
}

describe.runIf(hasPljs)("with PL/JS", () => {
  test("an install makes every helper of this release, and its reader calls them on the follower", async () => {
    const names = helperFiles().map(({ name }) => name);
    expect(await helpersStatus(database)).toMatchObject({
      ok: false,
      language: "pljs",
      installed: false,
      helpers: names.map((name) => ({ name, state: "missing" })),
    });

    expect(await installHelpers(database, { waitMs: 10_000 })).toMatchObject({
      schema: "dataclips",
      changed: true,
      language: "pljs",
      created_extension: true,
      installed: names,
      upgraded: [],
      removed: [],
      helpers: names,
      followers: [{ name: "follower", arrived: true, reason: null }],
    });

    const status = await helpersStatus(database, { waitMs: 10_000 });
    expect(status).toMatchObject({ ok: true, installed: true, everybody_writes: false });
    expect(status.helpers.map(({ state }) => state)).toEqual(names.map(() => "current"));
    const reader = new pg.Client(server.readerUrl);
    await reader.connect();
    const sql = "SELECT dataclips.object_from_arrays(ARRAY['name', 'age'], ARRAY['Craig', '29']) AS made";
    expect((await reader.query(sql)).rows).toEqual([{ made: { name: "Craig", age: "29" } }]);
    await reader.end();
    const clip = await server.createClip(sql);
    expect(await (await server.request(`/clips/${clip.slug}.csv`)).text()).toBe(
      'made\n"{""name"":""Craig"",""age"":""29""}"\n',
    );
  });

  test("the comments of the files are the functions' comments, with a mark in the last line", async () => {
    await installHelpers(database, { files: [exampleFile("one", { comment: "It''s one.\n%s and %I" })] });
    const { rows } = await server.primary.query(
      "SELECT obj_description('dataclips.one(int)'::regprocedure) AS comment",
    );
    expect(rows[0].comment).toMatch(/^It's one\.\n%s and %I\ndataclips helper one [0-9a-f]{16} [0-9a-f]{16}$/);
  });

  test("only the readers may execute what is installed, and nobody but its owner", async () => {
    await installHelpers(database, { files: [exampleFile("one"), exampleAggregate("total")] });
    const { rows } = await server.primary.query(`
      SELECT proname, coalesce(nullif(grantee, 0)::regrole::text, 'PUBLIC') AS grantee
        FROM pg_proc, aclexplode(proacl) WHERE pronamespace = 'dataclips'::regnamespace AND grantee <> proowner ORDER BY 1`);
    expect(rows).toEqual([
      { proname: "one", grantee: "dataclips_reader" },
      { proname: "total", grantee: "dataclips_reader" },
      { proname: "total_state", grantee: "dataclips_reader" },
    ]);
  });

  test("a second install writes nothing", async () => {
    await installHelpers(database);
    const before = await rowVersions();
    expect(await installHelpers(database)).toMatchObject({ changed: false, installed: [], upgraded: [] });
    expect(await rowVersions()).toEqual(before);
    expect(await installScript(database)).toMatch(/^-- .*: there is nothing to do\.\n$/);
  });

  test("of two installs at once one does all, and the other finds nothing to do", async () => {
    const reports = await Promise.all([installHelpers(database), installHelpers(database)]);
    expect(reports.map(({ changed }) => changed).toSorted()).toEqual([false, true]);
    expect((await helpersStatus(database, { waitMs: 10_000 })).ok).toBe(true);
  });

  test("a dry run writes nothing, and what it prints does the same as an install", async () => {
    const script = await installScript(database);
    expect(await traces()).toEqual([]);
    await server.primary.query(script);
    expect(await traces()).toEqual(["pljs", "dataclips"]);
    expect((await helpersStatus(database, { waitMs: 10_000 })).ok).toBe(true);
  });

  test("a file that fails leaves nothing of those before it", async () => {
    const files = [exampleFile("one"), exampleFile("two", { result: "no_such_type" }), exampleFile("zero")];
    await expect(installHelpers(database, { files })).rejects.toMatchObject({
      code: "query_failed",
      message: 'The primary refused it: type "no_such_type" does not exist.',
      sqlstate: "42704",
      hint: "Nothing has been changed.",
    });
    expect(await traces()).toEqual([]);
  });

  test("a name that is taken is named, and nothing is installed", async () => {
    await server.primary.query(`
      CREATE SCHEMA dataclips;
      CREATE FUNCTION dataclips.one(other int) RETURNS text LANGUAGE sql AS 'SELECT 1';
      CREATE FUNCTION dataclips.two(text) RETURNS text LANGUAGE sql AS 'SELECT 1'`);
    const files = [exampleFile("one"), exampleFile("two")];
    expect((await helpersStatus(database, { files })).helpers).toMatchObject([
      { name: "one", state: "foreign", detail: "one(integer) belongs to postgres and is not ours" },
      { name: "two", state: "missing" },
    ]);
    const refusal = { code: "conflict", message: "Names are taken: one(integer) belongs to postgres and is not ours." };
    await expect(installHelpers(database, { files })).rejects.toMatchObject(refusal);
    await expect(installHelpers(database, { files, force: true })).rejects.toMatchObject(refusal);
    await expect(installScript(database, { files })).rejects.toMatchObject(refusal);
    expect(await traces()).toEqual(["dataclips"]);

    await installHelpers(database, { files, schema: "reports" });
    expect(await helpersStatus(database, { files, schema: "reports", waitMs: 10_000 })).toMatchObject({ ok: true });
  });

  test.each([
    [
      "its code",
      "CREATE OR REPLACE FUNCTION dataclips.one(n int) RETURNS int LANGUAGE pljs IMMUTABLE STRICT PARALLEL SAFE AS 'return 7'",
    ],
    ["its volatility", "ALTER FUNCTION dataclips.one STABLE"],
    ["its settings", "ALTER FUNCTION dataclips.one SET work_mem = '1MB'"],
    ["its rights", "ALTER FUNCTION dataclips.one SECURITY DEFINER"],
  ])("a helper of which %s was changed by hand is replaced by force only", async (_, change) => {
    const files = [exampleFile("one"), exampleFile("two")];
    await installHelpers(database, { files });
    await server.primary.query(change);
    expect((await helpersStatus(database, { files })).helpers).toMatchObject([
      { name: "one", state: "changed_by_hand", detail: "one(integer)" },
      { name: "two", state: "current" },
    ]);
    await expect(installHelpers(database, { files })).rejects.toMatchObject({
      code: "conflict",
      message: "Changed by hand since they were installed: one(integer).",
      hint: expect.stringContaining("--force"),
    });
    expect(await installHelpers(database, { files, force: true })).toMatchObject({ upgraded: ["one"], installed: [] });
    expect(await helpersStatus(database, { files, waitMs: 10_000 })).toMatchObject({ ok: true });
  });

  test("a helper that was made by hand from its file is taken over", async () => {
    const file = helperFiles().find(({ name }) => name === "object_from_arrays")!;
    await server.primary.query("CREATE EXTENSION pljs; CREATE SCHEMA dataclips");
    await server.primary.query(helperSql(file, "dataclips", "pljs"));
    expect((await helpersStatus(database, { files: [file] })).helpers).toMatchObject([
      { state: "outdated", detail: "installed by hand" },
    ]);
    expect(await installHelpers(database, { files: [file] })).toMatchObject({ upgraded: [file.name] });
    expect(await helpersStatus(database, { files: [file], waitMs: 10_000 })).toMatchObject({ ok: true });
  });

  test.each([
    ["REVOKE EXECUTE ON FUNCTION dataclips.one FROM dataclips_reader", "the role dataclips_reader may not execute it"],
    ["REVOKE USAGE ON SCHEMA dataclips FROM dataclips_reader", "the role dataclips_reader may not execute it"],
    ["GRANT EXECUTE ON FUNCTION dataclips.one TO PUBLIC", "everybody may execute one(integer)"],
  ])("privileges are put right: %s", async (change, detail) => {
    const files = [exampleFile("one")];
    await installHelpers(database, { files });
    await server.primary.query(change);
    expect((await helpersStatus(database, { files })).helpers).toMatchObject([{ state: "outdated", detail }]);
    expect(await installHelpers(database, { files })).toMatchObject({ changed: true, upgraded: [] });
    expect(await helpersStatus(database, { files, waitMs: 10_000 })).toMatchObject({ ok: true });
  });

  test("a follower whose reader may not call the helpers is told as such", async () => {
    const files = [exampleFile("one")];
    // As behind a pooler that gives the reader another name.
    const role = `helpers_other_${process.pid}`;
    await server.primary.query(`CREATE ROLE ${role}`);
    try {
      const report = await installHelpers(database, { files, readers: [role], waitMs: 10_000 });
      expect(report.followers).toEqual([
        { name: "follower", arrived: false, reason: "the role dataclips_reader may not call 1 of 1 functions" },
      ]);
    } finally {
      await server.primary.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  });

  test("a follower that cannot be reached is told as such, and the primary has the helpers", async () => {
    const files = [exampleFile("one")];
    const gone = { ...database, followers: [{ name: "gone", url: "postgres://dataclips_reader@127.0.0.1:1/test" }] };
    const report = await installHelpers(gone, { files });
    expect(report.followers).toEqual([{ name: "gone", arrived: false, reason: "nothing listens there" }]);
    expect(await helpersStatus(gone, { files })).toMatchObject({ ok: false, helpers: [{ state: "current" }] });
  });

  test("PL/JS that is there already is left as it is, and that everybody may use it is told", async () => {
    await server.primary.query("CREATE EXTENSION pljs");
    const files = [exampleFile("one")];
    expect(await installHelpers(database, { files })).toMatchObject({ created_extension: false, language: "pljs" });
    expect(await helpersStatus(database, { files })).toMatchObject({ everybody_writes: true });
  });
});

test("without PL/V8 and PL/JS on the server the error says how to get one", async () => {
  const { rows } = await server.primary.query("SELECT quote_ident(current_database()) AS name");
  const reset = `ALTER DATABASE ${rows[0].name} RESET extension_control_path`;
  await server.primary.query(reset.replace("RESET extension_control_path", "SET extension_control_path = '$system'"));
  await expect(installHelpers(database)).rejects.toMatchObject({
    code: "conflict",
    message: "The server has no JavaScript: neither the extension plv8 nor pljs is there.",
    hint: expect.stringContaining("npm run embedded:pljs"),
  });
  expect(await helpersStatus(database)).toMatchObject({ language: null, ok: false });
  expect(await traces()).toEqual([]);
  await server.primary.query(reset);
});

test("a database without a primary, and one that cannot be reached, are told as such", async () => {
  await expect(installHelpers({ ...database, primary: null })).rejects.toMatchObject({ code: "no_primary" });
  await expect(installHelpers({ ...database, primary: "postgres://a@127.0.0.1:1/b" })).rejects.toMatchObject({
    code: "primary_lost",
  });
});

test("a name that cannot be a schema's is refused", async () => {
  for (const schema of ["pg_catalog", "information_schema", "a b", "1", "", 'x"; DROP TABLE numbers; --']) {
    await expect(installHelpers(database, { schema })).rejects.toMatchObject({ code: "invalid_request" });
    await expect(helpersStatus(database, { schema })).rejects.toMatchObject({ code: "invalid_request" });
  }
});
