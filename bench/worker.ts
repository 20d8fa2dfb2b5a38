import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { startEmbedded } from "../src/embedded/embedded.ts";
import { openTcpDoor } from "../src/worker/open-tcp-door.ts";
import { startWorker } from "../test/support/worker-runtime.ts";
import { load, median, startNode, timed } from "./parts.ts";

/**
 * The Worker in Cloudflare's runtime on this machine, beside the server on Node, on the same databases by the same TCP
 * ports: `npm run bench:worker`, which builds it first. Every figure is a ratio, measured in turns within this run.
 */

const ROUNDS = Number(process.env["BENCH_ROUNDS"] ?? 5);
const SECONDS = 2;
const CONNECTIONS = 4;
const TOKEN = "a-token-for-the-bench-only";
const SECRET = "a-secret-for-the-bench-only-of-50-characters-or-so";
const PORT = 3920;
const ROWS = 100_000;

const directory = await mkdtemp(join(tmpdir(), "dataclips-bench-"));
const embedded = await startEmbedded({ dataDirectory: join(directory, "data"), onProgress: () => {}, samples: false });
const admin = await connect(embedded.url({ role: "postgres", database: "postgres" }));
await admin.query("CREATE DATABASE bench");
const bench = await connect(embedded.url({ role: "postgres", database: "bench" }));
await bench.query(await readFile(new URL("../sql/roles.sql", import.meta.url), "utf8"));
const own = await connect(embedded.url({ role: "postgres", database: "dataclips" }));
const doors = {
  own: await openDoor(embedded.url({ role: "dataclips", database: "dataclips" })),
  follower: await openDoor(embedded.url({ role: "dataclips_reader", database: "bench", server: "follower" })),
};
const limits = { max_rows: 100_000_000, max_bytes: 100_000_000_000, timeout_ms: 600_000 };
const databases = join(directory, "databases.json");
await writeFile(databases, JSON.stringify({ bench: { followers: [doors.follower.url], ...limits } }));
const server = await startNode(["--max-semi-space-size=4", "--import", "tsx", "src/cli.ts", "serve"], {
  DATABASE_URL: doors.own.url,
  DATACLIPS_DATABASES: databases,
  DATACLIPS_TOKEN: TOKEN,
  DATACLIPS_SECRET: SECRET,
  PORT: String(PORT),
});
await promisify(execFile)("npm", ["run", "worker:build"]);
const worker = await startWorker(
  {
    DATACLIPS_TOKEN: TOKEN,
    DATACLIPS_SECRET: SECRET,
    DATACLIPS_DATABASES: JSON.stringify({ bench: { followers: ["${FOLLOWER}"], ...limits } }),
  },
  { DATABASE_URL: doors.own.url, FOLLOWER: doors.follower.url },
  { buckets: [] },
);
const bases = { node: `http://127.0.0.1:${PORT}`, worker: worker.url };
type Runtime = keyof typeof bases;
try {
  await requests();
  await exports();
} finally {
  await worker.close();
  server.kill("SIGTERM");
  await new Promise((resolve) => void server.once("exit", resolve));
  await Promise.all([admin.end(), bench.end(), own.end()]);
  await Promise.all(Object.values(doors).map(({ door }) => door.close()));
  await embedded.stop();
  await rm(directory, { recursive: true, force: true });
}

