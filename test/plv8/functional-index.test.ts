import type pg from "pg";
import { beforeAll, expect, test } from "vitest";
import { useDatabaseWithPljs } from "./engines.ts";
import { installSql, readHelper } from "./helper-source.ts";

/** Every brother of get_numeric, of json and jsonb, in a functional index that a query then uses. */
const INDEXES = [
  ["get_numeric", "'pop'", "> 99990", 10],
  ["get_text", "'city.name'", "= 'city 7'", 1],
  ["get_boolean", "'capital'", "", 1],
  ["get_timestamp", "'at'", "< '1970-01-01T00:00:05Z'", 4],
] as const;

const database = useDatabaseWithPljs();
beforeAll(async () => {
  const { client } = database;
  await client?.query("CREATE SCHEMA dataclips");
  for (const [name] of INDEXES) await client?.query(installSql(readHelper(name), "dataclips", "pljs"));
  await client?.query(`
    CREATE TABLE cities (id int, asjson json, asjsonb jsonb);
    INSERT INTO cities SELECT i, d, d FROM generate_series(1, 3000) i, LATERAL (SELECT json_build_object(
      'pop', 97000 + i, 'city', json_build_object('name', 'city ' || i), 'capital', i = 5, 'at', i * 1000,
      'odd', CASE WHEN i % 7 = 0 THEN '"x"'::json ELSE '[{}]' END) AS d) s;
    INSERT INTO cities VALUES (0, NULL, NULL), (-1, '"odd"', '[1, null]');`);
});

for (const column of ["asjson", "asjsonb"]) {
  test.for(INDEXES)(`%s finds rows of ${column} by an index`, async ([name, key, condition, found], context) => {
    const client = database.need(context);
    const expression = `dataclips.${name}(${key}, ${column})`;
    const query = `SELECT id FROM cities WHERE ${expression} ${condition} ORDER BY id`;
    const plain = await client.query(query);
    expect(plain.rowCount).toBe(found);
    const index = `${name}_of_${column}`;
    await client.query(`CREATE INDEX ${index} ON cities (${expression}); ANALYZE cities`);
    expect(await explain(client, query)).toContain(index);
    expect((await client.query(query)).rows).toEqual(plain.rows);
  });
}

async function explain(client: pg.Client, query: string): Promise<string> {
  const { rows } = await client.query<{ "QUERY PLAN": string }>(`EXPLAIN ${query}`);
  return rows.map((row) => row["QUERY PLAN"]).join("\n");
}
