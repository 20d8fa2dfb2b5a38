import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startEmbedded } from "../../src/embedded/embedded.ts";
import type { Embedded } from "../../src/embedded/embedded.ts";
import { query } from "./query.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const FILE = fileURLToPath(new URL("../../sql/roles.sql", import.meta.url));
const SCHEMA = `
CREATE TABLE public.kept (n int);
INSERT INTO public.kept VALUES (1);
CREATE SCHEMA sales;
CREATE TABLE sales.orders (n int);
INSERT INTO sales.orders VALUES (1), (2);
CREATE SCHEMA secret;
CREATE TABLE secret.salaries (n int);
CREATE FUNCTION public.twice(n int) RETURNS int LANGUAGE sql AS 'SELECT 2 * n';
GRANT CREATE ON SCHEMA public TO PUBLIC;
`;
const SETTINGS =
  "SET dataclips.reader = 'clips reader'; SET dataclips.schemas = 'public, sales'; SET dataclips.connection_limit = '7'; SET dataclips.applications = 'app';";
const hasPsql = await promisify(execFile)("psql", ["--version"]).then(
  () => true,
  () => false,
);

let temporary: Awaited<ReturnType<typeof temporaryDirectory>>;
let embedded: Embedded;
let rolesSql: string;

beforeAll(async () => {
  temporary = await temporaryDirectory();
  rolesSql = await readFile(FILE, "utf8");
  embedded = await startEmbedded({ dataDirectory: `${temporary.path}/data`, samples: false, onProgress: () => {} });
  await query(as("postgres", "postgres"), "CREATE ROLE owner LOGIN");
  await query(as("postgres", "postgres"), "CREATE ROLE app LOGIN");
  for (const database of ["by_node", "by_psql"]) {
    await query(as("postgres", "postgres"), `CREATE DATABASE ${database} OWNER owner`);
    await query(as("owner", database), SCHEMA);
  }
});
afterAll(async () => {
  await embedded?.stop();
  await temporary?.remove();
});

function as(role: string, database: string): string {
  return embedded.url({ role, database });
}

async function runByNode(): Promise<void> {
  await query(as("postgres", "by_node"), SETTINGS + rolesSql);
}

async function runByPsql(): Promise<void> {
  const settings = SETTINGS.split("; ").flatMap((setting) => ["-c", setting]);
  const options = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", as("postgres", "by_psql")];
  const { stderr } = await promisify(execFile)("psql", [...options, ...settings, "-f", FILE]);
  expect(stderr).not.toMatch(/WARNING|ERROR/);
}

const WAYS = [
  { way: "as one query of node-postgres", database: "by_node", run: runByNode, isThere: true },
  { way: "by psql", database: "by_psql", run: runByPsql, isThere: hasPsql },
];