/** Requests per second of a share's stored JSON of 10 KB: a Worker asks the database each time. */
async function requests(): Promise<void> {
  const slug = await createClip(
    "SELECT n, md5(n::text) AS hash, n * 1.5 AS amount FROM generate_series(1, 195) AS n",
    3600,
  );
  const share = await api<{ url: string }>(`/api/clips/${slug}/shares`, { requests_per_minute: 1_000_000 });
  const path = `${new URL(share.url).pathname}.json`;
  await api(`/api/clips/${slug}/runs`, { wait: true });
  await settle();
  const rates: Record<Runtime, number[]> = { node: [], worker: [] };
  for (let round = 0; round <= ROUNDS; round++) {
    for (const name of ["node", "worker"] as const) {
      const port = Number(new URL(bases[name]).port);
      const rate = await load({ port, path, seconds: SECONDS, connections: CONNECTIONS });
      if (round > 0) rates[name].push(rate);
    }
  }
  console.log(`\nA share's stored JSON of 10 KB over ${CONNECTIONS} connections, requests per second`);
  console.table({
    Node: { "requests/s": median(rates.node).toFixed(0), ratio: "1" },
    Worker: {
      "requests/s": median(rates.worker).toFixed(0),
      ratio: (median(rates.worker) / median(rates.node)).toFixed(3),
    },
  });
}

/** Seconds for 100,000 rows, while they are read from the follower, and from the store. */
async function exports(): Promise<void> {
  const slug = await createClip(
    `SELECT n AS id, 'name ' || n AS name, (n * 1.37)::numeric(12, 2) AS amount,
            timestamptz '2026-01-01 00:00+00' + n * interval '1 second' AS moment, n % 2 = 0 AS even
       FROM generate_series(1, ${ROWS}) AS n`,
    0,
  );
  const { result } = await api<{ result: number }>(`/api/clips/${slug}/runs`, { wait: true });
  await settle();
  const table: Record<string, Record<string, string>> = {};
  for (const format of ["csv", "json", "ndjson", "xlsx"]) {
    for (const [name, query] of [
      ["live", ""],
      ["from the store", `?result=${result}`],
    ] as const) {
      const path = `/clips/${slug}.${format}${query}`;
      if (query !== "" && (await hash(bases.node + path)) !== (await hash(bases.worker + path))) {
        throw new Error(`${path}: the Worker's bytes are others.`);
      }
      const seconds: Record<Runtime, number[]> = { node: [], worker: [] };
      for (let round = 0; round <= ROUNDS; round++) {
        for (const runtime of ["node", "worker"] as const) {
          const took = await timed(() => download(bases[runtime] + path));
          await settle();
          if (round > 0) seconds[runtime].push(took / 1000);
        }
      }
      table[`${format}, ${name}`] = {
        "Node, seconds": median(seconds.node).toFixed(3),
        "Worker, seconds": median(seconds.worker).toFixed(3),
        "Worker's speed, Node = 1": (median(seconds.node) / median(seconds.worker)).toFixed(2),
      };
    }
  }
  console.log(`\n${ROWS.toLocaleString("en")} rows of 5 columns`);
  console.table(table);
}

async function openDoor(url: string) {
  const { host, port, user, database } = new pg.Client(url);
  const door = await openTcpDoor({ path: `${host}/.s.PGSQL.${port}` });
  return { door, url: `postgres://${user}:unused@127.0.0.1:${door.port}/${database}` };
}

/** Reads a result with curl, so that this process, through which the databases' bytes go, has no more to do. */
async function download(url: string): Promise<void> {
  await promisify(execFile)("curl", ["-sSf", "-H", `Authorization: Bearer ${TOKEN}`, "-o", "/dev/null", url]);
}

async function hash(url: string): Promise<string> {
  const response = await fetch(url, { headers: { Authorization: `Bearer ${TOKEN}`, "Accept-Encoding": "identity" } });
  return createHash("sha256")
    .update(new Uint8Array(await response.arrayBuffer()))
    .digest("hex");
}

/** Waits until the run behind a response has been stored. */
async function settle(): Promise<void> {
  for (;;) {
    const { rowCount } = await own.query("SELECT FROM runs WHERE state IN ('queued', 'running')");
    if (rowCount === 0) return;
    await new Promise((resolve) => void setTimeout(resolve, 50));
  }
}

async function api<Answer>(path: string, json: unknown): Promise<Answer> {
  const response = await fetch(bases.node + path, {
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

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  await client.connect();
  return client;
}
