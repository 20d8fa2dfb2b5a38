import { describe, expect, test } from "vitest";
import { ask, caughtUp, closings, events, readOften, startStage, states } from "./follower-stage.ts";
import { startTestServer, until } from "../support/test-server.ts";
import { sample } from "../support/full.ts";

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
  const primaries: [string, boolean][] = [
    ["that is configured", true],
    ["that is not", false],
  ];
  test.each(sample(primaries, 2))("%s is left out, and said, until it follows again", async (_, configured) => {
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
