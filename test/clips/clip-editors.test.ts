import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { listOtherEditors, noteEditor, removeEditor } from "../../src/clips/clip-editors.ts";
import { openOwnDatabase } from "../../src/own-database.ts";
import { signInAs, type Somebody } from "../routes/people-of-teams.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

let server: TestServer;
let ada: Somebody;
let bob: Somebody;
beforeAll(async () => {
  server = await startTestServer();
  ada = await signInAs(server, "editor", { name: "Ada" });
  bob = await signInAs(server, "editor", { name: "Bob" });
});
afterAll(() => server?.close());

interface Together {
  others: { name: string; you: boolean }[];
  version: number;
  saved_by: string;
  saved_by_you: boolean;
  saved_seconds_ago: number;
  base: string;
}

async function say(who: Somebody, slug: string, editor: string): Promise<Together> {
  const response = await who.send("POST", `/api/clips/${slug}/editors`, { editor });
  expect(response.status).toBe(200);
  return (await response.json()) as Together;
}

test("who has a clip's form open is told who else has, each once, whatever windows they have", async () => {
  const { slug } = await server.createClip("SELECT 1");
  const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()];
  expect((await say(ada, slug, first)).others).toStrictEqual([]);
  expect((await say(bob, slug, second)).others).toStrictEqual([{ name: "Ada", you: false }]);
  expect((await say(bob, slug, third)).others).toStrictEqual([
    { name: "Ada", you: false },
    { name: "Bob", you: true },
  ]);
  expect((await say(ada, slug, first)).others).toStrictEqual([{ name: "Bob", you: false }]);
  // Another clip's form is another one.
  const other = await server.createClip("SELECT 1");
  expect((await say(ada, other.slug, randomUUID())).others).toStrictEqual([]);
});

test("a window that was closed does not count, and nobody closes another's or takes it over", async () => {
  const { slug } = await server.createClip("SELECT 1");
  const [hers, his] = [randomUUID(), randomUUID()];
  await say(ada, slug, hers);
  expect((await bob.send("DELETE", `/api/clips/${slug}/editors/${hers}`)).status).toBe(204);
  expect((await say(bob, slug, his)).others).toStrictEqual([{ name: "Ada", you: false }]);
  await say(bob, slug, hers);
  expect((await say(bob, slug, his)).others).toStrictEqual([{ name: "Ada", you: false }]);
  expect((await ada.send("DELETE", `/api/clips/${slug}/editors/${hers}`)).status).toBe(204);
  expect((await say(bob, slug, his)).others).toStrictEqual([]);
});

test("a window that has said nothing for 30 seconds is gone, and its row with it", async () => {
  const { slug, id } = await server.createClip("SELECT 1");
  const [silent, here] = [randomUUID(), randomUUID()];
  await say(ada, slug, silent);
  const age = (seconds: number) =>
    server.own.query("UPDATE clip_editors SET seen_at = now() - $1 * interval '1 second' WHERE editor = $2", [
      seconds,
      silent,
    ]);
  await age(25);
  expect((await say(bob, slug, here)).others).toStrictEqual([{ name: "Ada", you: false }]);
  await age(31);
  expect((await say(bob, slug, here)).others).toStrictEqual([]);
  const { rows } = await server.own.query("SELECT editor FROM clip_editors WHERE clip_id = $1", [id]);
  expect(rows).toStrictEqual([{ editor: here }]);
});

test("the answer says which version is saved by now, and who saved it; and a fingerprint of all else", async () => {
  const { slug } = await server.createClip("SELECT 1", { title: "Of two" });
  const editor = randomUUID();
  const before = await say(ada, slug, editor);
  expect(before).toMatchObject({ version: 1, saved_by: "the administrator's token", saved_by_you: false });
  await bob.send("PATCH", `/api/clips/${slug}`, { sql: "SELECT 2", version: 1 });
  const after = await say(ada, slug, editor);
  expect(after).toMatchObject({ version: 2, saved_by: "Bob", saved_by_you: false, base: before.base });
  expect(after.saved_seconds_ago).toBeGreaterThanOrEqual(0);
  expect((await say(bob, slug, randomUUID())).saved_by_you).toBe(true);
  await bob.send("PATCH", `/api/clips/${slug}`, { title: "Of Bob" });
  const renamed = await say(ada, slug, editor);
  expect(renamed).toMatchObject({ version: 2 });
  expect(renamed.base).not.toBe(before.base);
});

test("two servers on the same database see each other's windows", async () => {
  const { slug, id } = await server.createClip("SELECT 1");
  const another = openOwnDatabase(server.ownUrl);
  try {
    const app = createApp({ ...server.deps, db: another.db });
    const headers = { Authorization: "Bearer a-token-for-the-tests-only", "Content-Type": "application/json" };
    const body = JSON.stringify({ editor: randomUUID() });
    const there = await app.request(`/api/clips/${slug}/editors`, { method: "POST", headers, body });
    expect(there.status).toBe(200);
    expect((await say(ada, slug, randomUUID())).others).toStrictEqual([
      { name: "the administrator's token", you: false },
    ]);
    const asker = "person:elsewhere";
    await noteEditor(another.db, id, { editor: randomUUID(), asker, askerName: "Zoe" });
    expect((await say(ada, slug, randomUUID())).others.map(({ name }) => name)).toContain("Zoe");
  } finally {
    await another.close();
  }
});

test("only those who may write the clip may say so, and only with a UUID", async () => {
  const { slug } = await server.createClip("SELECT 1");
  const viewer = await signInAs(server, "viewer");
  expect((await viewer.send("POST", `/api/clips/${slug}/editors`, { editor: randomUUID() })).status).toBe(403);
  const elsewhere = await signInAs(server, "editor", { teamIds: [] });
  expect((await elsewhere.send("POST", `/api/clips/${slug}/editors`, { editor: randomUUID() })).status).toBe(404);
  for (const editor of ["", "me", 7, null]) {
    expect((await ada.send("POST", `/api/clips/${slug}/editors`, { editor })).status).toBe(400);
  }
  expect((await ada.send("DELETE", `/api/clips/${slug}/editors/me`)).status).toBe(400);
});

test("a clip that is removed takes its windows with it", async () => {
  const { id } = await server.createClip("SELECT 1");
  const [one, other] = [randomUUID(), randomUUID()];
  const asker = "person:ada";
  await noteEditor(server.deps.db, id, { editor: one, asker, askerName: "Ada" });
  await noteEditor(server.deps.db, id, { editor: other, asker, askerName: "Ada" });
  await removeEditor(server.deps.db, id, { editor: other, asker });
  expect(await listOtherEditors(server.deps.db, id, { editor: other })).toStrictEqual([{ asker, askerName: "Ada" }]);
  await server.own.query("DELETE FROM clips WHERE id = $1", [id]);
  expect(await listOtherEditors(server.deps.db, id, { editor: other })).toStrictEqual([]);
});
