import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readNames } from "../../src/people/names.ts";
import { signInAs, withKey } from "../routes/people-of-teams.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

test("askers are said by name, and those that have none by what they are", async () => {
  const { personId } = await signInAs(server, "editor", { name: "Ada Lovelace" });
  await withKey(server, "editor", "write", { name: "Charles Babbage" });
  const { rows } = await server.own.query<{ id: string }>("SELECT id FROM api_keys");
  const askers = {
    [`person:${personId}`]: "Ada Lovelace",
    [`key:${rows[0]!.id}`]: "Charles Babbage, by a key",
    token: "the administrator's token",
    schedule: "the schedule",
    anonymous: "somebody unknown",
    [`share:${randomUUID()}`]: "a link",
    "session:0123abcd": "a browser",
    [`person:${randomUUID()}`]: "somebody who is gone",
    [`key:${randomUUID()}`]: "somebody who is gone",
    "person:' OR true --": "somebody who is gone",
    constructor: "somebody who is gone",
  };
  const nameOf = await readNames(server.deps.db, Object.keys(askers));
  expect(Object.fromEntries(Object.keys(askers).map((asker) => [asker, nameOf(asker)]))).toStrictEqual(askers);
});

test("a clip's page and its versions say by whom, as text", async () => {
  const ada = await signInAs(server, "editor", { name: "<b>Ada</b>" });
  const bob = await signInAs(server, "editor", { name: "Bob" });
  const made = await ada.send("POST", "/api/clips", { database: "test", title: "T", sql: "SELECT 1 AS one" });
  const { slug } = (await made.json()) as { slug: string };
  await bob.send("PATCH", `/api/clips/${slug}`, { sql: "SELECT 2 AS two" });
  const page = async (path: string): Promise<string> => (await bob.send("GET", path)).text();
  expect(await page(`/clips/${slug}`)).toContain("made by &lt;b&gt;Ada&lt;/b&gt;");
  const versions = await page(`/clips/${slug}/versions`);
  expect([...versions.matchAll(/UTC by ([^<]+)/g)].map(([, name]) => name)).toStrictEqual([
    "Bob",
    "&lt;b&gt;Ada&lt;/b&gt;",
  ]);
  expect(await page(`/clips/${slug}/results`)).toContain("<td>Bob</td>");
});
