import { readFile } from "node:fs/promises";
import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { startTestServer, type TestServer } from "../support/test-server.ts";

/** A reader that somebody has granted INSERT by mistake, and two servers that use it: one that allows that. */
const ROLE = `careless_reader_${process.pid}`;
let refusing: TestServer;
let allowing: TestServer;
beforeAll(async () => {
  const rolesSql = await readFile(new URL("../../sql/roles.sql", import.meta.url), "utf8");
  const start = async (limits: object): Promise<TestServer> => {
    const server = await startTestServer(limits, (url) => [
      { name: "follower", url: url.replace("dataclips_reader@", `${ROLE}@`) },
    ]);
    await server.primary.query(`SET dataclips.reader = '${ROLE}'; SET dataclips.schemas = 'public,app'`);
    await server.primary.query(rolesSql);
    await server.primary.query(`GRANT INSERT ON app.canary TO ${ROLE}`);
    await server.catchUp();
    return server;
  };
  refusing = await start({});
  allowing = await start({ allowWritableRole: true });
});
afterAll(async () => {
  for (const server of [refusing, allowing]) {
    await server?.primary.query(`DROP OWNED BY ${ROLE}`);
    await server?.close();
  }
  const admin = new pg.Client(inject("cluster").admin);
  await admin.connect();
  await admin.query(`DROP ROLE ${ROLE}`);
  await admin.end();
});

const page = async (server: TestServer, path = "/databases"): Promise<string> =>
  (await server.request(path, { headers: { Accept: "text/html" } })).text();

test("nothing runs with a role that can write, and everybody is told why", async () => {
  const clip = await refusing.createClip("SELECT id FROM app.canary");
  const response = await refusing.request(`/clips/${clip.slug}.json`);
  expect([response.status, await response.json()]).toEqual([
    503,
    {
      error: {
        code: "no_follower",
        message: "No follower of test can run a clip now (follower: its reader role can do more than read).",
        hint: "Try again in a moment. If it stays so, ask whoever runs the database; dataclips doctor says more.",
      },
    },
  ]);
  const [{ followers }] = (await (await refusing.request("/api/databases")).json()) as [{ followers: unknown }];
  expect(followers).toMatchObject([
    {
      ok: false,
      reason: "its reader role can do more than read",
      role: ROLE,
      findings: expect.arrayContaining([
        expect.objectContaining({
          severity: "error",
          message: expect.stringContaining("app.canary"),
          statements: [`REVOKE INSERT ON TABLE app.canary FROM ${ROLE};`],
        }),
      ]),
    },
  ]);
  expect(await page(refusing)).toContain("runs no clips: its reader role can do more than read");
  expect(await page(refusing, "/databases/test?check=1")).toContain(`REVOKE INSERT ON TABLE app.canary FROM ${ROLE};`);
});

test("where the configuration allows it, clips run, and the page says so", async () => {
  const clip = await allowing.createClip("SELECT id FROM app.canary");
  const response = await allowing.request(`/clips/${clip.slug}.json`);
  expect([response.status, await response.json()]).toMatchObject([200, { values: [[1]] }]);
  expect(await page(allowing)).toContain("Clips run here even though the reader role can write");
  expect(await page(refusing)).not.toContain("even though the reader role can write");
});

test("the role still writes nothing", async () => {
  const response = await allowing.request("/api/clips", {
    method: "POST",
    json: {
      database: "test",
      title: "A clip",
      sql: "WITH x AS (INSERT INTO app.canary VALUES (2) RETURNING id) TABLE x",
    },
  });
  expect([response.status, await response.json()]).toMatchObject([400, { error: { code: "not_read_only" } }]);
});
