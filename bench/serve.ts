import { type ChildProcess, execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { startEmbedded } from "../src/embedded/embedded.ts";
import { load, median, startNode } from "./parts.ts";

/**
 * How fast results that are there are served, and whether a large export holds up others: `npm run bench:serve`. Each
 * figure stands beside its goal; requests per second are ratios to a bare node:http server, in turns within this run.
 * `bench/serve.ts requests` measures only these.
 */

const ROUNDS = Number(process.env["BENCH_ROUNDS"] ?? 5);
const SECONDS = 2;
const CONNECTIONS = 16;
const TOKEN = "a-token-for-the-bench-only";
const PORT = 3910;
const BARE_PORT = 3911;
const ROWS = 1_000_000;
const CLIENTS = 200;

const directory = await mkdtemp(join(tmpdir(), "dataclips-bench-"));
const embedded = await startEmbedded({ dataDirectory: join(directory, "data"), onProgress: () => {}, samples: false });
const admin = await connect("postgres");
await admin.query("CREATE DATABASE bench");
const bench = await connect("bench");
await bench.query(await readFile(new URL("../sql/roles.sql", import.meta.url), "utf8"));
const own = await connect("dataclips");
const server = await startDataclips();
const failed: string[] = [];
try {
  const parts = { requests, oneRun, loopDelay };
  for (const [name, part] of Object.entries(parts)) if ((process.argv[2] ?? name) === name) await part();
} finally {
  server.kill("SIGTERM");
  await new Promise((resolve) => void server.once("exit", resolve));
  await Promise.all([admin.end(), bench.end(), own.end()]);
  await embedded.stop();
  await rm(directory, { recursive: true, force: true });
}
if (failed.length > 0) console.log(`\nNot reached: ${failed.join("; ")}`);

/** Requests per second of a share's hot JSON of 10 KB, beside a bare server that sends the same bytes and headers. */
async function requests(): Promise<void> {
  const slug = await createClip(
    "SELECT n, md5(n::text) AS hash, n * 1.5 AS amount FROM generate_series(1, 195) AS n",
    3600,
  );
  const path = new URL(await share(slug)).pathname + ".json";
  await api(`/api/clips/${slug}/runs`, { wait: true });
  const table: Record<string, Record<string, string>> = {};
  for (const coding of [undefined, "zstd"]) {
    const headers = coding === undefined ? { "Accept-Encoding": "identity" } : { "Accept-Encoding": coding };
    const { fields, body } = await fetchAsSent(path, headers);
    const files = [join(directory, "headers.json"), join(directory, "body")] as const;
    await writeFile(files[0], JSON.stringify(fields));
    await writeFile(files[1], body);
    const bare = await startNode(["--import", "tsx", "bench/bare-server.ts", String(BARE_PORT), ...files]);
    const pids = { bare: bare.pid!, dataclips: server.pid! };
    const rates = { bare: [] as number[], dataclips: [] as number[] };
    const cpu = { bare: [] as number[], dataclips: [] as number[] };
    for (let round = 0; round <= ROUNDS; round++) {
      for (const name of ["bare", "dataclips"] as const) {
        const before = await cpuMs(pids[name]);
        const port = name === "bare" ? BARE_PORT : PORT;
        const rate = await load({ port, path, seconds: SECONDS, connections: CONNECTIONS, coding });
        if (round === 0) continue; // V8 has yet to compile.
        rates[name].push(rate);
        cpu[name].push(((await cpuMs(pids[name])) - before) / (rate * SECONDS));
      }
    }
    bare.kill();
    const ratio = median(rates.dataclips) / median(rates.bare);
    check(`hot JSON, ${coding ?? "plain"}`, ratio >= 0.7);
    table[`${body.length} bytes, ${coding ?? "plain"}`] = {
      "bare, requests/s": median(rates.bare).toFixed(0),
      "Dataclips, requests/s": median(rates.dataclips).toFixed(0),
      ratio: ratio.toFixed(2),
      goal: "≥ 0.70",
      "ratio of CPU per request": (median(cpu.dataclips) / median(cpu.bare)).toFixed(2),
    };
  }
  console.log(
    `\nA share's hot JSON over ${CONNECTIONS} connections; a bare node:http server with the same headers = 1`,
  );
  console.table(table);
}

/** Many clients ask at once for a clip that takes half a second. */
async function oneRun(): Promise<void> {
  const slug = await createClip("SELECT pg_sleep(0.5)::text AS slept, now() AS at", 60);
  const url = await share(slug);
  const start = performance.now();
  const bodies = await Promise.all(Array.from({ length: CLIENTS }, async () => (await fetch(`${url}.csv`)).text()));
  const took = performance.now() - start;
  const { rows } = await own.query<{ runs: number }>(
    "SELECT count(*)::int AS runs FROM runs JOIN clips ON clips.id = clip_id WHERE slug = $1",
    [slug],
  );
  const runs = rows[0]!.runs;
  check("one run", runs === 1 && new Set(bodies).size === 1);
  console.log(`\n${CLIENTS} clients, one clip of 500 ms: ${runs} run (goal: 1), all answered in ${took.toFixed(0)} ms`);
}

/** How late the server's event loop is while a million rows go out. */
async function loopDelay(): Promise<void> {
  const sql = `SELECT n AS id, 'name ' || n AS name, (n * 1.37)::numeric(12, 2) AS amount,
                      timestamptz '2026-01-01 00:00+00' + n * interval '1 second' AS moment, n % 2 = 0 AS even
                 FROM generate_series(1, ${ROWS}) AS n`;
  const slug = await createClip(sql, 0);
  const { result } = await api<{ result: number }>(`/api/clips/${slug}/runs`, { wait: true });
  const stored = `?result=${result}`;
  const table: Record<string, Record<string, string>> = {};
  for (const [name, path, coding] of [
    ["CSV, live", `/clips/${slug}.csv`, "identity"],
    ["JSON, live", `/clips/${slug}.json`, "identity"],
    ["CSV, live, zstd", `/clips/${slug}.csv`, "zstd"],
    ["CSV, from the store", `/clips/${slug}.csv${stored}`, "identity"],
    ["CSV, from the store, zstd", `/clips/${slug}.csv${stored}`, "zstd"],
    ["CSV, from the store, gzip", `/clips/${slug}.csv${stored}`, "gzip"],
  ] as const) {
    const p99s: { p50: number; p99: number; max: number }[] = [];
    for (let round = 0; round <= 2; round++) {
      server.send("start");
      await download(path, coding);
      const delay = await new Promise<{ p50: number; p99: number; max: number }>((resolve) => {
        server.once("message", (message) => resolve(message as { p50: number; p99: number; max: number }));
        server.send("stop");
      });
      await settle();
      if (round > 0) p99s.push(delay);
    }
    const worst = p99s.toSorted((a, b) => b.p99 - a.p99)[0]!;
    check(`loop delay, ${name}`, worst.p99 < 20);
    table[name] = {
      "p50 ms": worst.p50.toFixed(1),
      "p99 ms": worst.p99.toFixed(1),
      goal: "< 20",
      "max ms": worst.max.toFixed(1),
    };
  }
  console.log(
    `\nEvent-loop delay of the server while ${ROWS.toLocaleString("en")} rows go out, the worse of two; timers of 1 ms`,
  );
  console.table(table);
}

function check(name: string, reached: boolean): void {
  if (!reached) failed.push(name);
}

async function startDataclips(): Promise<ChildProcess> {
  const databases = join(directory, "databases.json");
  const follower = embedded.url({ role: "dataclips_reader", database: "bench", server: "follower" });
  const limits = { max_rows: 100_000_000, max_bytes: 100_000_000_000, timeout_ms: 600_000 };
  await writeFile(
    databases,
    JSON.stringify({ bench: { followers: [follower], allow_functions: ["pg_catalog.pg_sleep"], ...limits } }),
  );
  // As npm start does it, with the bench's ear at the event loop.
  return startNode(
    ["--max-semi-space-size=4", "--import", "tsx", "--import", "./bench/loop-delay.ts", "src/cli.ts", "serve"],
    {
      DATABASE_URL: embedded.url({ role: "dataclips", database: "dataclips" }),
      DATACLIPS_DATABASES: databases,
      DATACLIPS_TOKEN: TOKEN,
      PORT: String(PORT),
    },
  );
}

/** A response's fields and bytes as they came: fetch() would decompress them. */
async function fetchAsSent(path: string, headers: Record<string, string>) {
  const { get } = await import("node:http");
  return new Promise<{ fields: Record<string, string>; body: Buffer }>((resolve, reject) => {
    get({ port: PORT, path, headers, agent: false }, (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (piece: Buffer) => pieces.push(piece));
      response.on("end", () => {
        const { connection: _connection, date: _date, ...fields } = response.headers;
        resolve({ fields: fields as Record<string, string>, body: Buffer.concat(pieces) });
      });
    }).on("error", reject);
  });
}

