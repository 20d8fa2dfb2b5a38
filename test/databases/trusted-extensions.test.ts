import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inspectRole } from "../../src/databases/inspect-role.ts";
import { TRUSTED_EXTENSIONS } from "../../src/databases/trusted-extensions.ts";
import { type PostgresServers, startPostgres } from "../support/postgres-servers.ts";

const ROLES = await readFile(new URL("../../sql/roles.sql", import.meta.url), "utf8");

test("sql/roles.sql and the policy trust the same extensions", () => {
  const [, list] = /SET dataclips.trusted_extensions =\n([^;]*);/.exec(ROLES)!;
  const names = list!.replaceAll(/'\s*'|^\s*'|'\s*$/g, "").split(" ");
  expect(names).toEqual(TRUSTED_EXTENSIONS);
});

/** Debian's PostgreSQL with PostGIS; the embedded one has no PostGIS. */
const DEBIAN = "/usr/lib/postgresql/15/bin";
const hasPostgis = existsSync("/usr/share/postgresql/15/extension/postgis.control");
test.runIf(process.env["CI"])("there is Debian's PostGIS to test with", () => expect(hasPostgis).toBe(true));

const FUNCTIONS_OF = (extension: string) => `
  SELECT count(*)::int4 AS all,
         count(*) FILTER (WHERE has_function_privilege('dataclips_reader', p.oid, 'EXECUTE'))::int4 AS reader,
         count(*) FILTER (WHERE has_function_privilege('web', p.oid, 'EXECUTE'))::int4 AS web
    FROM pg_proc AS p JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
    JOIN pg_extension AS e ON e.oid = d.refobjid WHERE e.extname = '${extension}'`;

const GEOMETRY = `
  SELECT ST_AsText(ST_Buffer(g, 0)) AS text, ST_Area(g::geography) > 0 AS area, g && ST_MakeEnvelope(0, 0, 1, 1, 4326) AS touches
    FROM places WHERE ST_DWithin(g, ST_SetSRID(ST_MakePoint(0, 0), 4326), 2)`;
const HSTORE = "SELECT tags -> 'a' AS a, tags ? 'b' AS b, (tags || 'c=>3')::text AS more FROM places";

describe.each([
  ["Debian's 15 with PostGIS", DEBIAN, ["postgis", "hstore", "citext"], GEOMETRY],
  ["the embedded version", undefined, ["hstore", "citext", "tablefunc"], HSTORE],
] as const)("sql/roles.sql on %s", (_name, programs, extensions, sql) => {
  const isMissing = programs !== undefined && !hasPostgis;
  let servers: PostgresServers;
  const query = (statements: string | string[]) => servers.primary.query(statements, "geo");
  const runRoles = () => query(ROLES);

  async function askAs(role: string, ...statements: string[]): Promise<any[]> {
    const client = new pg.Client(servers.primary.url(role, "geo"));
    await client.connect();
    try {
      let rows: unknown[] = [];
      for (const statement of statements) ({ rows } = await client.query(statement));
      return rows;
    } finally {
      await client.end();
    }
  }

  async function findings(): Promise<Record<string, string>> {
    const client = new pg.Client(servers.primary.url("dataclips_reader", "geo"));
    await client.connect();
    try {
      const { findings: found } = await inspectRole(client, { budget: 8 });
      return Object.fromEntries(found.map(({ id, message }) => [id, message]));
    } finally {
      await client.end();
    }
  }

  beforeAll(async () => {
    if (isMissing) return;
    servers = await startPostgres(programs === undefined ? {} : { programs });
    await servers.primary.query(["CREATE ROLE web LOGIN", "CREATE DATABASE geo"]);
    await query([
      ...extensions.map((name) => `CREATE EXTENSION ${name}`),
      "CREATE EXTENSION amcheck",
      "CREATE FUNCTION ours() RETURNS int LANGUAGE sql AS 'SELECT 1'",
      `CREATE TABLE places AS SELECT 'a=>1, b=>2'::hstore AS tags, 'Oslo'::citext AS name${
        extensions.includes("postgis" as never) ? ", ST_MakeEnvelope(0, 0, 1, 1, 4326) AS g" : ""
      }`,
      "GRANT SELECT ON places TO web",
    ]);
  });
  afterAll(() => servers?.close());

  test.skipIf(isMissing)("leaves trusted extensions' functions to the reader and to other roles", async () => {
    await runRoles();
    for (const extension of extensions) {
      const [{ all, reader, web }] = await query(FUNCTIONS_OF(extension));
      expect(all).toBeGreaterThan(5);
      expect({ extension, reader, web }).toEqual({ extension, reader: all, web: all });
    }
    for (const role of ["web", "dataclips_reader"]) {
      expect(await askAs(role, sql)).toHaveLength(1);
      expect(await askAs(role, HSTORE, "SELECT FROM places WHERE name = 'OSLO'")).toHaveLength(1);
    }
  });

  test.skipIf(isMissing)("takes others, and opens none that an extension keeps closed", async () => {
    const ours = "has_function_privilege('dataclips_reader', 'ours()', 'EXECUTE') AS ours";
    const closed = "has_function_privilege('web', 'bt_index_check(regclass)', 'EXECUTE') AS closed";
    expect(await query(`SELECT ${ours}, ${closed}`)).toEqual([{ ours: false, closed: false }]);
  });

  test.skipIf(isMissing)("doctor finds nothing about them", async () => {
    const found = await findings();
    expect(found).not.toHaveProperty("user_function");
    expect(found).not.toHaveProperty("closed_extension");
  });

  test.skipIf(isMissing)("run again, it opens what was closed since, or by an older version of it", async () => {
    await query([
      "CREATE SCHEMA tools",
      "CREATE EXTENSION ltree SCHEMA tools",
      "REVOKE EXECUTE ON FUNCTION hstore_in(cstring) FROM PUBLIC",
    ]);
    // By the default privileges, which PostgreSQL has only for a whole database.
    expect((await query(FUNCTIONS_OF("ltree")))[0].web).toBe(0);
    expect(await findings()).toMatchObject({
      closed_extension: expect.stringMatching(
        /functions of extensions that clips may use: extension hstore, extension ltree/,
      ),
    });
    await runRoles();
    const [{ all, web }] = await query(FUNCTIONS_OF("ltree"));
    expect(web).toBe(all);
    expect(await findings()).not.toHaveProperty("closed_extension");
    expect(await askAs("dataclips_reader", "SELECT 'a.b'::ltree @> 'a.b.c' AS is")).toEqual([{ is: true }]);
  });

  test.skipIf(isMissing)(
    "closes one that runs with its owner's rights, and doctor says so where it is open",
    async () => {
      await query(["ALTER FUNCTION hstore_to_json(hstore) SECURITY DEFINER VOLATILE"]);
      expect(await findings()).toMatchObject({ user_function: expect.stringContaining("hstore_to_json") });
      await runRoles();
      const found = await findings();
      expect(found).not.toHaveProperty("user_function");
      expect(found).not.toHaveProperty("closed_extension");
      const [{ web }] = await query("SELECT has_function_privilege('web', 'hstore_to_json(hstore)', 'EXECUTE') AS web");
      expect(web).toBe(false);
    },
  );
});
