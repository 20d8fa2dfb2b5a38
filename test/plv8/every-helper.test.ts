import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import pg from "pg";
import { beforeAll, describe, expect, test } from "vitest";
import { useDatabaseWithPljs } from "./engines.ts";
import { type HelperSource, helperNames, readHelper } from "./helper-source.ts";

const run = promisify(execFile);
const helpers = helperNames().map((name) => ({ name, source: readHelper(name) }));
const database = useDatabaseWithPljs();
let psql = false;
beforeAll(async () => {
  await database.client?.query("CREATE SCHEMA dataclips; SET search_path = pg_catalog");
  psql = await run("psql", ["--version"]).then(
    () => true,
    () => false,
  );
  if (!psql && process.env["CI"]) throw new Error("psql is not here, and CI tries every file with it.");
});

describe.for(helpers)("sql/plv8/$name", ({ name, source }) => {
  test("begins with a comment that says all of it", () => {
    const { header } = source;
    const named = published(source).filter((item) => !header.includes(`${item.name}(`));
    const parts = ["NULL:", "Limits:", "Example:"].filter((part) => !header.includes(`\n${part} `));
    expect([named.map((item) => item.name), parts, readExamples(source).length > 0]).toEqual([[], [], true]);
    expect(published(source).map((item) => item.name)).toContain(name);
  });

  test("makes functions, aggregates and their comments, and has no other variables", () => {
    const rest = withoutTexts(source.sql);
    const other = rest
      .split(";")
      .map((statement) => statement.trim())
      .filter(
        (statement) => !/^(CREATE OR REPLACE (FUNCTION|AGGREGATE)|COMMENT ON (FUNCTION|AGGREGATE)) |^$/.test(statement),
      );
    expect(other).toEqual([]);
    const variables = rest.match(/(?<!:):(?:"\w*"|'\w*'|\{.*?\}|\w+)/g)!;
    expect(new Set(variables)).toEqual(new Set([':"schema"', ':"language"']));
    expect(rest).not.toContain("\\");
    const volatile = source.functions.filter((item) => item.volatility === "VOLATILE");
    expect(volatile).toEqual([]);
    const comments = rest.match(/^COMMENT ON/gm)?.length;
    expect(comments).toBe(source.functions.length + source.aggregates.length);
  });

  test("runs nobody's code, keeps nothing, and uses what both engines have", () => {
    const found = source.functions.flatMap((item) => withoutComments(item.body).match(FORBIDDEN) ?? []);
    expect(found).toEqual([]);
    const variables = source.functions.filter((item) => /:["'{]\w/.test(item.body));
    expect(variables).toEqual([]);
  });

  test("has cases of its own for both engines", () => {
    const file = new URL(`${name}.test.ts`, import.meta.url);
    expect([
      existsSync(file),
      existsSync(file) && readFileSync(file, "utf8").includes(`describeHelper("${name}"`),
    ]).toEqual([true, true]);
  });

  test("runs by psql, and once more", async (context) => {
    const client = database.need(context);
    if (!psql) context.skip("psql is not here");
    const catalog = async (): Promise<unknown[]> =>
      (await client.query(CATALOG, [[...source.functions, ...source.aggregates].map((item) => item.name)])).rows;
    await runPsql(client, name);
    const first = await catalog();
    await runPsql(client, name);
    expect(await catalog()).toEqual(first);
    expect(first).toEqual(
      first.map((row) => ({ ...(row as object), described: true, provolatile: expect.stringMatching(/[is]/) })),
    );
    expect(first.length).toBe(source.functions.length + source.aggregates.length);
  });

  test.for(readExamples(source))("$sql", async ({ sql, gives }, context) => {
    const client = database.need(context);
    if (!psql) context.skip("psql is not here");
    await runPsql(client, name);
    const { rows } = await client.query<(string | null)[]>({
      text: sql,
      rowMode: "array",
      types: { getTypeParser: () => (value: string) => value },
    } as pg.QueryArrayConfig);
    expect(rows.map((row) => row.map((value) => value ?? "NULL").join("|")).join(" / ")).toBe(gives);
  });
});

/** What bodies may not have: other people's code, SQL, state, clocks, and what one engine lacks. */
const FORBIDDEN =
  /\beval\b|\bFunction\b|\bRegExp\b|\bplv8\.|\bpljs\.|\bengine\.(?!return_next\()|\bexecute\b|\bconsole\b|\bglobalThis\b|\bthis\s*[.[]|\bIntl\b|\btoLocale\w+|\blocaleCompare\b|\bnormalize\(|\bDate\.now\b|new Date\(\)|\bMath\.random\b|\basync\b|\bimport\b|\bBigInt\b/g;

const CATALOG = `
  SELECT oid::regprocedure::text, oid, provolatile, proisstrict, proparallel, obj_description(oid, 'pg_proc') IS NOT NULL AS described
  FROM pg_proc WHERE pronamespace = 'dataclips'::regnamespace AND proname = ANY ($1) ORDER BY 1`;

/** What reports call: not the steps of an aggregate. */
function published(source: HelperSource): { name: string }[] {
  return [...source.functions.filter((item) => !/_(state|final)$/.test(item.name)), ...source.aggregates];
}

async function runPsql(client: pg.Client, name: string): Promise<void> {
  const path = new URL(`../../sql/plv8/${name}.sql`, import.meta.url).pathname;
  const { host, port, user, database: db } = client as unknown as Record<string, string>;
  const settings = ["-v", "ON_ERROR_STOP=1", "-v", "schema=dataclips", "-v", "language=pljs"];
  await run("psql", ["-Xq", "-h", host!, "-p", String(port), "-U", user!, "-d", db!, ...settings, "-f", path]);
}

/** The header's examples: a statement, and behind it the rows that it gives, as `column|column / column|column`. */
function readExamples(source: HelperSource): { sql: string; gives: string }[] {
  const starts = source.header.split(/^Example: /m).slice(1);
  return starts.map((text) => {
    const [, sql, gives] = /^([^]*?;)\s+-- (.*)$/m.exec(text.replace(/\n +/g, " ")) ?? [];
    return { sql: sql ?? `No "; -- value" in: ${text}`, gives: gives ?? "" };
  });
}

function withoutTexts(sql: string): string {
  return sql
    .replace(/\$js\$[^]*?\$js\$/g, "''")
    .replace(/^--.*$/gm, "")
    .replace(/'(?:[^']|'')*'/g, "''");
}

function withoutComments(body: string): string {
  return body.replace(/(^|\s)\/\/.*$/gm, "");
}
