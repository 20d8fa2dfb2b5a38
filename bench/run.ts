import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { startEmbedded } from "../src/embedded/embedded.ts";
import { median, timed } from "./parts.ts";

/**
 * Throughput of exports against PostgreSQL's own COPY, latency of a tiny clip, and memory: `npm run bench`. Every
 * figure is a ratio, or stands beside its reference, measured in turns within this one run: machines are shared.
 */

const ROUNDS = Number(process.env["BENCH_ROUNDS"] ?? 5);
const TOKEN = "a-token-for-the-bench-only";
const PORT = 3900;

const TABLES = `
  CREATE TABLE narrow AS
    SELECT n AS id, 'name ' || n AS name, (n * 1.37)::numeric(12, 2) AS amount,
           timestamptz '2026-01-01 00:00+00' + n * interval '1 second' AS moment, n % 2 = 0 AS even
      FROM generate_series(1, 1000000) AS n;
  CREATE TABLE wide AS
    SELECT n AS id, ${Array.from({ length: 29 }, (_, column) => `${WIDE(column)} AS c${column}`).join(", ")}
      FROM generate_series(1, 100000) AS n;
  VACUUM (ANALYZE) narrow; VACUUM (ANALYZE) wide;`;

function WIDE(column: number): string {
  const kinds = [
    `n * ${column + 3}`,
    `'text, with a comma ' || n + ${column}`,
    `(n * 1.1 + ${column})::numeric(12, 3)`,
    `timestamptz '2026-01-01 00:00+00' + (n + ${column}) * interval '1 minute'`,
    `CASE WHEN n % 3 = 0 THEN NULL ELSE n * 0.5::float8 END`,
    `(n + ${column}) % 2 = 0`,
    `'short' || n % 100`,
  ];
  return kinds[column % kinds.length]!;
}

const directory = await mkdtemp(join(tmpdir(), "dataclips-bench-"));
console.log("Starting an embedded PostgreSQL and loading 1,000,000 narrow and 100,000 wide rows …");
const embedded = await startEmbedded({ dataDirectory: join(directory, "data"), onProgress: () => {}, samples: false });
const admin = await connect(embedded.url({ role: "postgres", database: "postgres" }));
await admin.query("CREATE DATABASE bench");
const bench = await connect(embedded.url({ role: "postgres", database: "bench" }));
for (const statement of TABLES.split(";")) if (statement.trim()) await bench.query(statement);
await bench.query(await readFile(new URL("../sql/roles.sql", import.meta.url), "utf8"));
const follower = { role: "dataclips_reader", database: "bench", server: "follower" as const };
const server = await startDataclips();
try {
  await compare();
  await memory();
  await latency();
} finally {
  server.kill("SIGTERM");
  await new Promise((resolve) => void server.once("exit", resolve));
  await admin.end();
  await bench.end();
  await embedded.stop();
  await rm(directory, { recursive: true, force: true });
}

/** Throughput of a million rows and of wide ones, live and from the store, as multiples of psql's COPY. */
async function compare(): Promise<void> {
  const table: Record<string, Record<string, string>> = {};
  for (const name of ["narrow", "wide"]) {
    const sql = `SELECT * FROM ${name}`;
    const slug = await createClip(name, sql, 0);
    const result = await storedResult(slug);
    const csv = { copy: [] as number[], live: [] as number[], stored: [] as number[] };
    const json = { copy: [] as number[], live: [] as number[], stored: [] as number[] };
    for (let round = 0; round <= ROUNDS; round++) {
      const seconds = {
        csvCopy: await copy(`COPY (${sql}) TO STDOUT (FORMAT csv, HEADER)`),
        csvLive: await settle(() => download(`/clips/${slug}.csv`)),
        csvStored: await download(`/clips/${slug}.csv?result=${result}`),
        jsonCopy: await copy(`COPY (SELECT row_to_json(t) FROM (${sql}) AS t) TO STDOUT`),
        jsonLive: await settle(() => download(`/clips/${slug}.json`)),
        jsonStored: await download(`/clips/${slug}.json?result=${result}`),
      };
      if (round === 0) continue; // V8 has yet to compile.
      csv.copy.push(seconds.csvCopy);
      csv.live.push(seconds.csvLive);
      csv.stored.push(seconds.csvStored);
      json.copy.push(seconds.jsonCopy);
      json.live.push(seconds.jsonLive);
      json.stored.push(seconds.jsonStored);
    }
    table[`${name} CSV`] = ratios(csv);
    table[`${name} JSON`] = ratios(json);
  }
  console.log("\nThroughput over HTTP; COPY (CSV) and COPY of row_to_json (JSON) by psql to /dev/null = 1");
  console.table(table);
}

