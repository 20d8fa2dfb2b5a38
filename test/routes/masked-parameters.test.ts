import { afterAll, beforeAll, expect, test } from "vitest";
import { listAudit } from "../people/list-audit.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { patch, shareOf } from "./make-share.ts";
import { type SignedInBrowser, signInBrowser } from "./sign-in-browser.ts";

let server: TestServer;
let browser: SignedInBrowser;
beforeAll(async () => {
  server = await startTestServer();
  browser = await signInBrowser(server);
});
afterAll(() => server.close());

const SQL = "SELECT {{email:nobody@example.com}}::text AS email, {{n:1}}::int AS n";
const SECRET = "hidden-from-the-audit";

test("masked values are in no event, no export and no log, and the run has them", async () => {
  const { slug } = await server.createClip(SQL, { masked_parameters: ["email"] });
  const csv = await (await server.request(`/clips/${slug}.csv?email=${SECRET}&n=7`)).text();
  expect(csv).toBe(`email,n\n${SECRET},7\n`);
  // An error of PostgreSQL's that repeats the value.
  const broken = await server.createClip("SELECT {{n}}::int AS n", { masked_parameters: ["n"] });
  const failed = await server.request(`/clips/${broken.slug}.csv?n=${SECRET}`);
  expect([failed.status, await failed.text()]).toStrictEqual([400, expect.stringContaining(SECRET)]);
  const { id } = await shareOf(server, slug, { locked_parameters: { email: `${SECRET}-1`, n: "8" } });
  await patch(server, id, { locked_parameters: { email: `${SECRET}-2`, n: "8" } });
  await until(async () => (await listAudit(server, { action: "clip.run" })).length === 2);

  expect((await listAudit(server, { clip: slug, action: "clip.run" }))[0]!.details["parameters"]).toStrictEqual({
    email: "•••",
    n: "7",
  });
  const [change, create] = await listAudit(server, { clip: slug, q: "share." });
  expect(create!.details["locked_parameters"]).toStrictEqual({ email: "•••", n: "8" });
  // That it was changed is said.
  expect(change!.details).toMatchObject({
    from: { locked_parameters: { email: "•••", n: "8" } },
    to: { locked_parameters: { email: "•••", n: "8" } },
  });
  for (const path of ["/audit", "/api/audit", "/api/audit.ndjson"]) {
    expect(await (await server.request(path)).text()).not.toContain(SECRET);
  }
  const { rows } = await server.own.query("SELECT count(*)::int AS n FROM audit_events WHERE audit_events::text ~ $1", [
    SECRET,
  ]);
  expect(rows).toStrictEqual([{ n: 0 }]);
  expect(server.logged.join()).not.toContain(SECRET);
  const kept = await server.own.query("SELECT parameters FROM runs WHERE state = 'done'");
  expect(kept.rows).toStrictEqual([{ parameters: { email: SECRET, n: "7" } }]);
});

test("a name that is no parameter of the SQL is refused, new or edited", async () => {
  const draft = { database: "test", title: "T", sql: SQL };
  for (const masked_parameters of [["mail"], ["email", "Email"], [""]]) {
    const refused = await server.request("/api/clips", { method: "POST", json: { ...draft, masked_parameters } });
    expect([refused.status, await refused.json()]).toMatchObject([
      400,
      { error: { message: expect.stringContaining("which is no parameter of this SQL"), hint: "It has email, n." } },
    ]);
  }
  const { slug } = await server.createClip(SQL, { masked_parameters: ["email"] });
  const edit = async (json: object): Promise<[number, any]> => {
    const response = await server.request(`/api/clips/${slug}`, { method: "PATCH", json });
    return [response.status, await response.json()];
  };
  expect(await edit({ masked_parameters: ["email", "word"] })).toMatchObject([400, {}]);
  expect(await edit({ masked_parameters: ["word"], sql: "SELECT {{word}}::text AS a" })).toMatchObject([
    200,
    { masked_parameters: ["word"] },
  ]);
  // Not named, they stay: one that comes back is masked again.
  expect(await edit({ sql: "SELECT 1 AS a" })).toMatchObject([200, { masked_parameters: ["word"] }]);
  expect(await edit({ masked_parameters: [] })).toMatchObject([200, { masked_parameters: [] }]);
  expect((await listAudit(server, { clip: slug, action: "clip.edit" }))[0]!.details).toMatchObject({
    from: { masked_parameters: ["word"] },
    to: { masked_parameters: [] },
  });
});

test("a fork masks what the clip did", async () => {
  const { slug } = await server.createClip(SQL, { masked_parameters: ["email"] });
  const fork = await (await server.request(`/api/clips/${slug}/fork`, { method: "POST" })).json();
  expect(fork).toMatchObject({ masked_parameters: ["email"] });
});

test("the form has them, shows what is wrong with them, and a form without them leaves them", async () => {
  const form = { database: "test", title: "By a form", sql: SQL };
  const made = await browser.post("/clips", { ...form, masked_parameters: " email, n" });
  expect(made.status).toBe(303);
  const path = new URL(made.headers.get("Location")!, server.url).pathname;
  const shown = async (): Promise<string | undefined> =>
    /name="masked_parameters" value="([^"]*)"/.exec(await (await browser.get(`${path}/edit`)).text())?.[1];
  expect(await shown()).toBe("email, n");
  const wrong = await browser.post(`${path}/edit`, { ...form, masked_parameters: 'mail"><img>' });
  expect(wrong.status).toBe(400);
  const html = await wrong.text();
  expect(html).toContain('name="masked_parameters" value="mail&quot;&gt;&lt;img&gt;"');
  expect(html).not.toContain("<img>");
  expect((await browser.post(`${path}/edit`, { ...form, title: "Another" })).status).toBe(303);
  expect(await shown()).toBe("email, n");
  expect((await browser.post(`${path}/edit`, { ...form, masked_parameters: "" })).status).toBe(303);
  expect(await shown()).toBe("");
});
