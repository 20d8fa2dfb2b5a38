import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../support/test-server.ts";
import { type SignedInBrowser, signInBrowser } from "./sign-in-browser.ts";

let server: TestServer;
let viewer: SignedInBrowser;
let administrator: SignedInBrowser;
beforeAll(async () => {
  server = await startTestServer();
  [viewer, administrator] = [await signInBrowser(server, "viewer"), await signInBrowser(server)];
});
afterAll(() => server.close());

const ATTACK = `</code></td>"'><img src=x onerror=alert(1)>`;
const PAGE = "/account/keys";

test("the form makes a key, which is shown in the answer, once; the list revokes it", async () => {
  const made = await viewer.post(PAGE, { name: "Weekly", scope: "read", expires_at: "", database_test: "1" });
  expect([made.status, made.headers.get("Cache-Control")]).toStrictEqual([200, "no-store"]);
  const [key] = /dck_[\w-]{43}/.exec(await made.text()) ?? [];
  const headers = { Authorization: `Bearer ${key}` };
  expect((await fetch(`${server.url}/api/clips`, { headers })).status).toBe(200);
  const html = await (await viewer.get(PAGE)).text();
  expect(html).not.toContain(key);
  expect(html).toContain(`Weekly <small>${key!.slice(0, 10)}…</small>`);
  expect(html).toContain("read <small>on test</small>");
  const [, id] = /\/account\/keys\/([0-9a-f-]{36})\/revoke/.exec(html) ?? [];
  const revoked = await viewer.post(`${PAGE}/${id}/revoke`);
  expect([revoked.status, revoked.headers.get("Location")]).toStrictEqual([303, PAGE]);
  expect((await fetch(`${server.url}/api/clips`, { headers })).status).toBe(401);
  expect(await (await viewer.get(PAGE)).text()).toContain("You have no keys.");
});

test("the form offers the scopes of one's role, and takes no other one", async () => {
  const html = await (await viewer.get(PAGE)).text();
  expect([...html.matchAll(/<option value="(\w+)"/g)].map(([, scope]) => scope)).toStrictEqual(["read"]);
  const refused = await viewer.post(PAGE, { name: "More", scope: "admin" });
  expect(refused.status).toBe(403);
  const again = await refused.text();
  expect(again).toContain("takes the role administrator, and yours is viewer");
  expect(again).toContain('value="More"');
});

test("a key without an end is made only where the box says so", async () => {
  expect((await list("Ends")).keys).toMatchObject([{ expires_at: expect.stringMatching(/^\d{4}-/) }]);
  expect((await list("Never", { never: "1" })).keys).toMatchObject([{ expires_at: null }]);
  expect((await list("Then", { expires_at: "2999-12-31" })).keys).toMatchObject([
    { expires_at: "2999-12-31T23:59:59.999Z" },
  ]);
});

/** Makes a key by the form, and lists those of its name. */
async function list(name: string, fields: Record<string, string> = {}): Promise<{ keys: any[] }> {
  expect((await viewer.post(PAGE, { name, scope: "read", expires_at: "", ...fields })).status).toBe(200);
  const response = await fetch(`${server.url}/api/keys`, { headers: { Cookie: viewer.cookie } });
  const { keys } = (await response.json()) as { keys: any[] };
  return { keys: keys.filter((key) => key.name === name) };
}

test("names and addresses are text; only administrators see everybody's", async () => {
  expect((await viewer.post(PAGE, { name: ATTACK, scope: "read" })).status).toBe(200);
  await server.own.query("UPDATE api_keys SET last_used_at = now(), last_address = $1", [ATTACK]);
  await server.own.query("UPDATE people SET name = $1 WHERE role = 'viewer'", [ATTACK]);
  const wrong = await viewer.post(PAGE, { name: ATTACK, scope: ATTACK, expires_at: ATTACK });
  expect(wrong.status).toBe(400);
  const all = await administrator.get(PAGE);
  for (const response of [await viewer.get(PAGE), wrong, all]) {
    const html = await response.text();
    expect(html).not.toContain("<img");
    expect(html).toContain("&lt;img src=x onerror=alert(1)&gt;");
    expect(html.includes('<section id="all">')).toBe(response === all);
  }
});

test("a page that is far away is empty, and one that is none is refused", async () => {
  const far = await administrator.get(`${PAGE}?page=999999999`);
  expect([far.status, (await far.text()).includes("There are none.")]).toStrictEqual([200, true]);
  for (const page of ["0", "-1", "9".repeat(30), "1e9", "1;DROP"]) {
    expect((await administrator.get(`${PAGE}?page=${page}`)).status).toBe(400);
  }
});

test("another site's page makes no key, and a stranger sees none", async () => {
  const forged = await fetch(server.url + PAGE, {
    method: "POST",
    redirect: "manual",
    headers: { Cookie: viewer.cookie, Origin: "https://evil.example", Accept: "text/html" },
    body: new URLSearchParams({ name: "Forged", scope: "read" }),
  });
  expect(forged.status).toBe(403);
  const stranger = await fetch(server.url + PAGE, { redirect: "manual", headers: { Accept: "text/html" } });
  expect([stranger.status, stranger.headers.get("Location")]).toStrictEqual([303, "/sign-in?next=%2Faccount%2Fkeys"]);
});
