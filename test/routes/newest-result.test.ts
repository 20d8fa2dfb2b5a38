import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openOwnChanges } from "../../src/own-changes.ts";
import { openOwnDatabase } from "../../src/own-database.ts";
import { createResultCache } from "../../src/results/cache.ts";
import { createRuns } from "../../src/runs/runs.ts";
import { startSchedules } from "../../src/schedules/schedules.ts";
import type { Deps } from "../../src/deps.ts";
import { makeDue } from "../schedules/make-due.ts";
import { serveApp } from "../support/serve-app.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { shareOf } from "./make-share.ts";
import { embedPath, signedOf } from "./sign-embed.ts";
import { signInBrowser } from "./sign-in-browser.ts";

/** Whatever makes a result, it is the one that is shown from then on: to everybody, on every server. */
let server: TestServer;
/** Another server on the same own database. */
let other: { url: string; deps: Deps; close: () => Promise<void> };
beforeAll(async () => {
  server = await startTestServer();
  const { db, close } = openOwnDatabase(server.ownUrl);
  const changes = openOwnChanges(db);
  const runs = createRuns({ ...server.deps, db, changes });
  const deps: Deps = { ...server.deps, db, changes, runs, cache: createResultCache() };
  const served = await serveApp(() => deps);
  other = {
    url: served.url,
    deps,
    async close() {
      await runs.drain(0);
      await served.close();
      await changes.close();
      await close();
    },
  };
});
afterAll(async () => {
  await other.close();
  await server.close();
});

/** Another value at each run. */
const SQL = "SELECT 'at ' || (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS v";
const PAGE = { Accept: "text/html" };

interface Subject {
  id: number;
  slug: string;
  /** What shows the clip's newest result: a path, and what a request for it has. */
  views: Record<string, { path: string; headers: Record<string, string> }>;
}

async function makeSubject(fields: Record<string, unknown>): Promise<Subject> {
  const { id, slug } = await server.createClip(SQL, { max_age_seconds: 3600, ...fields });
  const { path } = await shareOf(server, slug, {});
  const embed = embedPath(await signedOf(server, slug));
  const token = { Authorization: (await authorization()) ?? "" };
  return {
    id,
    slug,
    views: {
      "the clip's JSON": { path: `/clips/${slug}.json`, headers: token },
      "the clip's page": { path: `/clips/${slug}`, headers: { ...token, ...PAGE } },
      "a share's JSON": { path: `${path}.json`, headers: {} },
      "a share's CSV": { path: `${path}.csv`, headers: {} },
      "a share's page": { path, headers: PAGE },
      "an embed's JSON": { path: `${embed}.json`, headers: {} },
      "an embed's page": { path: `${embed}/embed`, headers: PAGE },
    },
  };
}

/** The header by which the test server's requests are the administrator's. */
async function authorization(): Promise<string | null> {
  return `Bearer ${server.deps.token}`;
}

async function read(url: string, view: Subject["views"][string]): Promise<string> {
  const response = await fetch(url + view.path, { headers: view.headers });
  expect(response.status).toBe(200);
  return response.text();
}

async function resultsOf({ id }: Subject): Promise<number[]> {
  const { rows } = await server.own.query(
    "SELECT number FROM results WHERE clip_id = $1 AND sealed_at IS NOT NULL ORDER BY number",
    [id],
  );
  return rows.map(({ number }) => number);
}

/** The value of a result; asked of the one server, so that the other one does not come to know it. */
async function valueOf({ slug }: Subject, result: number): Promise<string> {
  const text = await (await server.request(`/clips/${slug}.csv?result=${result}`)).text();
  return text.split("\n")[1]!;
}

const run = (base: string, slug: string, json: object): Promise<Response> =>
  fetch(`${base}/api/clips/${slug}/runs`, {
    method: "POST",
    headers: { Authorization: `Bearer ${server.deps.token}` },
    body: JSON.stringify(json),
  });

interface Way {
  /** Of the clip. */
  fields: Record<string, unknown>;
  /** Makes a result; it is the newest when this resolves. */
  make: (subject: Subject) => Promise<unknown>;
}

const WAYS: Record<string, Way> = {
  "a run by the API that is waited for": {
    fields: {},
    make: async ({ slug }) => expect((await run(server.url, slug, { wait: true })).status).toBe(200),
  },
  "a run by the API that is asked for its end": {
    fields: {},
    async make({ slug }) {
      const { id } = (await (await run(server.url, slug, {})).json()) as { id: string };
      await until(async () => {
        const { state } = (await (await server.request(`/api/runs/${id}`)).json()) as { state: string };
        return state === "done";
      });
    },
  },
  "the page's button": {
    fields: {},
    async make({ slug }) {
      const browser = await signInBrowser(server, "editor");
      expect((await browser.post(`/clips/${slug}/run`)).status).toBe(303);
    },
  },
  "the schedule": {
    fields: { refresh: "schedule", cron: "0 0 1 1 *" },
    async make(subject) {
      const before = (await resultsOf(subject)).length;
      const schedules = startSchedules(server.deps, { everyMs: 50 });
      await makeDue(server.own, subject.id);
      await until(async () => (await resultsOf(subject)).length > before);
      await schedules.stop();
    },
  },
  "a refresh in the background": {
    fields: {},
    async make(subject) {
      const before = (await resultsOf(subject)).length;
      await server.own.query("UPDATE results SET started_at = started_at - interval '2 hours' WHERE clip_id = $1", [
        subject.id,
      ]);
      // The share's page that gives the old one has it refreshed; nothing hot is asked by that address.
      await read(server.url, {
        ...subject.views["a share's CSV"]!,
        path: `${subject.views["a share's CSV"]!.path}?_=1`,
      });
      await until(async () => (await resultsOf(subject)).length > before);
      await server.settled();
    },
  },
  "another server": {
    fields: {},
    make: async ({ slug }) => expect((await run(other.url, slug, { wait: true })).status).toBe(200),
  },
};