describe.each(WAYS)("roles.sql, run twice $way", ({ database, run, isThere }) => {
  const reader = (sql: string) => query(as("clips reader", database), sql);

  test.skipIf(!isThere)("the reader reads the named schemas, tables to come included", async () => {
    await run();
    await run();
    await query(as("owner", database), "CREATE TABLE IF NOT EXISTS sales.later AS SELECT 3 AS n");
    expect(await reader("SELECT n FROM kept")).toEqual([[1]]); // by the search_path
    expect(await reader("SELECT count(*) FROM sales.orders")).toEqual([["2"]]);
    expect(await reader("SELECT n FROM later")).toEqual([[3]]);
    await expect(reader("SELECT * FROM secret.salaries")).rejects.toMatchObject({ code: "42501" });
    await expect(reader("SELECT rolpassword FROM pg_authid")).rejects.toMatchObject({ code: "42501" });
  });

  test
    .skipIf(!isThere)
    .each([
      "INSERT INTO kept VALUES (2)",
      "CREATE TABLE t (n int)",
      "CREATE TABLE public.t (n int)",
      "CREATE TEMP TABLE t (n int)",
      "CREATE SCHEMA s",
      "SELECT lo_create(0)",
      "SELECT lo_from_bytea(0, 'x')",
      "SELECT twice(2)",
    ])("it may not: %s", async (sql) => {
    // Read-only mode is the session's to leave, so the privileges must hold without it.
    await expect(reader(`BEGIN READ WRITE; ${sql}`)).rejects.toMatchObject({ code: "42501" });
    await expect(reader(sql)).rejects.toMatchObject({ code: expect.stringMatching(/^(25006|42501)$/) });
  });

  test.skipIf(!isThere)("its settings are in force", async () => {
    const rows = await reader(`SELECT name, current_setting(name) FROM unnest(ARRAY['default_transaction_read_only',
      'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout',
      'client_connection_check_interval', 'temp_file_limit', 'work_mem', 'hash_mem_multiplier',
      'max_parallel_workers_per_gather', 'jit', 'search_path', 'standard_conforming_strings']) AS name`);
    expect(Object.fromEntries(rows)).toEqual({
      default_transaction_read_only: "on",
      statement_timeout: "1min",
      lock_timeout: "500ms",
      idle_in_transaction_session_timeout: "1min",
      transaction_timeout: "15min",
      client_connection_check_interval: "1s",
      temp_file_limit: "1GB",
      work_mem: "16MB",
      hash_mem_multiplier: "1",
      max_parallel_workers_per_gather: "0",
      jit: "off",
      search_path: "public, sales",
      standard_conforming_strings: "on",
    });
    const role =
      await reader(`SELECT rolsuper, rolinherit, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, rolcanlogin, rolconnlimit
      FROM pg_roles WHERE rolname = current_user`);
    expect(role).toEqual([[false, false, false, false, false, false, true, 7]]);
    const given = await query(
      as("postgres", database),
      "SELECT setconfig FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = setrole WHERE rolname = 'clips reader' AND setdatabase = 0",
    );
    expect(String(given)).toContain("tcp_user_timeout=5s");
  });

  test.skipIf(!isThere)("the applications that were named keep what PUBLIC lost", async () => {
    const application = (sql: string) => query(as("app", database), sql);
    expect(await application("SELECT public.twice(2)")).toEqual([[4]]);
    await application("CREATE TEMP TABLE t (n int)");
    await application("BEGIN; SELECT lo_create(0); CREATE TABLE public.of_app (n int); ROLLBACK");
    await query(
      as("owner", database),
      "CREATE OR REPLACE FUNCTION public.thrice(n int) RETURNS int LANGUAGE sql AS 'SELECT 3 * n'",
    );
    expect(await application("SELECT public.thrice(2)")).toEqual([[6]]);
    await expect(reader("SELECT public.thrice(2)")).rejects.toMatchObject({ code: "42501" });
  });
});

describe("roles.sql refuses a role that is more than a reader", () => {
  test.each([
    ["postgres", /it is a superuser/],
    ["owner", /it owns \d+ object\(s\) in database by_node/],
    ["dataclips_signal", /it is a member of pg_signal_backend/],
  ])("%s", async (role, message) => {
    const run = query(as("postgres", "by_node"), `SET dataclips.reader = '${role}';${rolesSql}`);
    await expect(run).rejects.toThrow(message);
    const [attributes] = await query(
      as("postgres", "by_node"),
      `SELECT rolcanlogin, rolconnlimit FROM pg_roles WHERE rolname = '${role}'`,
    );
    expect(attributes).toEqual([true, -1]);
  });
});

test("without samples there is a reader, and no sample database", async () => {
  const rows = await query(
    as("postgres", "postgres"),
    "SELECT datname FROM pg_database WHERE datname IN ('shop', 'billing')",
  );
  expect(rows).toEqual([]);
  const sql =
    "SELECT count(*) FROM pg_db_role_setting JOIN pg_roles r ON r.oid = setrole WHERE rolname = 'dataclips_reader'";
  expect(await query(as("postgres", "postgres"), sql)).not.toEqual([["0"]]);
});
