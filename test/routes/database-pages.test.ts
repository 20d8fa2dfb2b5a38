import { readFile } from "node:fs/promises";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { createTeam } from "../../src/people/teams.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { sender, signInAs, type Somebody } from "./people-of-teams.ts";

const PASSWORD = "hunter2-of-the-pages";

async function read(who: Somebody, path: string): Promise<string> {
  const response = await who.send("GET", path);
  expect([path, response.status]).toStrictEqual([path, 200]);
  return response.text();
}

describe("a database with a follower, and one that is down", () => {
  let server: TestServer;
  let editor: Somebody;
  let viewer: Somebody;
  beforeAll(async () => {
    server = await startTestServer(
      ({ primaryUrl }) => ({ primary: primaryUrl, maxRuns: 2, maxRows: 12_345 }),
      (url) => [
        { name: "real", url },
        { name: "down", url: `postgres://dataclips_reader:${PASSWORD}@127.0.0.1:1/nothing` },
      ],
    );
    editor = await signInAs(server, "editor");
    viewer = await signInAs(server, "viewer");
  });
  afterEach(() => until(async () => (await server.busySessions()).length === 0));
  afterAll(() => server.close());

  test("its status says how each follower is, with its connections and a sample", async () => {
    const response = await viewer.send("GET", "/api/databases/test/status");
    const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    const share = { used: expect.any(Number), available: expect.any(Number) };
    expect([response.status, await response.json()]).toStrictEqual([
      200,
      {
        name: "test",
        at,
        running: 0,
        waiting: 0,
        max_runs: 2,
        max_lag_seconds: 300,
        followers: [
          {
            name: "real",
            ok: true,
            reason: null,
            note: null,
            is_primary: false,
            version: expect.stringMatching(/^18\./),
            lag_seconds: expect.any(Number),
            lag_bytes: expect.any(Number),
            wal_lsn: expect.stringMatching(/^[0-9A-F]+\/[0-9A-F]+$/),
            sessions: { open: expect.any(Number), most: 5 },
            role: { sessions: expect.any(Number), limit: 90 },
            connections: share,
            samples: [{ at, lag_seconds: expect.any(Number), connections: expect.any(Number) }],
          },
          {
            name: "down",
            ok: false,
            reason: "nothing listens there",
            note: null,
            is_primary: null,
            version: null,
            lag_seconds: null,
            lag_bytes: null,
            wal_lsn: null,
            sessions: { open: 0, most: 5 },
            role: null,
            connections: null,
            samples: [{ at, lag_seconds: null, connections: null }],
          },
        ],
      },
    ]);
  });

  test("samples are taken while somebody looks, and a poll gets those that are new to it", async () => {
    const ask = async (query = "") => {
      const status = (await (await viewer.send("GET", `/api/databases/test/status${query}`)).json()) as {
        followers: { samples: { at: string }[] }[];
      };
      return status.followers[0]!.samples.map(({ at }) => at);
    };
    await until(async () => (await ask()).length >= 2);
    const all = await ask();
    expect(all).toStrictEqual(all.toSorted());
    const since = await ask(`?since=${all.at(-2)}`);
    expect(since[0]).toBe(all.at(-1));
    const wrong = await viewer.send("GET", "/api/databases/test/status?since=yesterday");
    expect([wrong.status, await wrong.json()]).toMatchObject([400, { error: { code: "invalid_request" } }]);
  });

  test("the overview has a card for it: state, lag, plot, sessions, runs, links", async () => {
    const html = await read(editor, "/databases");
    expect(html).toContain('<a href="/databases/test">test</a>');
    expect(html).toContain("0 of 2 runs under way, 0 waiting");
    expect(html).toMatch(/data-follower="real".*runs clips.*<meter data-bar="sessions" min="0" max="5"/s);
    expect(html).toMatch(
      /aria-label="Behind, last 10 minutes: last [\d.]+ s, least [\d.]+ s, greatest [\d.]+ s\."[^>]*>.*?spark-line" d="M/s,
    );
    expect(html).toMatch(/data-follower="down".*runs no clips: nothing listens there.*: not known/s);
    for (const page of ["schema", "helpers", "links"]) expect(html).toContain(`href="/databases/test/${page}"`);
  });

  test("runs under way and those that wait are counted", async () => {
    const { slug } = await server.createClip("SELECT {{n}}::int, pg_sleep(20)");
    const started = await Promise.all(
      [1, 2, 3].map(async (n) => {
        const options = { method: "POST", json: { parameters: { n } } };
        return (await (await server.request(`/api/clips/${slug}/runs`, options)).json()) as { id: string };
      }),
    );
    expect(await read(viewer, "/databases/test")).toContain("2 of 2 runs under way, 1 waiting");
    await Promise.all(started.map(({ id }) => server.request(`/api/runs/${id}`, { method: "DELETE" })));
  });

  test("its page has all: position, limits, extensions with their comments, helpers, links, materialized clips", async () => {
    const clip = await server.createClip("SELECT 1 AS one", { title: "Kept <b>" });
    await server.own.query(
      "INSERT INTO materialized_clips (clip_id, database, name, error, failed_at) VALUES ($1, 'test', 'kept', '{}', now())",
      [clip.id],
    );
    const html = await read(editor, "/databases/test");
    expect(html).toMatch(/Replayed up to<\/dt><dd data-show="position">[0-9A-F]+\/[0-9A-F]+</);
    expect(html).toMatch(/<dt>Rows of a result<\/dt><dd>12,345<\/dd>/);
    expect(html).toMatch(/<dt>Time of a run<\/dt><dd>30 s<\/dd>/);
    expect(html).toContain("those that are known to only read and pg_catalog.pg_sleep");
    expect(html).toMatch(/<td>plpgsql<\/td><td>1\.0<\/td><td>PL\/pgSQL procedural language<\/td>/);
    expect(html).toMatch(/<h2>Helpers<\/h2><p>None are installed/);
    expect(html).toMatch(/<h2>Links<\/h2><p>There are none/);
    expect(html).toContain(
      `<a href="/clips/${clip.slug}">Kept &lt;b&gt;</a>: <code>dataclips.kept</code>, never filled yet`,
    );
    expect(html).toContain("and its last refresh has failed");
    await server.own.query("DELETE FROM materialized_clips");
  });

  test("it says nowhere where the servers are, nor a password", async () => {
    for (const path of [
      "/databases",
      "/databases/test?check=1",
      "/api/databases/test/status",
      "/api/databases/test/findings",
    ]) {
      const text = await read(sender(server, { Authorization: `Bearer ${server.deps.token}` }), path);
      expect(text).not.toMatch(/hunter2|dataclips_reader[:@]|postgres:\/\/|127\.0\.0\.1/);
    }
  });

  test("a viewer sees how it is, and neither findings nor pages of others' that are not theirs", async () => {
    const html = await read(viewer, "/databases/test?check=1");
    expect(html).toContain("runs clips");
    expect(html).not.toMatch(/Doctor|dataclips_reader|<h2>(?:Helpers|Links)|\/schema"|\/helpers"|\/links"/);
    expect((await viewer.send("GET", "/api/databases/test/findings")).status).toBe(403);
    const list = (await (await viewer.send("GET", "/api/databases")).json()) as {
      followers: { findings: unknown }[];
    }[];
    expect(list[0]!.followers.map(({ findings }) => findings)).toStrictEqual([null, null]);
    const asEditor = (await (await editor.send("GET", "/api/databases")).json()) as typeof list;
    expect(asEditor[0]!.followers.map(({ findings }) => findings)).toStrictEqual([expect.any(Array), []]);
  });

  test("who may not use it finds nothing there", async () => {
    const nobody = await signInAs(server, "editor", { teamIds: [] });
    for (const path of ["/databases/test", "/api/databases/test/status", "/api/databases/test/findings"]) {
      expect([path, (await nobody.send("GET", path)).status]).toStrictEqual([path, 404]);
    }
    expect(await read(nobody, "/databases")).toContain("There is none that you may use");
  });
});

describe("a database with a link to another one", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer(({ primaryUrl }) => ({ primary: primaryUrl }), undefined, {
      alsoDatabases: ["ledger"],
    });
    const json = { name: "books", to: "ledger", tables: ["numbers"] };
    const added = await server.request("/api/databases/test/links", { method: "POST", json });
    expect(added.status).toBe(201);
  });
  afterAll(() => server.close());

  test("lists it, and tells where it leads only those who may use that one", async () => {
    const everyone = await signInAs(server, "editor");
    const html = await read(everyone, "/databases/test");
    expect(html).toContain("<code>books</code>: the schema public of ledger");
    expect(html).toMatch(/<td>postgres_fdw<\/td>/);
    const { id } = await createTeam(server.deps.db, { name: "Tests", databases: ["test"] });
    const narrow = await signInAs(server, "editor", { teamIds: [id] });
    const seen = await read(narrow, "/databases/test");
    expect(seen).toContain("<code>books</code>: the schema public of another database");
    expect(seen).not.toContain("ledger");
    expect(await read(narrow, "/databases")).not.toContain("ledger");
  });
});

