import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type ServeProcess, startProcess } from "./serve-process.ts";
import { DATABASE } from "./support/global-setup.ts";
import { until } from "./support/test-server.ts";

/** Two real processes on one own database, behind a proxy that they trust. */
const TOKEN = "a-token-for-both-of-them";
const name = `shares_${process.pid}_${Date.now().toString(36)}`;
const urlOf = (role: "own" | "reader", database: string): string => inject("cluster")[role].replace(DATABASE, database);

let admin: pg.Client;
let own: pg.Client;
const processes: ServeProcess[] = [];
beforeAll(async () => {
  admin = new pg.Client(inject("cluster").admin);
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}_own OWNER dataclips`);
  await admin.query("SELECT pg_advisory_lock(4711)");
  await admin.query(`CREATE DATABASE ${name} TEMPLATE ${inject("cluster").queryTemplate}`);
  await admin.query("SELECT pg_advisory_unlock(4711)");
  await admin.query(`GRANT CONNECT ON DATABASE ${name} TO dataclips_reader`);
  own = new pg.Client(urlOf("own", `${name}_own`));
  await own.connect();
});
afterAll(async () => {
  for (const started of processes) {
    started.kill("SIGKILL");
    await started.exited;
  }
  await own.end();
  await admin.query(`DROP DATABASE ${name}_own WITH (FORCE)`);
  await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
  await admin.end();
});

function start(): ServeProcess {
  const started = startProcess({
    HOST: "127.0.0.1",
    PORT: "0",
    DATABASE_URL: urlOf("own", `${name}_own`),
    DATACLIPS_TOKEN: TOKEN,
    DATACLIPS_SECRET: "a-secret-for-this-process-of-40-characters",
    DATACLIPS_TRUSTED_PROXIES: "127.0.0.1, ::1",
    DATACLIPS_DATABASES: JSON.stringify({ test: { followers: [urlOf("reader", name)] } }),
  });
  processes.push(started);
  return started;
}

const request = (method: string, url: string, json: unknown = null): Promise<Response> =>
  fetch(url, {
    method,
    headers: { Authorization: `Bearer ${TOKEN}` },
    body: json === null ? null : JSON.stringify(json),
  });

test("what one process ends is ended on the other, each address is its own, and uses are written down at the end", async () => {
  const [first, second] = [start(), start()];
  const [one, two] = (await Promise.all([first.ready(), second.ready()])).map(({ url }) => url) as [string, string];
  const clip = { database: "test", title: "A clip", sql: "SELECT 1 AS a", max_age_seconds: 3600 };
  const { slug } = (await (await request("POST", `${one}/api/clips`, clip)).json()) as { slug: string };
  await request("POST", `${one}/api/clips/${slug}/runs`, { wait: true });
  const share = async (rules: object): Promise<{ id: string; path: string }> => {
    const made = await request("POST", `${one}/api/clips/${slug}/shares`, rules);
    const { id, url } = (await made.json()) as { id: string; url: string };
    return { id, path: `${new URL(url).pathname}.csv` };
  };
  const get = async (url: string, address = "1.2.3.4"): Promise<number> => {
    const response = await fetch(url, { headers: { "X-Forwarded-For": address } });
    await response.arrayBuffer();
    return response.status;
  };
  /** Asks the second process often enough that it answers from memory. */
  const heat = async (path: string): Promise<void> => {
    for (let n = 0; n < 20; n++) expect(await get(two + path)).toBe(200);
  };

  const [revoked, rotated, expiring, limited] = [
    await share({}),
    await share({}),
    await share({}),
    await share({ requests_per_minute: 2 }),
  ];
  for (const { path } of [revoked, rotated, expiring]) await heat(path);
  await request("DELETE", `${one}/api/shares/${revoked.id}`);
  await until(async () => (await get(two + revoked.path)) === 404);
  await request("POST", `${one}/api/shares/${rotated.id}/rotate`);
  await until(async () => (await get(two + rotated.path)) === 404);
  // Expired by the clock that both go by.
  await own.query("UPDATE shares SET expires_at = now() + interval '2 seconds' WHERE id = $1", [expiring.id]);
  await until(async () => (await get(two + expiring.path)) === 404);
  const { rows } = await own.query("SELECT expires_at <= now() AS over FROM shares WHERE id = $1", [expiring.id]);
  expect(rows).toStrictEqual([{ over: true }]);
  for (const { path } of [revoked, rotated, expiring]) {
    expect([await get(one + path), await get(two + path)]).toStrictEqual([404, 404]);
  }

  const counted: number[] = [];
  for (const address of ["1.1.1.1", "1.1.1.1", "1.1.1.1", "2.2.2.2"])
    counted.push(await get(two + limited.path, address));
  expect(counted).toStrictEqual([200, 200, 429, 200]);
  // Each process counts by itself.
  expect(await get(one + limited.path, "1.1.1.1")).toBe(200);
  for (const started of [first, second]) {
    started.kill("SIGTERM");
    expect([await started.exited, started.err()]).toStrictEqual([0, ""]);
  }
  const used = await own.query("SELECT uses::int, last_address FROM share_uses WHERE share_id = $1", [limited.id]);
  expect(used.rows).toStrictEqual([{ uses: 4, last_address: "1.1.1.1" }]);
}, 120_000);