/** Reads a result with curl, so that this process does not stand in the server's way. */
async function download(path: string, coding: string): Promise<void> {
  const headers = ["-H", `Authorization: Bearer ${TOKEN}`, "-H", `Accept-Encoding: ${coding}`];
  await promisify(execFile)("curl", ["-sSf", ...headers, "-o", "/dev/null", `http://localhost:${PORT}${path}`]);
}

/** Waits until the run behind a response has been stored. */
async function settle(): Promise<void> {
  for (;;) {
    const { rows } = await own.query("SELECT 1 FROM runs WHERE state = 'running'");
    if (rows.length === 0) return;
    await new Promise((resolve) => void setTimeout(resolve, 50));
  }
}

async function api<Answer>(path: string, json: unknown): Promise<Answer> {
  const response = await fetch(`http://localhost:${PORT}${path}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify(json),
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as Answer;
}

async function createClip(sql: string, maxAgeSeconds: number): Promise<string> {
  const clip = { database: "bench", title: "Bench", sql, max_age_seconds: maxAgeSeconds };
  return (await api<{ slug: string }>("/api/clips", clip)).slug;
}

async function share(slug: string): Promise<string> {
  return (await api<{ url: string }>(`/api/clips/${slug}/shares`, { requests_per_minute: 1_000_000 })).url;
}

/** Milliseconds of CPU that a process has used: its threads too. The kernel counts in hundredths of a second. */
async function cpuMs(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, "utf8")).split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function connect(database: string): Promise<pg.Client> {
  const client = new pg.Client(embedded.url({ role: "postgres", database }));
  await client.connect();
  return client;
}