describe("a reader that can write", () => {
  const ROLE = `pages_reader_${process.pid}`;
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({}, (url) => [
      { name: "follower", url: url.replace("dataclips_reader@", `${ROLE}@`) },
    ]);
    await server.primary.query(`SET dataclips.reader = '${ROLE}'; SET dataclips.schemas = 'public,app'`);
    await server.primary.query(await readFile(new URL("../../sql/roles.sql", import.meta.url), "utf8"));
    await server.primary.query(`GRANT INSERT ON app.canary TO ${ROLE}`);
    await server.catchUp();
  });
  afterAll(async () => {
    await server?.primary.query(`DROP OWNED BY ${ROLE}`);
    await server?.close();
    const admin = new pg.Client(inject("cluster").admin);
    await admin.connect();
    await admin.query(`DROP ROLE ${ROLE}`);
    await admin.end();
  });

  const REVOKE = `REVOKE INSERT ON TABLE app.canary FROM ${ROLE};`;

  test("is found out by doctor, who looks when asked, and says what to do", async () => {
    const editor = await signInAs(server, "editor");
    const plain = await read(editor, "/databases/test");
    expect(plain).toContain("runs no clips: its reader role can do more than read");
    expect(plain).toContain("Look for faults");
    expect(plain).not.toContain("app.canary");
    const html = await read(editor, "/databases/test?check=1");
    expect(html).toMatch(/data-level="error"><p><strong>Error:<\/strong> The role \w+ may write[^<]*app\.canary/);
    expect(html).toContain(REVOKE);
    expect(html).toContain("No primary is configured");
    expect(html).not.toContain("can only read");
  });

  test("the same is told to programs as doctor tells it, and looked for once a minute", async () => {
    const editor = await signInAs(server, "editor");
    const ask = async (): Promise<any> => (await editor.send("GET", "/api/databases/test/findings")).json();
    const first = await ask();
    expect(first).toMatchObject({
      examined_at: expect.stringMatching(/Z$/),
      name: "test",
      ok: false,
      primary: { configured: false },
      followers: [
        {
          name: "follower",
          ok: false,
          role: ROLE,
          findings: expect.arrayContaining([expect.objectContaining({ severity: "error", statements: [REVOKE] })]),
        },
      ],
    });
    expect(await ask()).toStrictEqual(first);
  });
});