function ratios({
  copy: reference,
  live,
  stored,
}: Record<"copy" | "live" | "stored", number[]>): Record<string, string> {
  return {
    "COPY seconds": median(reference).toFixed(2),
    "live, while stored": (median(reference) / median(live)).toFixed(2),
    "from the store": (median(reference) / median(stored)).toFixed(2),
  };
}

/** The process that npm runs for us. */
async function serverPid(): Promise<number> {
  const children = async (pid: number): Promise<number[]> =>
    (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8")).split(" ").filter(Boolean).map(Number);
  let pid = server.pid!;
  for (;;) {
    const [child] = await children(pid);
    if (child === undefined || (await readFile(`/proc/${pid}/cmdline`, "utf8")).includes("src/cli.ts\0serve"))
      return pid;
    pid = child;
  }
}

/** How much the server's memory grows, over idle, for a large result: fast reader, slow reader, from the store. */
async function memory(): Promise<void> {
  const slug = await createClip("five million", "SELECT * FROM narrow, generate_series(1, 5)", 0);
  const result = await storedResult(slug);
  await download(`/clips/${slug}.csv?result=${result}`);
  const idle = await resident("VmRSS");
  const peaks: Record<string, string> = {};
  for (const [name, read] of Object.entries({
    "5,000,000 rows, CSV": () => download(`/clips/${slug}.csv`),
    "5,000,000 rows, JSON": () => download(`/clips/${slug}.json`),
    "from the store, CSV": () => download(`/clips/${slug}.csv?result=${result}`),
    "live, CSV, slow reader": () => download(`/clips/${slug}.csv`, { bytesPerSecond: 40 * 1024 * 1024 }),
  })) {
    await writeFile(`/proc/${await serverPid()}/clear_refs`, "5");
    await settle(read);
    peaks[name] = `${Math.round(((await resident("VmHWM")) - idle) / 1024)} MiB`;
  }
  console.log(`\nPeak memory of the server over idle (${Math.round(idle / 1024)} MiB)`);
  console.table(peaks);
}

/** A tiny clip, from memory and live, in milliseconds at the median, beside a bare query by node-postgres. */
async function latency(): Promise<void> {
  const cached = await createClip("cached", "SELECT n, n * 2 AS m FROM generate_series(1, 20) AS n", 3600);
  const live = await createClip("live", "SELECT n, n * 2 AS m FROM generate_series(1, 20) AS n", 0);
  const client = await connect(embedded.url(follower));
  const agent = new http.Agent({ keepAlive: true });
  const times = {
    "from memory": [] as number[],
    live: [] as number[],
    "a bare query by node-postgres": [] as number[],
  };
  // As a server that has been up for a while: V8 compiles what it has seen often.
  for (let round = 0; round < 2000; round++) {
    times["from memory"].push(await timed(() => get(`/clips/${cached}.json`, agent)));
  }
  for (let round = 0; round < 500; round++) {
    times["live"].push(await timed(() => get(`/clips/${live}.json`, agent)));
    times["a bare query by node-postgres"].push(
      await timed(() => client.query("SELECT n, n * 2 AS m FROM generate_series(1, 20) AS n")),
    );
    // The pause in which a session is opened ahead; without it the third run in a row waits for its connection.
    await new Promise((resolve) => void setTimeout(resolve, 15));
  }
  agent.destroy();
  await client.end();
  console.log("\nA tiny clip, milliseconds at the median of the last 250");
  console.table(
    Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all.slice(-250)).toFixed(2)])),
  );
}

