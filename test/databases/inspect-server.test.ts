import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { inspectServer, type ServerInspection } from "../../src/databases/inspect-server.ts";
import { DATABASE } from "../support/global-setup.ts";
import { until } from "../support/test-server.ts";

const name = `inspect_server_${process.pid}_${Date.now().toString(36)}`;
let admin: pg.Client;

beforeAll(async () => {
  admin = await connect(inject("cluster").admin);
  await admin.query(`CREATE DATABASE ${name}`);
  await admin.query(`GRANT CONNECT ON DATABASE ${name} TO dataclips_reader`);
});
afterAll(async () => {
  await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
  await admin.end();
});

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  client.on("error", () => {});
  await client.connect();
  return client;
}

async function inspect(server: "reader" | "primaryReader", budget = 8): Promise<ServerInspection> {
  const client = await connect(inject("cluster")[server].replace(DATABASE, name));
  try {
    return await inspectServer(client, { budget });
  } finally {
    await client.end();
  }
}

/** The follower, once it has replayed what holds of it. */
async function inspectFollower(holds: (server: ServerInspection) => boolean): Promise<ServerInspection> {
  let server: ServerInspection | null = null;
  await until(async () => {
    server = await inspect("reader").catch(() => null);
    return server !== null && holds(server);
  });
  return server!;
}

const SETTINGS = {
  statement_timeout: "1min",
  transaction_timeout: "15min",
  lock_timeout: "500ms",
  idle_in_transaction_session_timeout: "1min",
  client_connection_check_interval: "1s",
  tcp_user_timeout: "5000ms",
  temp_file_limit: "1GB",
  work_mem: "16MB",
  hash_mem_multiplier: "1",
  max_parallel_workers_per_gather: "0",
  jit: "off",
  default_transaction_read_only: "on",
};

describe("a follower", () => {
  test("is said to be one, with its version, lag, settings and connections", async () => {
    const server = await inspectFollower(({ status }) => status.lagSeconds === 0);
    expect(server).toMatchObject({
      version: expect.stringMatching(/^18\.\d+$/),
      status: { isFollower: true, lagSeconds: 0 },
      extensions: { plpgsql: "1.0" },
      connections: { available: 97 },
    });
    expect(server.settings).toEqual({ ...SETTINGS, hot_standby_feedback: "on", max_standby_streaming_delay: "30s" });
    expect(server.connections.used).toBeGreaterThan(0);
    expect(server.findings).toEqual([
      {
        id: "feedback_on",
        severity: "info",
        message: "Long clips hold back vacuum on the primary (hot_standby_feedback is on).",
        hint: "Keep the timeout of clips short, or switch it off: then replay may cancel a clip.",
        statements: [],
      },
    ]);
  });

  test("with extensions that matter says so of each", async () => {
    const inside = await connect(inject("cluster").admin.replace(/\/postgres(\?|$)/, `/${name}$1`));
    await inside.query("CREATE EXTENSION dblink; CREATE EXTENSION postgres_fdw; CREATE EXTENSION tablefunc");
    await inside.end();
    const { extensions, findings } = await inspectFollower((server) => "tablefunc" in server.extensions);
    expect(Object.keys(extensions)).toEqual(["dblink", "plpgsql", "postgres_fdw", "tablefunc"]);
    expect(findings.map(({ id, severity }) => [id, severity])).toEqual([
      ["feedback_on", "info"],
      ["extension_dblink", "info"],
      ["extension_postgres_fdw", "info"],
    ]);
  });

  test("with fewer connections than Dataclips may take is a warning", async () => {
    const { findings } = await inspect("reader", 98);
    expect(findings[0]).toEqual({
      id: "few_connections",
      severity: "warning",
      message: "The server has 97 connections for everybody, and each server process of Dataclips may have 98.",
      hint: "Raise max_connections, or lower max_runs of the databases that are read there.",
      statements: [],
    });
    expect((await inspect("reader", 97)).findings.map(({ id }) => id)).not.toContain("few_connections");
  });
});

test("a primary is a warning", async () => {
  const { status, findings } = await inspect("primaryReader");
  expect(status).toMatchObject({ isFollower: false, lagSeconds: 0, lagBytes: 0 });
  expect(findings.filter(({ severity }) => severity !== "info")).toEqual([
    {
      id: "is_primary",
      severity: "warning",
      message: "This is a primary, not a follower: clips compete with everything else that works on it.",
      hint: "Name a follower of it in the configuration, if it has one.",
      statements: [],
    },
  ]);
});
