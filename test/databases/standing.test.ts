import { readFile } from "node:fs/promises";
import { afterEach, describe, expect, test } from "vitest";
import { watchFollowers } from "../../src/databases/watch-followers.ts";
import { type PostgresServer, type PostgresServers, startPostgres } from "../support/postgres-servers.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";

/** A primary with followers of its own, which are stopped, cut off and promoted, and a Dataclips on them. */
interface Stage extends PostgresServers {
  one: PostgresServer;
  two: PostgresServer;
  dataclips: TestServer;
}

const closings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0).toReversed()) await close();
});

async function startStage(options: { primary: boolean; followers: ("one" | "two")[] }): Promise<Stage> {
  const servers = await startPostgres();
  closings.push(servers.close);
  await servers.primary.query("CREATE TABLE t AS SELECT 1 AS n");
  await servers.primary.query(await readFile(new URL("../../sql/roles.sql", import.meta.url), "utf8"));
  const one = await servers.follow(servers.primary, "one");
  const two = await servers.follow(servers.primary, "two");
  const urls = { one, two };
  const dataclips = await startTestServer(
    { maxLagSeconds: 2, primary: options.primary ? servers.primary.url() : null },
    () => options.followers.map((name) => ({ name, url: urls[name].url("dataclips_reader") })),
  );
  const stop = watchFollowers(dataclips.deps.databases.all, { everyMs: 500 });
  closings.push(async () => {
    await stop();
    await dataclips.close();
  });
  await until(async () => (await caughtUp(servers.primary, one)) && caughtUp(servers.primary, two));
  return { ...servers, one, two, dataclips };
}

async function caughtUp(leader: PostgresServer, follower: PostgresServer): Promise<boolean> {
  const [{ lsn }] = await leader.query("SELECT pg_current_wal_flush_lsn()::text AS lsn");
  const [{ done }] = await follower.query(
    `SELECT pg_last_wal_replay_lsn() >= '${lsn}' AND EXISTS (SELECT FROM pg_stat_wal_receiver) AS done`,
  );
  return done;
}

interface Answer {
  status: number;
  values: number[][];
  follower: { name: string; lag_seconds: number };
  error: { code: string; message: string };
}

/** Runs a query as one that was never asked before. */
async function ask({ dataclips }: Stage, sql = "SELECT max(n) FROM t"): Promise<Answer> {
  const { slug } = await dataclips.createClip(sql, { max_age_seconds: 0 });
  const response = await dataclips.request(`/clips/${slug}.json`);
  return { status: response.status, ...(await response.json()) } as Answer;
}

/** What `/api/databases` says of the followers. */
async function states({ dataclips }: Stage): Promise<Record<string, any>> {
  const [{ followers }] = (await (await dataclips.request("/api/databases")).json()) as [{ followers: any[] }];
  return Object.fromEntries(followers.map((follower) => [follower.name, follower]));
}

const events = ({ dataclips }: Stage, name: string): string[] =>
  dataclips.logged.filter((line) => line.includes(`event=${name} `));

/** The lowest and the highest of what clips read, asked often enough that every follower would have had its turn. */
async function readOften(stage: Stage): Promise<number[]> {
  const seen = new Set<number>();
  for (let n = 0; n < 8; n++) {
    const { values } = await ask(stage);
    seen.add(values[0]![0]!);
  }
  return [...seen].toSorted();
}

