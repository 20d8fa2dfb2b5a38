import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { startTwoFollowers, type TwoFollowers } from "./two-followers.ts";

let pair: TwoFollowers;
let server: TestServer;
beforeAll(async () => {
  pair = await startTwoFollowers();
  server = await startTestServer({ maxLagSeconds: 1 }, () => [
    { name: "one", url: pair.url("one", "dataclips_reader") },
    { name: "two", url: pair.url("two", "dataclips_reader") },
  ]);
  await catchUp();
});
afterAll(async () => {
  await server?.close();
  await pair?.close();
});
afterEach(() => server.deps.runs.drain(10_000));

/** Until these followers have replayed what the primary has written. */
async function catchUp(...followers: ("one" | "two")[]): Promise<void> {
  const [{ lsn }] = await pair.query("primary", "SELECT pg_current_wal_flush_lsn()::text AS lsn");
  for (const follower of followers.length > 0 ? followers : (["one", "two"] as const)) {
    const sql = `SELECT pg_last_wal_replay_lsn() >= '${lsn}' AND EXISTS (SELECT FROM pg_stat_wal_receiver) AS done`;
    await until(async () => (await pair.query(follower, sql))[0].done);
  }
}

interface Answer {
  status: number;
  follower: { name: string; lag_seconds: number; lag_bytes: number; wal_lsn: string };
  values: unknown[][];
  error: { code: string; message: string };
}

async function run(sql: string): Promise<Answer> {
  const clip = await server.createClip(sql, { max_age_seconds: 0 });
  const response = await server.request(`/clips/${clip.slug}.json`);
  return { status: response.status, ...(await response.json()) } as Answer;
}

async function followerStates(): Promise<unknown> {
  const [{ followers }] = (await (await server.request("/api/databases")).json()) as [{ followers: unknown }];
  return followers;
}

/** Sessions of the reader that sleep on a follower. */
async function sleepers(follower: "one" | "two"): Promise<{ pid: number }[]> {
  return pair.query(
    follower,
    "SELECT pid FROM pg_stat_activity WHERE usename = 'dataclips_reader' AND wait_event = 'PgSleep' AND query LIKE '%pg_sleep%'",
  );
}

test("runs go to the follower with the fewest", async () => {
  const clips = await Promise.all([1, 2, 3, 4].map((n) => server.createClip(`SELECT ${n}, pg_sleep(30)::text`)));
  const aborts = new AbortController();
  const answers = clips.map((clip) => server.request(`/clips/${clip.slug}.csv`, { signal: aborts.signal }));
  await until(async () => (await sleepers("one")).length === 2 && (await sleepers("two")).length === 2);
  aborts.abort();
  await Promise.allSettled(answers);
});

test("a result says which follower, how far behind it was, and at what point in the WAL", async () => {
  await pair.query("primary", "INSERT INTO t VALUES (11)");
  const [{ lsn }] = await pair.query("primary", "SELECT pg_current_wal_flush_lsn()::text AS lsn");
  await catchUp();
  const clip = await server.createClip("SELECT count(*) AS n FROM t", { max_age_seconds: 0 });
  const live = await server.request(`/clips/${clip.slug}.json`);
  const body = (await live.json()) as Answer;
  expect(body.values).toEqual([[11]]);
  expect(body.follower).toEqual({
    name: expect.stringMatching(/^(one|two)$/),
    lag_seconds: 0,
    lag_bytes: 0,
    wal_lsn: expect.stringMatching(/^[0-9A-F]+\/[0-9A-F]+$/),
  });
  const [{ reached }] = await pair.query("primary", `SELECT '${body.follower.wal_lsn}'::pg_lsn >= '${lsn}' AS reached`);
  expect(reached).toBe(true);
  expect(live.headers.get("X-Follower")).toBe(body.follower.name);
  expect(live.headers.get("X-Lag-Seconds")).toBe("0");
  expect(live.headers.get("X-Lag-Bytes")).toBe("0");
  expect(live.headers.get("X-WAL-LSN")).toBe(body.follower.wal_lsn);
  const stored = await server.request(`/clips/${clip.slug}.json?result=1`);
  expect(((await stored.json()) as Answer).follower).toEqual(body.follower);
});

test("a quiet primary is not lag", async () => {
  await catchUp();
  // Longer than max_lag_seconds since anything was replayed.
  const sql = "SELECT clock_timestamp() - pg_last_xact_replay_timestamp() > interval '1.5 s' AS quiet";
  for (const follower of ["one", "two"] as const) await until(async () => (await pair.query(follower, sql))[0].quiet);
  expect(await run("SELECT 1 AS x")).toMatchObject({ status: 200, follower: { lag_seconds: 0, lag_bytes: 0 } });
});

