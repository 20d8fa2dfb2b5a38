import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../support/test-server.ts";
import { signInAs, type Somebody } from "./people-of-teams.ts";

let server: TestServer;
let ada: Somebody;
let bob: Somebody;
beforeAll(async () => {
  server = await startTestServer();
  ada = await signInAs(server, "editor", { name: "Ada" });
  bob = await signInAs(server, "editor", { name: "Bob" });
});
afterAll(() => server?.close());

/** The fields of a page's form, as a browser without JavaScript would send them. */
function readFields(html: string): Record<string, string> {
  const form = /<form class="stacked[^"]*"[\s\S]*?<\/form>/.exec(html)![0];
  const inputs = [...form.matchAll(/<input (?=[^>]*name="(\w+)")(?:[^>]*?value="([^"]*)")?[^>]*>/g)];
  const areas = [...form.matchAll(/<textarea name="(\w+)"[^>]*>\n?([\s\S]*?)<\/textarea>/g)];
  const fields = Object.fromEntries(
    [...inputs.filter(([tag]) => !tag.includes('type="radio"') || tag.includes("checked")), ...areas].map(
      ([, name, value]) => [name!, unescape(value ?? "")],
    ),
  );
  return { database: "test", refresh: "live", ...fields };
}

function unescape(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}

async function openForm(who: Somebody, slug: string): Promise<Record<string, string>> {
  const response = await who.send("GET", `/clips/${slug}/edit`);
  expect(response.status).toBe(200);
  return readFields(await response.text());
}

async function readClip(slug: string): Promise<Record<string, unknown>> {
  return (await (await server.request(`/api/clips/${slug}`)).json()) as Record<string, unknown>;
}

test("who saves over another's version is shown both texts, and can then save over it on purpose", async () => {
  const { slug } = await server.createClip("SELECT 1 AS a\n-- the end", { title: "Of two" });
  const [hers, his] = [await openForm(ada, slug), await openForm(bob, slug)];
  expect((await ada.post(`/clips/${slug}/edit`, { ...hers, sql: "SELECT 2 AS hers\n-- the end" })).status).toBe(303);
  const refused = await bob.post(`/clips/${slug}/edit`, { ...his, sql: "SELECT 3 AS his\n-- the end" });
  expect(refused.status).toBe(409);
  const page = await refused.text();
  expect(page).toContain("Somebody else has saved version 2 of this clip meanwhile.");
  expect(page).toContain(
    '<td class="removed"><del>SELECT 2 AS hers</del></td><td class="added"><ins>SELECT 3 AS his</ins></td>',
  );
  expect(page).toContain("Save over it");
  expect(await readClip(slug)).toMatchObject({ version: 2, sql: "SELECT 2 AS hers\n-- the end" });
  const again = readFields(page);
  expect(again).toMatchObject({ version: "2", sql: "SELECT 3 AS his\n-- the end" });
  expect((await bob.post(`/clips/${slug}/edit`, again)).status).toBe(303);
  expect(await readClip(slug)).toMatchObject({ version: 3, sql: "SELECT 3 AS his\n-- the end" });
  const { versions } = (await (await server.request(`/api/clips/${slug}/versions`)).json()) as {
    versions: { sql: string }[];
  };
  expect(versions.map(({ sql }) => sql)).toContain("SELECT 2 AS hers\n-- the end");
});

test("between seeing the conflict and saving over it, a third version is a conflict again", async () => {
  const { slug } = await server.createClip("SELECT 1");
  const his = await openForm(bob, slug);
  await server.request(`/api/clips/${slug}`, { method: "PATCH", json: { sql: "SELECT 2" } });
  const seen = readFields(await (await bob.post(`/clips/${slug}/edit`, { ...his, sql: "SELECT 3" })).text());
  await server.request(`/api/clips/${slug}`, { method: "PATCH", json: { sql: "SELECT 4" } });
  expect((await bob.post(`/clips/${slug}/edit`, seen)).status).toBe(409);
  expect(await readClip(slug)).toMatchObject({ version: 3, sql: "SELECT 4" });
});

test("another's title, description and rules are not saved over unseen either", async () => {
  const { slug } = await server.createClip("SELECT 1", { title: "Before" });
  const [hers, his] = [await openForm(ada, slug), await openForm(bob, slug)];
  expect((await ada.post(`/clips/${slug}/edit`, { ...hers, title: "Hers <b>", max_age_seconds: "7" })).status).toBe(
    303,
  );
  const refused = await bob.post(`/clips/${slug}/edit`, { ...his, description: "His." });
  expect(refused.status).toBe(409);
  const page = await refused.text();
  expect(page).toContain("Somebody else has changed this clip&#39;s title, description or rules meanwhile.");
  expect(page).toContain("The SQL is the same.");
  for (const row of [
    '<th scope="row">Title</th><td>Hers &lt;b&gt;</td><td>Before</td>',
    '<th scope="row">Description</th><td><span class="null">empty</span></td><td>His.</td>',
    '<th scope="row">Seconds that a result may be old</th><td>7</td><td>60</td>',
  ]) {
    expect(page).toContain(row);
  }
  expect(await readClip(slug)).toMatchObject({ title: "Hers <b>", description: "", max_age_seconds: 7 });
  expect((await bob.post(`/clips/${slug}/edit`, { ...readFields(page), title: "Both" })).status).toBe(303);
  expect(await readClip(slug)).toMatchObject({ title: "Both", description: "His.", version: 1 });
});

test("what is no conflict is none: one's own second save, and a form of before there was a base", async () => {
  const { slug } = await server.createClip("SELECT 1", { title: "Alone" });
  const first = await openForm(ada, slug);
  expect((await ada.post(`/clips/${slug}/edit`, { ...first, title: "Alone still" })).status).toBe(303);
  const second = await openForm(ada, slug);
  expect((await ada.post(`/clips/${slug}/edit`, { ...second, sql: "SELECT 2" })).status).toBe(303);
  const { base: _, ...without } = await openForm(ada, slug);
  expect((await ada.post(`/clips/${slug}/edit`, { ...without, sql: "SELECT 3" })).status).toBe(303);
  expect(await readClip(slug)).toMatchObject({ version: 3, title: "Alone still" });
});