test("a follower that was started with its replay paused is not taken for one that has everything", async () => {
  const stage = await startStage({ primary: false, followers: ["one", "two"] });
  const { primary, one } = stage;
  await one.stop();
  const [{ lsn }] = await primary.query("SELECT pg_current_wal_insert_lsn()::text AS lsn");
  for (let n = 2; n < 20; n++) await primary.query(`UPDATE t SET n = ${n}`);
  // It pauses before the first commit, and goes on receiving.
  await one.start(`recovery_target_lsn=${lsn}`, "recovery_target_inclusive=off", "recovery_target_action=pause");
  await until(async () => {
    const [row] = await one.query(
      `SELECT pg_is_wal_replay_paused() AND pg_last_xact_replay_timestamp() IS NULL AND pg_last_wal_replay_lsn() IS NOT NULL AS done`,
    );
    return row.done;
  });
  expect(await readOften(stage)).toStrictEqual([19]);
  expect((await states(stage))["one"]).toMatchObject({
    ok: false,
    reason: expect.stringMatching(/its replay is paused|^it receives nothing from its primary/),
  });
  await one.restart();
  await until(async () => (await states(stage))["one"].ok);
  expect(await readOften(stage)).toStrictEqual([19]);
});

test("a follower that is cut off from a living primary is behind; one whose primary is down is read", async () => {
  const stage = await startStage({ primary: true, followers: ["one"] });
  const { primary, one } = stage;
  expect(await ask(stage)).toMatchObject({ status: 200, values: [[1]], follower: { lag_seconds: 0 } });

  await one.query(["ALTER SYSTEM SET primary_conninfo = 'host=/nowhere'", "SELECT pg_reload_conf()"]);
  await until(async () => !(await one.query("SELECT FROM pg_stat_wal_receiver")).length);
  // It has everything that there is.
  expect(await ask(stage)).toMatchObject({ status: 200, values: [[1]] });
  await primary.query("UPDATE t SET n = 2");
  await until(async () => (await ask(stage)).status === 503);
  expect((await ask(stage)).error.message).toMatch(
    /one: it receives nothing from its primary, it is \d+ seconds behind, and max_lag_seconds is 2/,
  );
  await until(() => events(stage, "follower_behind").length > 0);

  // It comes back.
  await one.query(["ALTER SYSTEM RESET primary_conninfo", "SELECT pg_reload_conf()"]);
  await one.stop();
  await stage.point(one, primary);
  await one.start();
  await until(async () => (await ask(stage)).status === 200);
  expect(await ask(stage)).toMatchObject({ status: 200, values: [[2]] });

  // What is left when the primary is down is reading, for as long as it takes.
  await primary.stop("immediate");
  await until(async () => (await states(stage))["one"].note !== undefined);
  await new Promise((resolve) => void setTimeout(resolve, 3_000));
  const answer = await ask(stage);
  expect(answer).toMatchObject({ status: 200, values: [[2]] });
  expect(answer.follower.lag_seconds).toBeGreaterThan(2);
  expect((await states(stage))["one"]).toMatchObject({
    ok: true,
    note: expect.stringMatching(/^its primary has not been heard from for [3-9] s$/),
  });
  const status = (await (await stage.dataclips.request("/api/databases/test/status")).json()) as any;
  expect(status.followers[0].note).toMatch(/^its primary has not been heard from for \d+ s$/);
  const page = await (await stage.dataclips.request("/databases/test")).text();
  expect(page).toMatch(/runs clips, but its primary has not been heard from for \d+ s/);

  await primary.start();
  await until(async () => (await states(stage))["one"].note === undefined);
  expect(await ask(stage)).toMatchObject({ status: 200, values: [[2]], follower: { lag_seconds: 0 } });
});

test("of followers whose primary is down, one that has received less is left out", async () => {
  const stage = await startStage({ primary: false, followers: ["one", "two"] });
  const { primary, one, two } = stage;
  await two.query(["ALTER SYSTEM SET primary_conninfo = 'host=/nowhere'", "SELECT pg_reload_conf()"]);
  await until(async () => !(await two.query("SELECT FROM pg_stat_wal_receiver")).length);
  await primary.query("UPDATE t SET n = 2");
  await until(async () => caughtUp(primary, one));
  await primary.stop();
  await until(async () => (await states(stage))["two"].ok === false);
  expect(await readOften(stage)).toStrictEqual([2]);
  expect((await states(stage))["one"]).toMatchObject({ ok: true });
});