test("a follower whose replay is paused is left out, told, and comes back", async () => {
  await catchUp();
  await pair.query("one", "SELECT pg_wal_replay_pause()");
  try {
    await until(async () => (await pair.query("one", "SELECT pg_get_wal_replay_pause_state() = 'paused' AS p"))[0].p);
    await pair.query("primary", "INSERT INTO t VALUES (12)");
    await catchUp("two");
    // As soon as it is more than a second behind, nothing runs there.
    await until(async () => ((await followerStates()) as { ok: boolean }[])[0]!.ok === false);
    for (let n = 0; n < 4; n++) {
      expect(await run(`SELECT max(n), ${n} FROM t`)).toMatchObject({ follower: { name: "two" }, values: [[12, n]] });
    }
    const [one, two] = (await followerStates()) as { lag_seconds: number; lag_bytes: number }[];
    expect(one).toMatchObject({ name: "one", ok: false, reason: expect.stringMatching(/^it is \d+ seconds behind/) });
    expect(one!.lag_seconds).toBeGreaterThan(1);
    expect(one!.lag_bytes).toBeGreaterThan(0);
    expect(two).toMatchObject({ name: "two", ok: true, lag_seconds: 0, lag_bytes: 0 });
  } finally {
    await pair.query("one", "SELECT pg_wal_replay_resume()");
  }
  await catchUp();
  await until(async () => (await run("SELECT 1")).follower?.name === "one");
});

test("a page and its polls show who is behind, and how far that was", async () => {
  const status = async (): Promise<any> => (await server.request("/api/databases/test/status")).json();
  await until(async () => (await status()).followers.every(({ ok }: any) => ok));
  await pair.query("one", "SELECT pg_wal_replay_pause()");
  try {
    await until(async () => (await pair.query("one", "SELECT pg_get_wal_replay_pause_state() = 'paused' AS p"))[0].p);
    await pair.query("primary", "INSERT INTO t SELECT generate_series(1, 1000)");
    await until(async () => (await status()).followers[0].ok === false);
    const [one, two] = (await status()).followers;
    const reason = expect.stringMatching(/^it is \d+ seconds behind, and max_lag_seconds is 1$/);
    expect(one).toMatchObject({ name: "one", ok: false, reason });
    expect(one.lag_seconds).toBeGreaterThan(1);
    expect(one.lag_bytes).toBeGreaterThan(1000);
    expect(two).toMatchObject({ name: "two", ok: true });
    const html = await (await server.request("/databases/test", { headers: { Accept: "text/html" } })).text();
    expect(html).toMatch(
      /data-follower="one".*>runs no clips: it is \d+ seconds behind.*data-follower="two".*>runs clips</s,
    );
  } finally {
    await pair.query("one", "SELECT pg_wal_replay_resume()");
  }
  await until(async () => (await status()).followers[0].ok === true);
  const lags = (await status()).followers[0].samples.map((sample: any) => sample.lag_seconds);
  expect(Math.max(...lags)).toBeGreaterThan(1);
});

test("a follower that stops is left out, and comes back when it runs again", async () => {
  await pair.stopTwo();
  for (let n = 0; n < 4; n++)
    expect(await run(`SELECT ${n}`)).toMatchObject({ status: 200, follower: { name: "one" } });
  expect(await followerStates()).toMatchObject([
    { name: "one", ok: true },
    { name: "two", ok: false, lag_seconds: null, reason: "nothing listens there" },
  ]);
  await pair.startTwo();
  await catchUp();
  await until(async () => (await run("SELECT 1")).follower?.name === "two");
});

test("with no follower that qualifies, each one's reason is told: 503", async () => {
  await catchUp();
  await pair.query("one", "SELECT pg_wal_replay_pause()");
  await pair.stopTwo();
  try {
    await pair.query("primary", "INSERT INTO t VALUES (13)");
    await until(async () => (await run("SELECT 1")).status === 503);
    const { error } = await run("SELECT 2");
    expect(error).toEqual({
      code: "no_follower",
      message: expect.stringMatching(
        /^No follower of test can run a clip now \((one: it is \d+ seconds behind, and max_lag_seconds is 1|two: nothing listens there|; ){3}\)\.$/,
      ),
      hint: expect.any(String),
    });
  } finally {
    await pair.query("one", "SELECT pg_wal_replay_resume()");
    await pair.startTwo();
  }
  await catchUp();
  for (const name of ["one", "two"]) await until(async () => (await run("SELECT 1")).follower?.name === name);
});

test("a run that fails before its first byte moves to the other follower, once", async () => {
  await catchUp();
  const clip = await server.createClip("SELECT 1 AS x, pg_sleep(1)::text AS y");
  const answer = server.request(`/clips/${clip.slug}.json`);
  let first: "one" | "two" | undefined;
  await until(async () => {
    for (const follower of ["one", "two"] as const) {
      for (const { pid } of await sleepers(follower)) {
        first = follower;
        await pair.query(follower, `SELECT pg_terminate_backend(${pid})`);
      }
    }
    return first !== undefined;
  });
  const other = first === "one" ? "two" : "one";
  const response = await answer;
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ values: [[1, ""]], follower: { name: other } });

  const again = await server.createClip("SELECT 2 AS x, pg_sleep(60)::text AS y");
  const failing = server.request(`/clips/${again.slug}.json`);
  const ended: string[] = [];
  await until(async () => {
    for (const follower of ["one", "two"] as const) {
      for (const { pid } of await sleepers(follower)) {
        ended.push(follower);
        await pair.query(follower, `SELECT pg_terminate_backend(${pid})`);
      }
    }
    return ended.length === 2;
  });
  const failed = await failing;
  expect([failed.status, await failed.json()]).toMatchObject([503, { error: { code: "follower_lost" } }]);
  expect(new Set(ended)).toEqual(new Set(["one", "two"]));
});
