import { expect, test } from "vitest";
import { ask, events, type Stage, startStage, states } from "./follower-stage.ts";
import { until } from "../support/test-server.ts";
import { changePage } from "./verify/heap-page.ts";

const TEXTS = "SELECT count(s) FROM texts";

/** Makes a table whose page on the follower "one" cannot be read any more: its checksum is wrong. */
async function damageOne({ primary, one }: Stage): Promise<{ mend: () => Promise<void> }> {
  await primary.query([
    "CREATE TABLE texts WITH (autovacuum_enabled = false) AS SELECT 'row ' || n AS s FROM generate_series(1, 20) AS n",
    "GRANT SELECT ON texts TO dataclips_reader",
    "SELECT FROM texts",
    "CHECKPOINT",
  ]);
  const [{ lsn }] = await primary.query("SELECT pg_current_wal_flush_lsn()::text AS lsn");
  await until(async () => (await one.query(`SELECT pg_last_wal_replay_lsn() >= '${lsn}' AS done`))[0].done);
  const [{ path }] = await one.query(["CHECKPOINT", "SELECT pg_relation_filepath('texts') AS path"]);
  await one.stop();
  const change = (from: string, to: string) => changePage(`${one.directory}/${path}`, (page) => page.replace(from, to));
  await change("row 7", "ROW 7");
  await one.start();
  return {
    async mend() {
      await one.stop();
      await change("ROW 7", "row 7");
      await one.start();
    },
  };
}

test("a run whose follower cannot read its own data moves to another one, which all later ones take", async () => {
  const stage = await startStage({ primary: false, followers: ["one", "two"] });
  const { mend } = await damageOne(stage);
  await until(async () => (await states(stage))["one"].ok);
  for (let n = 0; events(stage, "follower_damaged").length === 0; n++) {
    expect(n).toBeLessThan(100);
    expect(await ask(stage, TEXTS)).toMatchObject({ status: 200, values: [[20]], follower: { name: "two" } });
  }
  const reason = /it could not read its own data \(invalid page in block 0 of relation/;
  expect(events(stage, "follower_damaged")).toEqual([expect.stringMatching(reason)]);
  expect((await states(stage))["one"]).toMatchObject({ ok: true, note: expect.stringMatching(reason) });
  const page = await (await stage.dataclips.request("/databases/test")).text();
  expect(page).toContain("it could not read its own data");

  // What could still be read there is better read elsewhere, as long as there is one.
  for (let n = 0; n < 10; n++) expect((await ask(stage)).follower.name).toBe("two");
  await stage.two.stop();
  expect(await ask(stage)).toMatchObject({ status: 200, follower: { name: "one" } });
  expect(await ask(stage, TEXTS)).toMatchObject({
    status: 503,
    error: {
      code: "follower_damaged",
      message: expect.stringMatching(/^The follower could not read its own data: inv/),
    },
  });
  await stage.two.start();

  // Doctor says it too, by the server's own statistics, and the role is not what is wrong.
  const { findings, can_write } = await findingsOf(stage, "one");
  expect(can_write).toBe(false);
  expect(findings).toContainEqual(
    expect.objectContaining({
      id: "checksum_failures",
      severity: "error",
      message: expect.stringMatching(/^The server found \d+ damaged pages in this database, most recently at 20/),
    }),
  );

  // A server that was started again is judged by what it does from then on.
  await mend();
  await until(async () => (await states(stage))["one"].note === undefined);
  expect(events(stage, "follower_damaged")).toHaveLength(1);
  await stage.two.stop();
  expect(await ask(stage, TEXTS)).toMatchObject({ status: 200, values: [[20]], follower: { name: "one" } });
});

test("with one follower the error says that the query is not at fault, and is not tried twice", async () => {
  const stage = await startStage({ primary: false, followers: ["one"] });
  await damageOne(stage);
  await until(async () => (await states(stage))["one"].ok);
  expect(await ask(stage, TEXTS)).toMatchObject({
    status: 503,
    error: {
      code: "follower_damaged",
      message: expect.stringMatching(/^The follower could not read its own data: invalid page in block 0 of relation/),
      hint: expect.stringMatching(/^The query is not at fault: .*dataclips verify-follower/),
    },
  });
  const [{ failures }] = await stage.one.query(
    "SELECT checksum_failures::int4 AS failures FROM pg_stat_database WHERE datname = current_database()",
  );
  expect(failures).toBe(1);
});

test("what a function or another server says of damage is not said of the follower", async () => {
  const allow = ["public.alarm", "public.there"];
  const stage = await startStage({ primary: false, followers: ["one"], allow });
  const { primary, one } = stage;
  await damageOne(stage);
  await primary.query([
    `CREATE FUNCTION alarm() RETURNS int LANGUAGE plpgsql IMMUTABLE
       AS $$ BEGIN RAISE EXCEPTION 'index broken' USING ERRCODE = 'XX002'; END $$`,
    "GRANT EXECUTE ON FUNCTION alarm() TO dataclips_reader",
    "CREATE EXTENSION postgres_fdw",
    `CREATE SERVER other FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '${new URL(one.url()).hostname.replaceAll("%2F", "/")}', port '${one.port}', dbname 'postgres', updatable 'false')`,
    "CREATE USER MAPPING FOR PUBLIC SERVER other OPTIONS (user 'postgres', password_required 'false')",
    "CREATE FOREIGN TABLE there (s text) SERVER other OPTIONS (table_name 'texts')",
    "GRANT SELECT ON there TO dataclips_reader",
  ]);
  const [{ lsn }] = await primary.query("SELECT pg_current_wal_flush_lsn()::text AS lsn");
  await until(async () => (await one.query(`SELECT pg_last_wal_replay_lsn() >= '${lsn}' AS done`))[0].done);
  expect(await ask(stage, "SELECT alarm()")).toMatchObject({
    status: 422,
    error: { code: "query_failed", message: "index broken" },
  });
  expect(await ask(stage, "SELECT s FROM there")).toMatchObject({
    status: 422,
    error: { code: "query_failed", message: expect.stringMatching(/^invalid page/) },
  });
  expect((await states(stage))["one"]).toMatchObject({ ok: true });
  expect((await states(stage))["one"].note).toBeUndefined();
});

async function findingsOf({ dataclips }: Stage, follower: string): Promise<any> {
  const response = await dataclips.request("/api/databases/test/findings");
  const { followers } = (await response.json()) as { followers: any[] };
  return followers.find(({ name }) => name === follower);
}
