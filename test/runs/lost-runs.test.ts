import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sweepUnsealed } from "../../src/results/store.ts";
import { failLostRuns } from "../../src/runs/run-records.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

/** What a server leaves that dies in the middle of a run: a run that goes on, and a part of its result. */
async function leaveRun(clipId: number, number: number, ago: string): Promise<string> {
  const id = randomUUID();
  await server.own.query(
    `INSERT INTO runs (id, clip_id, version, parameters, state, heartbeat_at)
     VALUES ($1, $2, 1, '{}', 'running', now() - $3::interval)`,
    [id, clipId, ago],
  );
  const { rows } = await server.own.query(
    `INSERT INTO results (run_id, clip_id, number, version, parameters, parameters_key, title, database, follower, columns, started_at)
     VALUES ($4, $1, $2, 1, '{}', '[]', 'Lost', 'test', 'follower', '[]', now() - $3::interval) RETURNING id`,
    [clipId, number, ago, id],
  );
  await server.own.query(
    "INSERT INTO result_chunks (result_id, number, first_row, first_byte, bytes, codec, data) VALUES ($1, 0, 0, 0, 1, 'gzip', 'x')",
    [rows[0].id],
  );
  return id;
}

async function left(): Promise<{ results: number[]; chunks: number }> {
  const { rows } = await server.own.query("SELECT number FROM results WHERE sealed_at IS NULL ORDER BY number");
  const chunks = await server.own.query("SELECT count(*)::int AS n FROM result_chunks WHERE codec = 'gzip'");
  return { results: rows.map(({ number }) => number), chunks: chunks.rows[0].n };
}

test("a run that lost its server is failed, and what is left of its result is removed; others are let be", async () => {
  const { id } = await server.createClip("SELECT 1 AS a");
  const old = await leaveRun(id, 101, "16 seconds");
  const young = await leaveRun(id, 102, "5 seconds");
  const state = async (run: string): Promise<unknown> => {
    const { state: found, error } = (await (await server.request(`/api/runs/${run}`)).json()) as Record<string, any>;
    return [found, error?.code];
  };

  await failLostRuns(server.deps.db, false);
  await sweepUnsealed(server.deps.db);
  expect([await state(old), await state(young)]).toStrictEqual([
    ["failed", "internal_error"],
    ["running", undefined],
  ]);
  expect(await left()).toStrictEqual({ results: [102], chunks: 1 });

  await failLostRuns(server.deps.db, true);
  await sweepUnsealed(server.deps.db);
  expect(await state(young)).toStrictEqual(["failed", "internal_error"]);
  expect(await left()).toStrictEqual({ results: [], chunks: 0 });
});
