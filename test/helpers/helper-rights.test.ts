import { appendFile, chmod, cp, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import type { DatabaseConfig } from "../../src/databases/database-config.ts";
import { PLJS_DIRECTORY } from "../../src/embedded/extensions.ts";
import { helpersStatus } from "../../src/helpers/helpers-status.ts";
import { installHelpers, installScript } from "../../src/helpers/install-helpers.ts";
import { removeHelpers } from "../../src/helpers/remove-helpers.ts";
import { DATABASE } from "../support/global-setup.ts";
import { hasPljs } from "../support/pljs.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";
import { exampleAggregate, exampleFile } from "./example-files.ts";

const FILES = [exampleFile("one"), exampleAggregate("total")];
const ROLE = `helpers_installer_${process.pid}`;

describe.runIf(hasPljs)("rights", () => {
  let server: TestServer;
  /** As its superuser, and as a role that may do nothing. */
  let database: DatabaseConfig;
  let asRole: DatabaseConfig;
  let name = "";

  beforeAll(async () => {
    server = await startTestServer(({ primaryUrl }) => ({ primary: primaryUrl }));
    database = server.deps.databases.get("test");
    name = (await server.primary.query("SELECT current_database() AS name")).rows[0].name;
    await server.primary.query(`CREATE ROLE ${ROLE} LOGIN`);
    asRole = { ...database, primary: urlOf(ROLE, "primaryReader") };
  });
  afterAll(async () => {
    await server.primary.query(`DROP OWNED BY ${ROLE} CASCADE; DROP ROLE ${ROLE}`);
    await server.close();
  });
  beforeEach(() =>
    server.primary.query(`
      DROP OWNED BY ${ROLE} CASCADE; DROP SCHEMA IF EXISTS dataclips, playground CASCADE; DROP EXTENSION IF EXISTS pljs;
      GRANT CONNECT ON DATABASE ${name} TO ${ROLE}; GRANT SELECT ON pg_proc TO PUBLIC`),
  );

  function urlOf(role: string, place: "reader" | "primaryReader"): string {
    return inject("cluster")[place].replace(DATABASE, name).replace("dataclips_reader@", `${role}@`);
  }

  /** Lets a superuser run what the hint of a refusal says; resolves to the statements. */
  async function follow(refused: Promise<unknown>): Promise<string[]> {
    const error = await refused.then(
      () => expect.fail("It was not refused."),
      (reason: { hint: string }) => reason,
    );
    const [first, ...statements] = error.hint.split("\n");
    expect(first).toBe("Nothing has been changed. Let a superuser run, in the database, and then try again:");
    await server.primary.query(statements.join("\n"));
    return statements;
  }

  async function codeOf(url: string, sql: string): Promise<string | undefined> {
    const client = new pg.Client(url);
    await client.connect();
    const code = await client.query(sql).then(
      () => undefined,
      (error: { code: string }) => error.code,
    );
    await client.end();
    return code;
  }

  test("a role without rights is told the SQL for a superuser; after that it can install, upgrade and remove", async () => {
    const refused = installHelpers(asRole, { files: FILES });
    await expect(refused).rejects.toMatchObject({
      code: "query_failed",
      sqlstate: "42501",
      message: expect.stringContaining(
        `The role ${ROLE} may not do that: permission denied to create extension "pljs"`,
      ),
    });
    expect(await follow(refused)).toEqual([
      "CREATE EXTENSION pljs;",
      "REVOKE USAGE ON LANGUAGE pljs FROM PUBLIC;",
      `GRANT USAGE ON LANGUAGE pljs TO "${ROLE}";`,
      `CREATE SCHEMA "dataclips" AUTHORIZATION "${ROLE}";`,
    ]);
    expect(await installHelpers(asRole, { files: FILES, waitMs: 10_000 })).toMatchObject({
      created_extension: false,
      followers: [{ arrived: true }],
    });
    expect(await helpersStatus(asRole, { files: FILES })).toMatchObject({ ok: true, everybody_writes: false });
    const files = [exampleFile("one", { result: "float8" })];
    expect(await installHelpers(asRole, { files })).toMatchObject({ upgraded: ["one"], created_extension: false });
    expect(await removeHelpers(asRole, { files })).toMatchObject({ removed: ["one(integer)"] });
  });

  test("an engine that the role can make, but not close to readers, is left for a superuser to make", async () => {
    // PL/V8 is a trusted extension on many servers: whoever may create in the database makes it, and a superuser owns it.
    const directory = await mkdtemp("/tmp/dataclips-test-trusted-");
    await cp(join(PLJS_DIRECTORY, "share"), directory, { recursive: true });
    await appendFile(join(directory, "extension/pljs.control"), "\ntrusted = true\n");
    await chmod(directory, 0o755);
    try {
      await server.primary.query(`
        ALTER DATABASE ${name} SET extension_control_path = '${directory}:$system';
        GRANT CREATE ON DATABASE ${name} TO ${ROLE}`);
      const refused = installHelpers(asRole, { files: FILES });
      await expect(refused).rejects.toMatchObject({
        message: "Everybody could write functions in pljs, readers too, and this role cannot take that away.",
      });
      expect(await follow(refused)).toEqual([
        "CREATE EXTENSION pljs;",
        "REVOKE USAGE ON LANGUAGE pljs FROM PUBLIC;",
        `GRANT USAGE ON LANGUAGE pljs TO "${ROLE}";`,
      ]);
      await installHelpers(asRole, { files: FILES });
      expect(await helpersStatus(asRole, { files: FILES, waitMs: 10_000 })).toMatchObject({ ok: true });
    } finally {
      await server.primary.query(`ALTER DATABASE ${name} RESET extension_control_path`);
      await rm(directory, { recursive: true });
    }
  });

  test("a role that lacks the language only, or the schema only, is told just that", async () => {
    await server.primary.query(`
      CREATE EXTENSION pljs; REVOKE USAGE ON LANGUAGE pljs FROM PUBLIC;
      CREATE SCHEMA dataclips; GRANT USAGE, CREATE ON SCHEMA dataclips TO ${ROLE} WITH GRANT OPTION`);
    expect(await follow(installHelpers(asRole, { files: FILES }))).toEqual([
      `GRANT USAGE ON LANGUAGE pljs TO "${ROLE}";`,
    ]);
    await server.primary.query(`REVOKE CREATE ON SCHEMA dataclips FROM ${ROLE}`);
    expect(await follow(installHelpers(asRole, { files: FILES }))).toEqual([
      `GRANT USAGE, CREATE ON SCHEMA "dataclips" TO "${ROLE}";`,
    ]);
    await installHelpers(asRole, { files: FILES });
    expect(await helpersStatus(asRole, { files: FILES, waitMs: 10_000 })).toMatchObject({ ok: true });
  });

  test("a schema of somebody else's, of which the reader cannot be given USAGE, is told with the SQL", async () => {
    await server.primary.query(`
      CREATE EXTENSION pljs; GRANT USAGE ON LANGUAGE pljs TO ${ROLE};
      CREATE SCHEMA dataclips; GRANT USAGE, CREATE ON SCHEMA dataclips TO ${ROLE}`);
    const refused = installHelpers(asRole, { files: FILES });
    await expect(refused).rejects.toMatchObject({ code: "conflict" });
    expect(await follow(refused)).toEqual(['GRANT USAGE ON SCHEMA "dataclips" TO "dataclips_reader";']);
    await installHelpers(asRole, { files: FILES });
    expect(await helpersStatus(asRole, { files: FILES, waitMs: 10_000 })).toMatchObject({ ok: true });
  });

  test("helpers that another role has installed are told with the SQL that gives them over", async () => {
    await installHelpers(database, { files: FILES });
    await server.primary.query(`
      GRANT USAGE ON LANGUAGE pljs TO ${ROLE}; GRANT USAGE, CREATE ON SCHEMA dataclips TO ${ROLE}`);
    const files = [exampleFile("one", { body: "return 1;" }), exampleAggregate("total")];
    expect(await follow(installHelpers(asRole, { files }))).toEqual([
      `ALTER ROUTINE dataclips.one(integer) OWNER TO ${ROLE};`,
      `ALTER ROUTINE dataclips.total_state(double precision,integer) OWNER TO ${ROLE};`,
      `ALTER ROUTINE dataclips.total(integer) OWNER TO ${ROLE};`,
    ]);
    expect(await installHelpers(asRole, { files })).toMatchObject({ upgraded: ["one"] });
  });

  test("a dry run needs no right, and a superuser can run what it prints", async () => {
    await server.primary.query(await installScript(asRole, { files: FILES }));
    expect(await helpersStatus(asRole, { files: FILES, waitMs: 10_000 })).toMatchObject({ ok: true });
  });

  test("a role that may not see the code of functions is told so", async () => {
    await server.primary.query(`
      REVOKE SELECT ON pg_proc FROM PUBLIC; GRANT SELECT (oid, proname, pronamespace, proowner) ON pg_proc TO PUBLIC`);
    expect(await follow(helpersStatus(asRole, { files: FILES }))).toEqual([
      `GRANT SELECT ON pg_catalog.pg_proc TO "${ROLE}";`,
    ]);
    expect((await helpersStatus(asRole, { files: FILES })).helpers[0]).toMatchObject({ state: "missing" });
  });

  test("a reader role that the primary does not have is told, before anything is made", async () => {
    await expect(installHelpers(database, { files: FILES, readers: ["no_such_reader"] })).rejects.toMatchObject({
      code: "conflict",
      message: "The primary has no role no_such_reader that could call the helpers.",
      hint: expect.stringContaining("--reader"),
    });
    const { rows } = await server.primary.query("SELECT FROM pg_language WHERE lanname = 'pljs'");
    expect(rows).toHaveLength(0);
  });

  test("the reader writes no JavaScript, and others may not call what is installed", async () => {
    await installHelpers(database, { files: FILES, waitMs: 10_000 });
    const reader = urlOf("dataclips_reader", "primaryReader");
    const writable = "BEGIN READ WRITE;";
    expect(await codeOf(reader, `${writable} DO LANGUAGE pljs 'return'`)).toBe("42501");
    await server.primary.query("CREATE SCHEMA playground; GRANT ALL ON SCHEMA playground TO dataclips_reader");
    const create = "CREATE FUNCTION playground.f() RETURNS int LANGUAGE";
    expect(await codeOf(reader, `${writable} ${create} pljs AS 'return 1'`)).toBe("42501");
    expect(await codeOf(reader, `${writable} ${create} sql AS 'SELECT 1'`)).toBeUndefined();
    expect(await codeOf(server.readerUrl, "DO LANGUAGE pljs 'return'")).toBe("42501");
    expect(await codeOf(server.readerUrl, "SELECT dataclips.one(1)")).toBeUndefined();
    await server.primary.query(`GRANT USAGE ON SCHEMA dataclips TO ${ROLE}`);
    expect(await codeOf(urlOf(ROLE, "primaryReader"), "SELECT dataclips.one(1)")).toBe("42501");
  });
});