async function startDataclips(): Promise<ChildProcess> {
  const databases = join(directory, "databases.json");
  const limits = { max_rows: 100_000_000, max_bytes: 100_000_000_000, timeout_ms: 600_000 };
  await writeFile(databases, JSON.stringify({ bench: { followers: [embedded.url(follower)], ...limits } }));
  const child = spawn("npm", ["run", "--silent", "start"], {
    env: {
      ...process.env,
      DATABASE_URL: embedded.url({ role: "dataclips", database: "dataclips" }),
      DATACLIPS_DATABASES: databases,
      DATACLIPS_TOKEN: TOKEN,
      PORT: String(PORT),
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout!.on("data", (text: Buffer) => text.includes("ready") && resolve());
    child.once("exit", () => reject(new Error("The server did not start.")));
  });
  return child;
}

async function createClip(title: string, sql: string, maxAgeSeconds: number): Promise<string> {
  const response = await fetch(`http://localhost:${PORT}/api/clips`, {
    method: "POST",
    headers: { Authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify({ database: "bench", title, sql, max_age_seconds: maxAgeSeconds }),
  });
  const { slug } = (await response.json()) as { slug: string };
  return slug;
}

async function storedResult(slug: string): Promise<number> {
  const response = await fetch(`http://localhost:${PORT}/api/clips/${slug}/runs`, {
    method: "POST",
    headers: { Authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify({ wait: true }),
  });
  const { result } = (await response.json()) as { result: number };
  return result;
}

/** Seconds that psql takes for a COPY; a bare query is no fair reference, so psql has to be there. */
async function copy(sql: string): Promise<number> {
  return (await timed(() => run("psql", ["-X", "-q", "-d", embedded.url(follower), "-c", sql]))) / 1000;
}

/** Seconds that curl takes to read a result. */
async function download(path: string, limits: { bytesPerSecond?: number } = {}): Promise<number> {
  const limit = limits.bytesPerSecond === undefined ? [] : ["--limit-rate", String(limits.bytesPerSecond)];
  const args = [
    "-sSf",
    ...limit,
    "-H",
    `Authorization: Bearer ${TOKEN}`,
    "-o",
    "/dev/null",
    `http://localhost:${PORT}${path}`,
  ];
  return (await timed(() => run("curl", args))) / 1000;
}

/** Waits, after a measurement, until the run behind it has been stored, so that the next one starts in peace. */
async function settle<Value>(measure: () => Promise<Value>): Promise<Value> {
  const value = await measure();
  for (;;) {
    const { rows } = await admin.query(
      "SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = 'dataclips' AND state <> 'idle'",
    );
    if (rows[0].n === 0) break;
    await new Promise((resolve) => void setTimeout(resolve, 50));
  }
  await new Promise((resolve) => void setTimeout(resolve, 1000));
  return value;
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "inherit"] });
  const status = await new Promise((resolve, reject) => {
    child.once("error", () =>
      reject(new Error(`The bench needs ${command}: install Debian's postgresql-client and curl.`)),
    );
    child.once("exit", resolve);
  });
  if (status !== 0) throw new Error(`${command} ended with ${String(status)}`);
}

function get(path: string, agent: http.Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { Authorization: `Bearer ${TOKEN}` };
    const request = http.get({ port: PORT, path, agent, headers }, (response) => {
      response.resume();
      response.once("end", resolve);
    });
    request.once("error", reject);
  });
}

/** KiB of a field of the server's /proc status. */
async function resident(field: "VmRSS" | "VmHWM"): Promise<number> {
  const status = await readFile(`/proc/${await serverPid()}/status`, "utf8");
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)![1]);
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  await client.connect();
  return client;
}
