import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { DatabaseConfig } from "../../src/databases/database-config.ts";
import { type HelperFile, parseHelperFile } from "../../src/helpers/helper-files.ts";
import { helpersStatus } from "../../src/helpers/helpers-status.ts";
import { installHelpers, installScript } from "../../src/helpers/install-helpers.ts";
import { removeHelpers } from "../../src/helpers/remove-helpers.ts";
import { hasPljs } from "../support/pljs.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";
import { exampleAggregate, exampleFile } from "./example-files.ts";

describe.runIf(hasPljs)("an install over helpers of an earlier release", () => {
  let server: TestServer;
  let database: DatabaseConfig;

  beforeAll(async () => {
    server = await startTestServer(({ primaryUrl }) => ({ primary: primaryUrl }));
    database = server.deps.databases.get("test");
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    await server.primary.query("DROP VIEW IF EXISTS doubled; DROP INDEX IF EXISTS by_twice");
    await removeHelpers(database);
  });

  const twice = (fields: Parameters<typeof exampleFile>[1] = {}): HelperFile =>
    exampleFile("twice", { body: "return n * 2;", ...fields });

  async function oidOf(routine: string): Promise<string> {
    const { rows } = await server.primary.query("SELECT to_regprocedure($1)::oid AS oid", [routine]);
    return rows[0].oid;
  }

  async function stateOf(files: readonly HelperFile[]): Promise<unknown> {
    const { helpers } = await helpersStatus(database, { files });
    return helpers.map(({ name, state, detail }) => [name, state, detail]);
  }

  test("what is outdated is replaced in place, what is current is not touched, and indexes are named", async () => {
    const old = [twice(), exampleFile("same")];
    const files = [twice({ body: "return n + n + 1;" }), exampleFile("same")];
    await installHelpers(database, { files: old });
    await server.primary.query("CREATE INDEX by_twice ON numbers (dataclips.twice(id))");
    const before = await server.primary.query("SELECT oid, xmin FROM pg_proc WHERE proname = 'same'");
    const oid = await oidOf("dataclips.twice(int)");

    expect(await stateOf(files)).toEqual([
      ["twice", "outdated", "of another release"],
      ["same", "current", null],
    ]);
    expect(await installHelpers(database, { files })).toMatchObject({
      upgraded: ["twice"],
      installed: [],
      indexes: ["public.by_twice"],
    });
    expect(await stateOf(files)).toEqual([
      ["twice", "current", null],
      ["same", "current", null],
    ]);
    expect(await oidOf("dataclips.twice(int)")).toBe(oid);
    expect((await server.primary.query("SELECT oid, xmin FROM pg_proc WHERE proname = 'same'")).rows).toEqual(
      before.rows,
    );
    // PL/JS keeps the code of what a session has called once.
    const session = new pg.Client(server.primaryUrl);
    await session.connect();
    expect((await session.query("SELECT dataclips.twice(3) AS n")).rows).toEqual([{ n: 7 }]);
    await session.end();
  });

  test("a new comment alone asks for no new index", async () => {
    await installHelpers(database, { files: [twice()] });
    await server.primary.query("CREATE INDEX by_twice ON numbers (dataclips.twice(id))");
    const files = [twice({ comment: "Twice as much." })];
    expect(await installHelpers(database, { files })).toMatchObject({ upgraded: ["twice"], indexes: [] });
    expect((await helpersStatus(database, { files })).helpers[0]!.functions[0]!.comment).toBe("Twice as much.");
  });

  test.each([
    ["result", { result: "float8" }],
    ["argument's name", { argument: "number int" }],
  ])("a new %s takes a new function, with the privileges that it had", async (_, fields) => {
    await installHelpers(database, { files: [twice()] });
    const oid = await oidOf("dataclips.twice(int)");
    const files = [twice(fields)];
    expect(await installHelpers(database, { files, waitMs: 10_000 })).toMatchObject({
      upgraded: ["twice"],
      followers: [{ arrived: true }],
    });
    expect(await oidOf("dataclips.twice(int)")).not.toBe(oid);
    expect(await stateOf(files)).toEqual([["twice", "current", null]]);
  });

  test("a new result of what an index and a view depend on is refused with their names, and all stays", async () => {
    const old = [exampleFile("first"), twice()];
    await installHelpers(database, { files: old });
    await server.primary.query(`
      CREATE INDEX by_twice ON numbers (dataclips.twice(id));
      CREATE VIEW doubled AS SELECT dataclips.twice(id) AS n FROM numbers`);
    const files = [exampleFile("first", { body: "return -n;" }), twice({ result: "float8" })];
    const refusal = await installHelpers(database, { files }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      code: "conflict",
      sqlstate: "2BP01",
      hint: expect.stringContaining("Nothing has been changed."),
    });
    expect(String(refusal)).toContain("index public.by_twice depends on function dataclips.twice(integer)");
    expect(String(refusal)).toContain("view public.doubled depends on function dataclips.twice(integer)");
    expect(await stateOf(old)).toEqual([
      ["first", "current", null],
      ["twice", "current", null],
    ]);
  });

  test("an aggregate is replaced with its state function, whatever changed of them", async () => {
    await installHelpers(database, { files: [exampleAggregate("total")] });
    for (const change of [{ state: "numeric" }, { state: "numeric", step: "total_step" }, { state: "float8" }]) {
      const files = [exampleAggregate("total", change)];
      await installHelpers(database, { files });
      expect(await stateOf(files)).toEqual([["total", "current", null]]);
    }
    expect(await oidOf("dataclips.total_step(numeric, int)")).toBeNull();
    expect((await server.primary.query("SELECT dataclips.total(n) FROM generate_series(1, 4) AS n")).rows).toEqual([
      { total: 10 },
    ]);
  });

  test("a function becomes an aggregate of the same name", async () => {
    await installHelpers(database, { files: [exampleFile("total")] });
    const files = [exampleAggregate("total")];
    await installHelpers(database, { files });
    expect(await stateOf(files)).toEqual([["total", "current", null]]);
  });

  test("a helper, or an overload, that is no more is removed", async () => {
    const overloads = parseHelperFile("twice", twice().text + twice({ argument: "n text", type: "text" }).text);
    await installHelpers(database, { files: [overloads, exampleAggregate("gone")] });
    const files = [twice()];
    expect(await stateOf(files)).toEqual([
      ["twice", "outdated", "of another release"],
      ["gone", "outdated", "no longer among the helpers: an install removes it"],
    ]);
    expect((await installHelpers(database, { files })).removed.toSorted()).toEqual([
      "gone(integer)",
      "gone_state(double precision, integer)",
      "twice(text)",
    ]);
    expect(await stateOf(files)).toEqual([["twice", "current", null]]);
  });

  test("a helper that is no more stays while something depends on it, and that is told", async () => {
    await installHelpers(database, { files: [exampleFile("same"), twice()] });
    await server.primary.query("CREATE VIEW doubled AS SELECT dataclips.twice(id) AS n FROM numbers");
    const files = [exampleFile("same")];
    expect(await installHelpers(database, { files })).toMatchObject({
      changed: false,
      removed: [],
      kept: [{ routine: "twice(integer)", dependents: ["view public.doubled"] }],
    });
    await server.primary.query("DROP VIEW doubled");
    expect(await installHelpers(database, { files })).toMatchObject({ removed: ["twice(integer)"], kept: [] });
  });

  test("a helper that is no more and was changed by hand is dropped by force only", async () => {
    await installHelpers(database, { files: [exampleFile("same"), twice()] });
    await server.primary.query("ALTER FUNCTION dataclips.twice STABLE");
    const files = [exampleFile("same")];
    expect(await installHelpers(database, { files })).toMatchObject({
      kept: [{ routine: "twice(integer)", dependents: [] }],
    });
    expect(await stateOf(files)).toEqual([
      ["same", "current", null],
      ["twice", "changed_by_hand", "no longer among the helpers"],
    ]);
    expect(await installHelpers(database, { files, force: true })).toMatchObject({ removed: ["twice(integer)"] });
  });

  test("a part that was dropped by hand is made again", async () => {
    const files = [exampleAggregate("total")];
    await installHelpers(database, { files });
    await server.primary.query("DROP AGGREGATE dataclips.total(int)");
    expect(await stateOf(files)).toEqual([["total", "outdated", "1 of its 2 functions are missing"]]);
    await installHelpers(database, { files });
    expect(await stateOf(files)).toEqual([["total", "current", null]]);
  });

  test("the SQL of a dry run upgrades as an install does", async () => {
    await installHelpers(database, { files: [twice(), exampleFile("gone"), exampleAggregate("total")] });
    const files = [twice({ result: "float8" }), exampleAggregate("total", { state: "numeric", step: "total_step" })];
    const script = await installScript(database, { files });
    expect((await helpersStatus(database, { files })).ok).toBe(false);
    await server.primary.query(script);
    expect((await helpersStatus(database, { files, waitMs: 10_000 })).ok).toBe(true);
  });
});
