import { readFile } from "node:fs/promises";
import { afterEach } from "vitest";
import { watchFollowers } from "../../src/databases/watch-followers.ts";
import { type PostgresServer, type PostgresServers, startPostgres } from "../support/postgres-servers.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";

/** A primary with followers of its own, which are stopped, cut off and promoted, and a Dataclips on them. */
export interface Stage extends PostgresServers {
  one: PostgresServer;
  two: PostgresServer;
  dataclips: TestServer;
}

/** What is closed after each test, the last one first. */
export const closings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0).toReversed()) await close();
});

export async function startStage(options: {
  primary: boolean;
  followers: ("one" | "two")[];
  allow?: string[];
}): Promise<Stage> {
  const servers = await startPostgres();
  closings.push(servers.close);
  await servers.primary.query("CREATE TABLE t AS SELECT 1 AS n");
  await servers.primary.query(await readFile(new URL("../../sql/roles.sql", import.meta.url), "utf8"));
  const one = await servers.follow(servers.primary, "one");
  const two = await servers.follow(servers.primary, "two");
  const urls = { one, two };
  const dataclips = await startTestServer(
    {
      maxLagSeconds: 2,
      primary: options.primary ? servers.primary.url() : null,
      functions: { mode: "safe", allow: options.allow ?? [], refuse: [] },
      relations: { mode: "safe", allow: options.allow ?? [], refuse: [] },
    },
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

export async function caughtUp(leader: PostgresServer, follower: PostgresServer): Promise<boolean> {
  const [{ lsn }] = await leader.query("SELECT pg_current_wal_flush_lsn()::text AS lsn");
  const [{ done }] = await follower.query(
    `SELECT pg_last_wal_replay_lsn() >= '${lsn}' AND EXISTS (SELECT FROM pg_stat_wal_receiver) AS done`,
  );
  return done;
}

export interface Answer {
  status: number;
  values: number[][];
  follower: { name: string; lag_seconds: number };
  error: { code: string; message: string };
}

/** Runs a query as one that was never asked before. */
export async function ask({ dataclips }: Stage, sql = "SELECT max(n) FROM t"): Promise<Answer> {
  const { slug } = await dataclips.createClip(sql, { max_age_seconds: 0 });
  const response = await dataclips.request(`/clips/${slug}.json`);
  return { status: response.status, ...(await response.json()) } as Answer;
}

/** What `/api/databases` says of the followers. */
export async function states({ dataclips }: Stage): Promise<Record<string, any>> {
  const [{ followers }] = (await (await dataclips.request("/api/databases")).json()) as [{ followers: any[] }];
  return Object.fromEntries(followers.map((follower) => [follower.name, follower]));
}

export const events = ({ dataclips }: Stage, name: string): string[] =>
  dataclips.logged.filter((line) => line.includes(`event=${name} `));

/** The lowest and the highest of what clips read, asked often enough that every follower would have had its turn. */
export async function readOften(stage: Stage): Promise<number[]> {
  const seen = new Set<number>();
  for (let n = 0; n < 8; n++) {
    const { values } = await ask(stage);
    seen.add(values[0]![0]!);
  }
  return [...seen].toSorted();
}
