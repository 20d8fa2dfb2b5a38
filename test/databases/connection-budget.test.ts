import { readFile } from "node:fs/promises";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { openReaderSessions } from "../../src/databases/reader-sessions.ts";
import { SESSIONS_AHEAD, sessionBudget } from "../../src/databases/session-budget.ts";
import { openGet } from "../runs/http-get.ts";
import { DATABASE } from "../support/global-setup.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";

/** A reader of this file's own: its CONNECTION LIMIT is changed, and its sessions are counted. */
const ROLE = `budget_reader_${process.pid}`;
const MAX_RUNS = 2;
const SLOW = "SELECT {{n}}::int AS n, pg_sleep(0.03)";

let server: TestServer;
/** Another Dataclips, with a database of its own, for the same database to query. */
let other: TestServer;
/** A superuser's session on the follower. */
let superuser: pg.Client;
/** The role's URL on the follower. */
let roleUrl = "";
beforeAll(async () => {
  server = await startTestServer({ maxRuns: MAX_RUNS }, (url) => {
    roleUrl = url.replace("dataclips_reader@", `${ROLE}@`);
    return [{ name: "follower", url: roleUrl }];
  });
  other = await startTestServer({ maxRuns: MAX_RUNS }, () => [
    { name: "follower", url: `${roleUrl}?application_name=other` },
  ]);
  superuser = await connect(inject("cluster").reader.replace(DATABASE, "postgres"), "postgres");
  await server.primary.query(`SET dataclips.reader = '${ROLE}'; SET dataclips.schemas = 'public,app'`);
  await server.primary.query(await readFile(new URL("../../sql/roles.sql", import.meta.url), "utf8"));
  await server.catchUp();
});
afterAll(async () => {
  await superuser?.end();
  await other?.close();
  await server?.close();
  const admin = await connect(inject("cluster").admin, "postgres");
  await admin.query(`DROP ROLE ${ROLE}`);
  await admin.end();
});
afterEach(async () => {
  await Promise.all([server, other].map(({ deps }) => deps.runs.drain(0)));
  await endSessions();
  const logged = [...server.logged, ...other.logged];
  expect(logged.filter((line) => !/event=follower_(lost .*no connection left|returned)/.test(line))).toEqual([]);
});

async function connect(url: string, role: string): Promise<pg.Client> {
  const client = new pg.Client(url.replace(/\/\/[^@]*@/, `//${role}@`));
  client.on("error", () => {});
  await client.connect();
  return client;
}

/** Sessions of the role, or of those that idle by this name. */
async function countSessions(applicationName?: string): Promise<number> {
  const { rows } = await superuser.query(
    "SELECT count(*)::int AS count FROM pg_stat_activity WHERE usename = $1 AND application_name = coalesce($2, application_name)",
    [ROLE, applicationName],
  );
  return rows[0].count;
}

/** Ends those that are kept ready. */
async function endSessions(): Promise<void> {
  await superuser.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1", [ROLE]);
  await until(async () => (await countSessions()) === 0);
}

/** The most sessions that the role has had at once while something went on. */
async function mostSessions(during: Promise<unknown>): Promise<number> {
  let most = 0;
  let over = false;
  const end = (): boolean => (over = true);
  during.then(end, end);
  while (!over) most = Math.max(most, await countSessions());
  return most;
}

async function limitConnections(limit: number): Promise<void> {
  await server.primary.query(`ALTER ROLE ${ROLE} CONNECTION LIMIT ${limit}`);
  await server.catchUp();
}

/** A response as `200`, or as `503 database_busy`. */
async function outcome(asked: Promise<Response>): Promise<string> {
  const response = await asked;
  const body = await response.text();
  if (response.ok) return String(response.status);
  return `${response.status} ${/"code":"(\w+)"|class="code">(\w+)/.exec(body)?.slice(1).find(Boolean) ?? body}`;
}