/** What the servers have of the first result when the second comes. */
const STATES: Record<string, (subject: Subject) => Promise<unknown>> = {
  "in the store": async () => {},
  "in memory": async ({ views }) => {
    for (const url of [server.url, other.url]) {
      for (const view of Object.values(views)) await read(url, view);
    }
  },
  hot: async ({ views }) => {
    for (const [url, { changes }] of [
      [server.url, server.deps],
      [other.url, other.deps],
    ] as const) {
      await until(() => changes!.isCurrent());
      for (const view of Object.values(views)) for (let n = 0; n < 3; n++) await read(url, view);
    }
  },
};

describe.each(Object.entries(WAYS))("after %s", (_, { fields, make }) => {
  test.each(Object.entries(STATES))(
    "its result is the one that is shown, where the one before it was %s",
    async (__, warm) => {
      const subject = await makeSubject(fields);
      expect((await run(server.url, subject.slug, { wait: true })).status).toBe(200);
      const before = await valueOf(subject, 1);
      await warm(subject);
      await make(subject);
      const newest = (await resultsOf(subject)).at(-1)!;
      expect(newest).toBeGreaterThan(1);
      const seen: Record<string, boolean> = {};
      for (const [name, view] of Object.entries(subject.views)) {
        const text = await read(server.url, view);
        seen[name] = text.includes(await valueOf(subject, newest)) && !text.includes(before);
      }
      expect(seen).toStrictEqual(Object.fromEntries(Object.keys(seen).map((name) => [name, true])));
      // Elsewhere it counts when PostgreSQL has notified of it.
      for (const view of Object.values(subject.views)) {
        await until(async () => (await read(other.url, view)).includes(await valueOf(subject, newest)));
      }
    },
  );
});

describe("clocks", () => {
  /** Result 1 was made while a clock was two hours ahead. */
  async function fromTheFuture(fields: Record<string, unknown> = {}): Promise<Subject> {
    const subject = await makeSubject(fields);
    expect((await run(server.url, subject.slug, { wait: true })).status).toBe(200);
    await server.own.query(
      `UPDATE results SET started_at = started_at + interval '2 hours', finished_at = finished_at + interval '2 hours',
         sealed_at = sealed_at + interval '2 hours' WHERE clip_id = $1`,
      [subject.id],
    );
    return subject;
  }

  test("a result from the future is not the newest for longer than until the next one", async () => {
    const subject = await fromTheFuture();
    expect((await run(server.url, subject.slug, { wait: true })).status).toBe(200);
    for (const view of Object.values(subject.views)) {
      for (const url of [server.url, other.url]) expect(await read(url, view)).toContain(await valueOf(subject, 2));
    }
  });

  test("and it is not fresh: a clip that is asked for runs again, and a share has it refreshed", async () => {
    const subject = await fromTheFuture();
    const response = await fetch(server.url + subject.views["a share's JSON"]!.path);
    expect([
      response.headers.get("X-Result"),
      response.headers.get("Cache-Control"),
      response.headers.get("Age"),
    ]).toEqual(["1", "public, no-cache", null]);
    await until(async () => (await resultsOf(subject)).length === 2);
    await server.settled();
    const clip = await fromTheFuture();
    // Of the server that did not run it: the other one knows that the run was over a moment ago.
    expect(await read(other.url, clip.views["the clip's JSON"]!)).toContain(`"result":2`);
  });

  test("Age is by the database's clock, whatever this server's clock says", async () => {
    const subject = await makeSubject({});
    expect((await run(server.url, subject.slug, { wait: true })).status).toBe(200);
    await server.own.query("UPDATE results SET started_at = now() - interval '600 seconds' WHERE clip_id = $1", [
      subject.id,
    ]);
    const realNow = Date.now;
    for (const ahead of [-7_200_000, 7_200_000]) {
      Date.now = () => realNow() + ahead;
      try {
        const response = await fetch(server.url + subject.views["a share's JSON"]!.path);
        expect(Number(response.headers.get("Age"))).toBeGreaterThanOrEqual(600);
        expect(Number(response.headers.get("Age"))).toBeLessThan(660);
        expect(response.headers.get("X-Result")).toBe("1");
      } finally {
        Date.now = realNow;
      }
    }
  });

  test("times of a run never go backwards, and are the database's, whatever this server's clock does", async () => {
    const { slug } = await server.createClip("SELECT pg_sleep(0.3)::text AS a");
    const realNow = Date.now;
    let ahead = 7_200_000;
    Date.now = () => realNow() + ahead;
    try {
      const pending = run(server.url, slug, { wait: true });
      setTimeout(() => (ahead = -7_200_000), 150);
      const info = (await (await pending).json()) as { created_at: string; finished_at: string; result: number };
      const body = (await (await server.request(`/clips/${slug}.json?result=${info.result}`)).json()) as {
        started_at: string;
        finished_at: string;
      };
      const [{ now }] = (await server.own.query("SELECT now()")).rows;
      const times = [info.created_at, body.started_at, body.finished_at, info.finished_at].map((time) =>
        Date.parse(time),
      );
      expect(times).toStrictEqual(times.toSorted((a, b) => a - b));
      expect(Math.abs(times[0]! - now.getTime())).toBeLessThan(60_000);
    } finally {
      Date.now = realNow;
    }
  });
});
