import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../support/test-server.ts";

/** Nothing listens there. */
const DOWN = "postgres://dataclips_reader:hunter2@127.0.0.1:1/shop";

describe("a database whose only follower is down", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({}, () => [{ name: "replica", url: DOWN }]);
  });
  afterAll(() => server.close());

  const NO_FOLLOWER = {
    error: {
      code: "no_follower",
      message: "No follower of test can run a clip now (replica: nothing listens there).",
      hint: "Try again in a moment. If it stays so, ask whoever runs the database; dataclips doctor says more.",
    },
  };

  test("takes a clip all the same, without the types of its parameters", async () => {
    const clip = await server.createClip("SELECT {{x:1}}::int AS x, {{y}}::date AS y");
    expect(clip.parameters).toEqual([
      { name: "x", type: null, default: "1" },
      { name: "y", type: null, default: null },
    ]);
  });

  test.each(["csv", "json", "ndjson"])("answers %s with 503, when to come again, and why", async (format) => {
    const clip = await server.createClip("SELECT 1 AS one");
    const response = await server.request(`/clips/${clip.slug}.${format}`);
    expect(response.status).toBe(503);
    expect(response.headers.get("Retry-After")).toBe("5");
    expect(await response.json()).toEqual(NO_FOLLOWER);
  });

  test("says the same of the run, and tells no address and no password anywhere", async () => {
    const clip = await server.createClip("SELECT 1 AS one");
    const response = await server.request(`/api/clips/${clip.slug}/runs`, { method: "POST", json: { wait: true } });
    expect(response.status).toBe(503);
    expect(response.headers.get("Retry-After")).toBe("5");
    const run = (await response.json()) as { id: string };
    expect(run).toMatchObject({ state: "failed", follower: null, ...NO_FOLLOWER });
    const page = await server.request(`/clips/${clip.slug}`, { headers: { Accept: "text/html" } });
    const said = [
      JSON.stringify(run),
      await (await server.request(`/api/runs/${run.id}`)).text(),
      await (await server.request("/api/databases")).text(),
      await page.text(),
      ...server.logged,
    ].join("\n");
    expect(said).toContain("nothing listens there");
    expect(said).not.toMatch(/127\.0\.0\.1:1\b|hunter2|dataclips_reader|ECONNREFUSED/);
  });

  test("is shown as such in the list of databases", async () => {
    expect(await (await server.request("/api/databases")).json()).toMatchObject([
      {
        name: "test",
        followers: [
          { name: "replica", ok: false, lag_seconds: null, is_primary: null, reason: "nothing listens there" },
        ],
      },
    ]);
  });
});

describe("the reason why a follower cannot be reached", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({}, (readerUrl) => [
      { name: "no-database", url: `${readerUrl}_gone` },
      { name: "no-role", url: readerUrl.replace("dataclips_reader@", "nobody@") },
      { name: "no-directory", url: readerUrl.replace(/@[^:]*:/, "@%2Fnowhere:") },
      { name: "no-port", url: readerUrl.replace(/:\d+\//, ":9/") },
    ]);
  });
  afterAll(() => server.close());

  test("is said in words, of each of them", async () => {
    const clip = await server.createClip("SELECT 1 AS one");
    const response = await server.request(`/clips/${clip.slug}.csv`);
    expect(response.status).toBe(503);
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    expect(error.code).toBe("no_follower");
    const [, reasons = ""] = /^No follower of test can run a clip now \((.*)\)\.$/.exec(error.message) ?? [];
    expect(reasons.split("; ").toSorted()).toEqual([
      "no-database: it has no such database",
      "no-directory: nothing listens there",
      "no-port: nothing listens there",
      "no-role: it refused the role",
    ]);
  });
});

describe("a database with two followers", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({}, (readerUrl) => [
      { name: "broken", url: DOWN },
      { name: "sound", url: readerUrl },
    ]);
  });
  afterAll(() => server.close());

  test("answers by the one that is up, and says which", async () => {
    const clip = await server.createClip("SELECT {{x:1}}::int AS one", { max_age_seconds: 0 });
    expect(clip.parameters).toEqual([{ name: "x", type: "integer", default: "1" }]);
    for (let n = 0; n < 3; n++) {
      const response = await server.request(`/clips/${clip.slug}.json`);
      expect(response.status).toBe(200);
      expect(response.headers.get("X-Follower")).toBe("sound");
      expect(await response.json()).toMatchObject({ values: [[1]], follower: { name: "sound" } });
    }
    await server.deps.runs.drain(10_000);
    const { rows } = await server.own.query("SELECT DISTINCT state, follower FROM runs");
    expect(rows).toEqual([{ state: "done", follower: "sound" }]);
  });

  test("shows how each of them is", async () => {
    expect(await (await server.request("/api/databases")).json()).toMatchObject([
      {
        followers: [
          { name: "broken", ok: false, reason: "nothing listens there" },
          { name: "sound", ok: true, is_primary: false, lag_seconds: expect.any(Number) },
        ],
      },
    ]);
  });

  test("a clip of another database is refused, and those that there are are named", async () => {
    const response = await server.request("/api/clips", {
      method: "POST",
      json: { database: "nowhere", title: "A clip", sql: "SELECT 1" },
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: {
        code: "invalid_request",
        message: 'There is no database "nowhere" here.',
        hint: "The databases are: test.",
      },
    });
  });
});