describe("a follower that is promoted beside its living primary", () => {
  test.each([
    ["that is configured", true],
    ["that is not", false],
  ])("%s is left out, and said, until it follows again", async (_, configured) => {
    const stage = await startStage({ primary: configured, followers: ["one", "two"] });
    const { primary, one } = stage;
    expect(await readOften(stage)).toStrictEqual([1]);
    await one.query("SELECT pg_promote()");
    await one.query("UPDATE t SET n = 100");
    await primary.query("UPDATE t SET n = 2");
    await until(async () => caughtUp(primary, stage.two));
    expect(await readOften(stage)).toStrictEqual([2]);
    expect((await states(stage))["one"]).toMatchObject({
      ok: false,
      reason: "it was promoted: it takes writes of its own, and follows its primary no more",
    });
    expect(await (await stage.dataclips.request("/databases/test")).text()).toContain("runs no clips: it was promoted");
    await until(() => events(stage, "follower_promoted").length > 0);
    expect(events(stage, "follower_promoted")).toStrictEqual([
      expect.stringMatching(
        /^level=warn event=follower_promoted database=test follower=one was=ok reason="it was promoted/,
      ),
    ]);

    // A Dataclips that never saw it follow comes to the same.
    const fresh = await startTestServer({ maxLagSeconds: 2, primary: configured ? primary.url() : null }, () => [
      { name: "one", url: one.url("dataclips_reader") },
      { name: "two", url: stage.two.url("dataclips_reader") },
    ]);
    closings.push(fresh.close);
    expect(await readOften({ ...stage, dataclips: fresh })).toStrictEqual([2]);

    // Made anew from its primary, it is a follower like any other.
    await one.stop();
    const again = await stage.follow(primary, "again");
    await again.stop();
    await one.replaceBy(again);
    await one.start();
    await until(async () => (await states(stage))["one"].ok);
    expect(await readOften(stage)).toStrictEqual([2]);
  });
});

test("a follower that took its primary's place is read, and those that follow it", async () => {
  const stage = await startStage({ primary: true, followers: ["one", "two"] });
  const { primary, one, two } = stage;
  expect(await readOften(stage)).toStrictEqual([1]);
  await primary.stop();
  await one.query("SELECT pg_promote()");
  await one.query("UPDATE t SET n = 3");
  // Until it follows, the other one has less than there is.
  await until(async () => (await states(stage))["two"].ok === false);
  expect(await readOften(stage)).toStrictEqual([3]);
  await two.stop();
  await stage.point(two, one);
  await two.start();
  await until(async () => (await states(stage))["two"].ok);
  await one.query("UPDATE t SET n = 4");
  await until(async () => caughtUp(one, two));
  expect(await readOften(stage)).toStrictEqual([4]);
  expect((await states(stage))["one"]).toMatchObject({ ok: true, note: "it has taken its primary's place" });
});

test("a follower that dies, and returns, is said once each, however often it is asked for", async () => {
  const stage = await startStage({ primary: false, followers: ["one", "two"] });
  const { one } = stage;
  expect(await readOften(stage)).toStrictEqual([1]);
  await one.stop("immediate");
  await until(() => events(stage, "follower_lost").length > 0);
  await readOften(stage);
  await new Promise((resolve) => void setTimeout(resolve, 2_000));
  expect(events(stage, "follower_lost")).toStrictEqual([
    expect.stringMatching(
      /^level=warn event=follower_lost database=test follower=one was=ok reason="[^"]+" after_seconds=\d+$/,
    ),
  ]);
  await one.start();
  await until(() => events(stage, "follower_returned").length > 0);
  await readOften(stage);
  expect(stage.dataclips.logged).toStrictEqual([
    expect.stringContaining("event=follower_lost"),
    expect.stringMatching(
      /^level=info event=follower_returned database=test follower=one was=unreachable after_seconds=\d+$/,
    ),
  ]);
});
