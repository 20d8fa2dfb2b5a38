import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { startEmbedded } from "../src/embedded/embedded.ts";

/**
 * What a helper costs and what a functional index saves: `npm run bench:helpers`, on PL/JS (`npm run embedded:pljs`).
 * Heroku's post of 2013, "JavaScript in your Postgres", had 206.723 ms without the index and 0.157 ms with it. All
 * figures are the best of several rounds, in turns within this run.
 */

const ROUNDS = Number(process.env["BENCH_ROUNDS"] ?? 7);
const ZIPS = new URL("../../shared/data/zips.ndjson", import.meta.url);
/** As many documents as there are US zip codes in the file above. */
const GENERATED = 29_353;

const directory = await mkdtemp(join(tmpdir(), "dataclips-bench-"));
const embedded = await startEmbedded({ dataDirectory: join(directory, "data"), onProgress: () => {}, samples: false });
const client = new pg.Client(embedded.url({ role: "postgres", database: "postgres" }));
await client.connect();
try {
  await load();
  await index();
  await perCall();
} finally {
  await client.end();
  await embedded.stop();
  await rm(directory, { recursive: true, force: true });
}

/** Loads the documents, and the helper that the queries call. */
async function load(): Promise<void> {
  const file = await readFile(ZIPS, "utf8").catch(() => undefined);
  const documents = file === undefined ? generate() : file.trim().split("\n");
  console.log(
    `${documents.length.toLocaleString("en")} documents, ${file === undefined ? "generated" : "US zip codes"}`,
  );
  await client.query("CREATE EXTENSION pljs; CREATE SCHEMA dataclips; CREATE TABLE zips (data json NOT NULL)");
  await client.query("INSERT INTO zips SELECT unnest($1::json[])", [documents]);
  const helper = await readFile(new URL("../sql/plv8/get_numeric.sql", import.meta.url), "utf8");
  await client.query(helper.replaceAll(':"schema"', "dataclips").replaceAll(':"language"', "pljs"));
  await client.query("CREATE INDEX ON zips (dataclips.get_numeric('pop', data))");
  await client.query("VACUUM (ANALYZE) zips");
}

/** A predicate without and with the functional index. */
async function index(): Promise<void> {
  const table: Record<string, Record<string, string>> = {};
  for (const bound of [10_000, 100_000]) {
    const sql = `SELECT data FROM zips WHERE dataclips.get_numeric('pop', data) > ${bound}`;
    const best = { without: Infinity, with: Infinity };
    let rows = 0;
    for (let round = 0; round < ROUNDS; round++) {
      for (const way of ["without", "with"] as const) {
        const on = way === "with" ? "on" : "off";
        await client.query(`SET enable_indexscan = ${on}; SET enable_bitmapscan = ${on}`);
        best[way] = Math.min(best[way], await timed(async () => void (rows = (await client.query(sql)).rowCount ?? 0)));
      }
    }
    table[`get_numeric('pop', data) > ${bound}`] = {
      rows: rows.toLocaleString("en"),
      "ms without": best.without.toFixed(3),
      "ms with": best.with.toFixed(3),
      ratio: (best.without / best.with).toFixed(1),
    };
  }
  console.table(table);
}

/** Microseconds of a call, beside the same in plain SQL; what the scan itself takes is taken off. */
async function perCall(): Promise<void> {
  const ways = {
    scan: "count(data::text)",
    "(data->>'pop')::numeric": "count((data->>'pop')::numeric)",
    "get_numeric('pop', data)": "count(dataclips.get_numeric('pop', data))",
  };
  const best: Record<string, number> = {};
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, expression] of Object.entries(ways)) {
      const ms = await timed(() => client.query(`SELECT ${expression} FROM zips`));
      best[name] = Math.min(best[name] ?? Infinity, ms);
    }
  }
  const { rows } = await client.query<{ count: string }>("SELECT count(*) FROM zips");
  const each = (name: string): number => ((best[name]! - best["scan"]!) * 1000) / Number(rows[0]!.count);
  const [, sql, helper] = Object.keys(ways) as [string, string, string];
  console.table({
    [sql]: { "µs a call": each(sql).toFixed(2), ratio: "1.0" },
    [helper]: { "µs a call": each(helper).toFixed(2), ratio: (each(helper) / each(sql)).toFixed(1) },
  });
}

/** Documents of the same shape, the same in every run: populations fall off as those of places do. */
function generate(): string[] {
  let state = 1;
  const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  return Array.from({ length: GENERATED }, (_, number) =>
    JSON.stringify({
      _id: String(number).padStart(5, "0"),
      city: `CITY ${number}`,
      loc: [-70 - random() * 50, 25 + random() * 24],
      pop: Math.floor(-9_000 * Math.log(random())),
      state: "MA",
    }),
  );
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
