import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { DatabaseConfig } from "../../src/databases/database-config.ts";
import { helpersStatus } from "../../src/helpers/helpers-status.ts";
import { installHelpers } from "../../src/helpers/install-helpers.ts";
import { removeHelpers, removeScript } from "../../src/helpers/remove-helpers.ts";
import { hasPljs } from "../support/pljs.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";
import { exampleAggregate, exampleFile } from "./example-files.ts";

const FILES = [exampleFile("one"), exampleAggregate("total")];
const REMOVED = ["one(integer)", "total(integer)", "total_state(double precision, integer)"];

describe.runIf(hasPljs)("remove", () => {
  let server: TestServer;
  let database: DatabaseConfig;

  beforeAll(async () => {
    server = await startTestServer(({ primaryUrl }) => ({ primary: primaryUrl }));
    database = server.deps.databases.get("test");
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    await server.primary.query("DROP SCHEMA IF EXISTS dataclips CASCADE");
    await installHelpers(database, { files: FILES, waitMs: 10_000 });
  });

  async function schemas(): Promise<number> {
    return (await server.primary.query("SELECT FROM pg_namespace WHERE nspname = 'dataclips'")).rows.length;
  }

  test("drops what bears the mark, and the schema that it made; the language stays", async () => {
    // Of other files, such as those of another release.
    expect(await removeHelpers(database, { waitMs: 10_000 })).toEqual({
      database: "test",
      schema: "dataclips",
      removed: REMOVED,
      schema_dropped: true,
      extensions: ["pljs"],
      followers: [{ name: "follower", arrived: true, reason: null }],
    });
    expect(await schemas()).toBe(0);
    expect(await helpersStatus(database, { files: FILES })).toMatchObject({
      installed: true,
      helpers: [{ state: "missing" }, { state: "missing" }],
    });
    expect(await removeHelpers(database)).toMatchObject({ removed: [], schema_dropped: false });
  });

  test("leaves what is not ours, and the schema that it is in", async () => {
    await server.primary.query(`
      CREATE FUNCTION dataclips.theirs() RETURNS int LANGUAGE sql AS 'SELECT 1';
      COMMENT ON FUNCTION dataclips.theirs() IS 'about a dataclips helper 0'`);
    expect(await removeHelpers(database)).toMatchObject({ removed: REMOVED, schema_dropped: false });
    expect((await server.primary.query("SELECT dataclips.theirs() AS n")).rows).toEqual([{ n: 1 }]);
  });

  test("leaves an empty schema that somebody else made", async () => {
    await removeHelpers(database);
    await server.primary.query("CREATE SCHEMA dataclips");
    await installHelpers(database, { files: FILES });
    expect(await removeHelpers(database)).toMatchObject({ removed: REMOVED, schema_dropped: false });
    expect(await schemas()).toBe(1);
  });

  test("is refused while something depends on a helper; all of it is named, and nothing is removed", async () => {
    await server.primary.query(`
      CREATE INDEX by_one ON numbers (dataclips.one(id));
      CREATE VIEW summed AS SELECT dataclips.total(id) AS n FROM numbers`);
    const refusal = await removeHelpers(database).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "conflict", hint: expect.stringContaining("Nothing has been changed.") });
    expect(String(refusal)).toContain("index public.by_one depends on function dataclips.one(integer)");
    expect(String(refusal)).toContain("view public.summed depends on function dataclips.total(integer)");
    expect(await helpersStatus(database, { files: FILES })).toMatchObject({ ok: true });
  });

  test("its dry run changes nothing, and prints what does the same", async () => {
    const script = await removeScript(database, { files: FILES });
    expect(await helpersStatus(database, { files: FILES })).toMatchObject({ ok: true });
    await server.primary.query(script);
    expect(await schemas()).toBe(0);
  });
});
