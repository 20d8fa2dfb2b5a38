import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { DATABASE } from "../support/global-setup.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";

let server: TestServer;
const LSN = expect.stringMatching(/^[0-9A-F]+\/[0-9A-F]+$/);

beforeAll(async () => {
  const primary = inject("cluster").primaryReader;
  server = await startTestServer({ timeoutMs: 20_000, maxRuns: 3 }, (url) => [
    { name: "real", url },
    { name: "the-primary", url: primary.replace(DATABASE, new URL(url.replace(/@[^/]*/, "@h")).pathname.slice(1)) },
    { name: "down", url: "postgres://dataclips_reader:hunter2@127.0.0.1:1/nothing" },
    { name: "no-such-database", url: inject("cluster").reader.replace(DATABASE, "no_such_database") },
  ]);
});
afterAll(() => server.close());

test("databases are listed with how each follower is, and no address", async () => {
  const response = await server.request("/api/databases");
  expect(response.status).toBe(200);
  const text = await response.text();
  expect(text).not.toMatch(/hunter2|dataclips_reader@|postgres:|127\.0\.0\.1/);
  const seen = {
    version: expect.stringMatching(/^18\./),
    role: "dataclips_reader",
    connection_limit: 90,
    connections: { available: expect.any(Number), used: expect.any(Number) },
    settings: expect.objectContaining({ statement_timeout: "1min", default_transaction_read_only: "on" }),
    extensions: { plpgsql: "1.0" },
    findings: expect.any(Array),
  };
  const unseen = {
    ok: false,
    is_primary: null,
    lag_seconds: null,
    lag_bytes: null,
    wal_lsn: null,
    version: null,
    role: null,
    connection_limit: null,
    connections: null,
    settings: null,
    extensions: null,
    findings: [],
  };
  expect(JSON.parse(text)).toStrictEqual([
    {
      name: "test",
      followers: [
        {
          ...seen,
          name: "real",
          ok: true,
          lag_seconds: expect.any(Number),
          lag_bytes: expect.any(Number),
          wal_lsn: LSN,
          is_primary: false,
        },
        { ...seen, name: "the-primary", ok: true, lag_seconds: 0, lag_bytes: 0, wal_lsn: LSN, is_primary: true },
        { ...unseen, name: "down", reason: "nothing listens there" },
        { ...unseen, name: "no-such-database", reason: "it has no such database" },
      ],
      has_primary: false,
      timeout_ms: 20_000,
      max_rows: 100_000,
      max_bytes: 104_857_600,
      max_runs: 3,
      max_lag_seconds: 300,
      functions: { mode: "safe", allow: ["pg_catalog.pg_sleep", "pg_catalog.current_setting"], refuse: [] },
      relations: { mode: "safe", allow: [], refuse: [] },
      allow_writable_role: false,
      sessions: 6,
      running: 0,
      waiting: 0,
    },
  ]);
});

test("runs under way are counted", async () => {
  const { slug } = await server.createClip("SELECT pg_sleep(20)");
  const started: { id: string }[] = [];
  for (let count = 0; count < 4; count++) {
    const response = await server.request(`/api/clips/${slug}/runs`, { method: "POST" });
    started.push((await response.json()) as { id: string });
  }
  const [database] = (await (await server.request("/api/databases")).json()) as { running: number; waiting: number }[];
  expect([database!.running, database!.waiting]).toStrictEqual([3, 1]);
  await Promise.all(started.map(({ id }) => server.request(`/api/runs/${id}`, { method: "DELETE" })));
  await until(async () => (await server.busySessions()).length === 0);
});
