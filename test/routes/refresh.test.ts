import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await server.primary.query("CREATE TABLE ticks (n int); GRANT SELECT ON ticks TO dataclips_reader");
});
afterAll(() => server.close());

let ticks = 0;
/** Changes what the clips below give. */
async function tick(): Promise<number> {
  ticks++;
  await server.primary.query(`INSERT INTO ticks VALUES (${ticks})`);
  await server.catchUp();
  return ticks;
}

interface Shared {
  id: number;
  /** The newest value that the share gives, and how old it says that is. */
  get(query?: string): Promise<{ status: number; n: number; age: string | null; result: string | null }>;
  runs(): Promise<{ state: string; asker: string }[]>;
}

async function share(fields: Record<string, unknown>, sql = "SELECT max(n) AS n FROM ticks"): Promise<Shared> {
  const { id, slug } = await server.createClip(sql, fields);
  const made = await server.request(`/api/clips/${slug}/shares`, { method: "POST" });
  const { pathname } = new URL(((await made.json()) as { url: string }).url);
  return {
    id,
    async get(query = "") {
      const response = await fetch(`${server.url}${pathname}.json${query}`);
      const { values } = (await response.json()) as { values?: number[][] };
      return {
        status: response.status,
        n: values?.[0]?.[0] ?? 0,
        age: response.headers.get("Age"),
        result: response.headers.get("X-Result"),
      };
    },
    async runs() {
      return (await server.own.query("SELECT state, asker FROM runs WHERE clip_id = $1 ORDER BY created_at", [id]))
        .rows;
    },
  };
}

/** Lets what is stored of a clip get older than its rule, which is a second from then on. */
async function outlive(id: number): Promise<void> {
  await server.own.query("UPDATE clips SET max_age_seconds = 1 WHERE id = $1", [id]);
  await until(async () => {
    const { rows } = await server.own.query(
      "SELECT max(started_at) < now() - interval '1.1 s' AS old FROM results WHERE clip_id = $1 AND sealed_at IS NOT NULL",
      [id],
    );
    return rows[0].old;
  });
}

const oneMore = (shared: Shared, runs: number): Promise<void> =>
  until(async () => {
    const states = (await shared.runs()).map(({ state }) => state);
    return states.length === runs && states.every((state) => state === "done");
  });

test("a live share gives a young result again, and an old one at once while it is made anew, once", async () => {
  const first = await tick();
  const shared = await share({ max_age_seconds: 60 }, "SELECT max(n) AS n, pg_sleep(1)::text FROM ticks");
  expect(await shared.get()).toMatchObject({ status: 200, n: first, result: "1" });
  const second = await tick();
  await oneMore(shared, 1);
  expect(await shared.get()).toMatchObject({ n: first, result: "1" });
  expect(await shared.runs()).toHaveLength(1);

  await outlive(shared.id);
  const answers = await Promise.all(Array.from({ length: 20 }, () => shared.get()));
  for (const answer of answers) {
    expect(answer).toMatchObject({ status: 200, n: first, result: "1" });
    expect(Number(answer.age)).toBeGreaterThanOrEqual(1);
  }
  await oneMore(shared, 2);
  expect((await shared.runs())[1]!.asker).toMatch(/^share:/);
  await until(async () => (await shared.get()).n === second);
});

test("wait=fresh waits for the new one", async () => {
  await tick();
  const shared = await share({ max_age_seconds: 60 });
  await shared.get();
  await oneMore(shared, 1);
  const next = await tick();
  await outlive(shared.id);
  expect(await shared.get("?wait=fresh")).toMatchObject({ status: 200, n: next, result: "2" });
  expect((await shared.get("?wait=stale")).status).toBe(400);
});

test("a manual clip is made anew by hand only; what there is none of yet is made", async () => {
  const first = await tick();
  const shared = await share({ max_age_seconds: 1 });
  await server.own.query("UPDATE clips SET refresh = 'manual' WHERE id = $1", [shared.id]);
  expect(await shared.get()).toMatchObject({ status: 200, n: first });
  await oneMore(shared, 1);
  await tick();
  await outlive(shared.id);
  for (const query of ["", "?wait=fresh"]) expect(await shared.get(query)).toMatchObject({ n: first, result: "1" });
  expect(await shared.runs()).toHaveLength(1);
});

test("a refresh that fails leaves what there is, and is not tried again at once", async () => {
  const first = await tick();
  const shared = await share({ max_age_seconds: 60 }, "SELECT max(n) AS n FROM ticks");
  await shared.get();
  await oneMore(shared, 1);
  await outlive(shared.id);
  await server.primary.query("ALTER TABLE ticks RENAME TO tocks");
  await server.catchUp();
  try {
    expect(await shared.get()).toMatchObject({ status: 200, n: first });
    await until(async () => (await shared.runs())[1]?.state === "failed");
    for (let n = 0; n < 5; n++) expect(await shared.get()).toMatchObject({ status: 200, n: first });
    expect(await shared.runs()).toHaveLength(2);
    expect((await shared.get("?wait=fresh")).status).toBe(422);
  } finally {
    await server.primary.query("ALTER TABLE tocks RENAME TO ticks");
  }
});