describe("one server", () => {
  test("never has more sessions than its budget, whatever it is asked for", async () => {
    await limitConnections(90);
    const { slug } = await server.createClip(SLOW);
    const api = `/api/clips/${slug}/runs`;
    const asked: Promise<string>[] = [];
    for (let n = 0; n < 40; n++) {
      const kind = n % 5;
      if (kind === 0) asked.push(outcome(server.request(`/clips/${slug}.csv?n=${n}`)));
      if (kind === 1) asked.push(outcome(server.request(`/clips/${slug}?n=${n}`)));
      if (kind === 2) {
        asked.push(server.createClip(`SELECT {{a}}::int, ${n}`).then(({ parameters }) => `${parameters[0]!.type}`));
      }
      if (kind === 3) {
        const cancel = async (): Promise<Response> => {
          const started = await server.request(api, { method: "POST", json: { parameters: { n } } });
          const { id } = (await started.json()) as { id: string };
          return server.request(`/api/runs/${id}`, { method: "DELETE" });
        };
        asked.push(outcome(cancel()));
      }
      if (kind === 4) {
        const opened = openGet(server, `/clips/${slug}.csv?n=${n}`);
        setTimeout(opened.leave, n);
      }
    }
    const all = Promise.all(asked);
    const most = await mostSessions(all);
    expect(most).toBeLessThanOrEqual(sessionBudget(MAX_RUNS));
    expect(most).toBeGreaterThan(MAX_RUNS);
    const outcomes = new Set(await all);
    // A describe that finds no session in ten seconds would give up the type; 409 is a run that had ended before.
    expect(
      [...outcomes].filter((one) => !["200", "409 conflict", "503 database_busy", "integer"].includes(one)),
    ).toEqual([]);
    expect(outcomes).toContain("200");
    expect(outcomes).toContain("integer");
  });

  test("waits for a session no longer than the one who asked for it", async () => {
    await limitConnections(90);
    const sessions = openReaderSessions(roleUrl, { ahead: 0, most: 1 });
    const { client } = await sessions.take();
    const leaving = new AbortController();
    const first = sessions.take(leaving.signal);
    const second = sessions.take();
    const reason = new Error("gone");
    leaving.abort(reason);
    await expect(first).rejects.toBe(reason);
    await client.end();
    const { client: next } = await second;
    await next.end();
    await sessions.close();
  });
});

describe("two servers and a role that may have few connections", () => {
  test("never have more than that, and every run gets its turn", async () => {
    const LIMIT = 4;
    await limitConnections(LIMIT);
    const clips = [await server.createClip(SLOW), await other.createClip(SLOW)];
    const seen = new Set<string>();
    const run = async (on: TestServer, path: string): Promise<void> => {
      for (;;) {
        const one = await outcome(on.request(path));
        seen.add(one);
        if (one === "200") return;
        expect(one).toBe("503 database_busy");
        await new Promise((resolve) => void setTimeout(resolve, 50));
      }
    };
    const all = Promise.all(
      Array.from({ length: 30 }, (_, n) => run([server, other][n % 2]!, `/clips/${clips[n % 2]!.slug}.csv?n=${n}`)),
    );
    expect(await mostSessions(all)).toBe(LIMIT);
    await all;
    expect(seen).toContain("200");
  });

  test("the one that has nothing to do does not keep the connections from the other", async () => {
    await limitConnections(90);
    const clips = [await server.createClip("SELECT 1 AS one"), await other.createClip("SELECT 1 AS one")];
    await endSessions();
    await until(async () => {
      await server.deps.databases
        .get("test")
        .followers[0]!.sessions.take()
        .then(({ client }) => client.end());
      const [all, own] = [await countSessions(), await countSessions("dataclips")];
      return all === SESSIONS_AHEAD && own === SESSIONS_AHEAD;
    });
    await limitConnections(SESSIONS_AHEAD);
    expect(await outcome(other.request(`/clips/${clips[1]!.slug}.csv`))).toBe("200");
  });
});

test("where no connection is left, that is said, and what to raise", async () => {
  const clip = await server.createClip("SELECT 1 AS one");
  await until(async () => (await countSessions()) === SESSIONS_AHEAD);
  await endSessions();
  await limitConnections(1);
  const holder = await connect(roleUrl, ROLE);
  const sessions = openReaderSessions(server.readerUrl, { ahead: 0, most: 1 });
  const { client } = await sessions.take();
  try {
    const busy = {
      code: "database_busy",
      message: "The follower has no connection left.",
      hint: "Try again in a moment; if this is common, raise max_connections or the role's CONNECTION LIMIT.",
      sqlstate: "53300",
    };
    const [result, described, databases, ownBudget] = await Promise.all([
      server.request(`/clips/${clip.slug}.csv`),
      server.createClip("SELECT {{x}}::int AS x"),
      server.request("/api/databases"),
      sessions.take().catch((error: unknown) => error),
    ]);
    expect(result.status).toBe(503);
    expect(result.headers.get("Retry-After")).toBe("5");
    expect(await result.json()).toEqual({ error: busy });
    expect(described.parameters).toEqual([{ name: "x", type: null, default: null }]);
    expect(await databases.json()).toMatchObject([{ followers: [{ ok: false, reason: "it has no connection left" }] }]);
    expect(ownBudget).toMatchObject({
      code: "database_busy",
      message: "All 1 sessions that Dataclips may have on the follower are in use.",
      hint: "Try again in a moment. If this is common, raise max_runs of the database.",
      retryAfterSeconds: 5,
    });
  } finally {
    await holder.end();
    await client.end();
  }
});
