import { afterAll, beforeAll, expect, test } from "vitest";
import type { Person } from "../../src/people/access.ts";
import { createKey } from "../../src/people/keys.ts";
import { createSignInLink } from "../../src/people/sign-in.ts";
import { addPersonWithPassword, PASSWORD } from "../support/add-password.ts";
import { addPerson } from "../support/add-person.ts";
import { serveApp } from "../support/serve-app.ts";
import { startTestServer, TOKEN, type TestServer } from "../support/test-server.ts";
import { type FormBrowser, openBrowser } from "./form-browser.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

let made = 0;
const NEW_PASSWORD = "another password of the tests";

async function signedIn(role: Person["role"] = "editor", headers: Record<string, string> = {}) {
  const person = await addPersonWithPassword(server.deps, role, { name: "Ada", email: `ada-${++made}@example.com` });
  return { person, browser: await signInAs(person, headers) };
}

async function signInAs({ email }: Person, headers: Record<string, string> = {}): Promise<FormBrowser> {
  const browser = openBrowser(server, headers);
  expect((await browser.post("/sign-in", { email, password: PASSWORD })).status).toBe(303);
  return browser;
}

const text = async (browser: FormBrowser): Promise<string> => (await browser.get("/account")).text();
const sessionIds = async ({ id }: Person): Promise<string[]> =>
  (await server.own.query("SELECT id FROM sessions WHERE person_id = $1 ORDER BY created_at", [id])).rows.map(
    (row) => row.id,
  );
const eventsOf = async ({ id }: Person) =>
  (
    await server.own.query("SELECT action, details FROM audit_events WHERE actor = $1 ORDER BY id DESC", [
      `person:${id}`,
    ])
  ).rows;

test("it shows who one is, and what one may do", async () => {
  const { person, browser } = await signedIn("viewer");
  const html = await text(browser);
  expect(html).toContain(`<dd>${person.email}</dd>`);
  expect(html).toContain("<dd>viewer</dd>");
  expect(html).toContain("<dd>Everyone</dd>");
  expect(html).toContain('href="/account/two-factor"');
  expect(html).toContain('href="/account/keys"');
  expect(html).not.toContain('href="/people"');
  const boss = await signedIn("administrator");
  const hers = await text(boss.browser);
  expect(hers).toContain("all, as an administrator");
  for (const path of ["/people", "/teams", "/audit"]) expect(hers).toContain(`href="${path}"`);
  expect((await openBrowser(server).get("/account")).headers.get("Location")).toBe("/sign-in?next=%2Faccount");
});

test("a name can be changed, and nothing else by the same form", async () => {
  const { person, browser } = await signedIn("viewer");
  const sent = await browser.post("/account", {
    name: " <b>Ada</b> Lovelace ",
    role: "administrator",
    email: "eve@example.com",
    id: "00000000-0000-4000-8000-000000000000",
    disabledAt: "",
    teams: "2",
    twoFactorEnabled: "true",
  });
  expect([sent.status, sent.headers.get("Location")]).toStrictEqual([303, "/account?done=name"]);
  const { rows } = await server.own.query("SELECT name, email, role, two_factor_enabled FROM people WHERE id = $1", [
    person.id,
  ]);
  expect(rows).toStrictEqual([
    { name: "<b>Ada</b> Lovelace", email: person.email, role: "viewer", two_factor_enabled: false },
  ]);
  const html = await (await browser.get("/account?done=name")).text();
  expect(html).toContain("Your name is changed.");
  expect(html).not.toContain("<b>Ada");
  expect((await eventsOf(person))[0]).toStrictEqual({
    action: "person.change",
    details: { person: person.id, name: "<b>Ada</b> Lovelace" },
  });
  for (const name of ["", "  ", "Ada\r\nSet-Cookie: a=b", "Ada\u0000", "a".repeat(101)]) {
    expect([name, (await browser.post("/account", { name })).status]).toStrictEqual([name, 400]);
  }
  for (const done of ["", "constructor", "__proto__", "<script>"]) {
    expect(await (await browser.get(`/account?done=${encodeURIComponent(done)}`)).text()).not.toContain(
      'role="status"',
    );
  }
});

test("a password is changed by who knows the current one; every other browser, and every link, is out", async () => {
  const { person, browser } = await signedIn();
  const other = await signInAs(person);
  const link = await createSignInLink(server.deps.db, person.id);
  const [before] = [browser.cookie()];
  for (const current of ["wrong", "", NEW_PASSWORD]) {
    const refused = await browser.post("/account/password", { current, password: NEW_PASSWORD });
    expect([refused.status, await refused.text()]).toStrictEqual([
      403,
      expect.stringContaining("The current password is not right."),
    ]);
  }
  const short = await browser.post("/account/password", { current: PASSWORD, password: "short" });
  expect([short.status, await short.text()]).toStrictEqual([400, expect.stringContaining("A password has 10 to 200")]);
  expect((await other.get("/account")).status).toBe(200);

  const changed = await browser.post("/account/password", { current: PASSWORD, password: NEW_PASSWORD });
  expect([changed.status, changed.headers.get("Location")]).toStrictEqual([303, "/account?done=password"]);
  expect((await browser.get("/account")).status).toBe(200);
  // The cookie from before is nobody's now, in whatever hands it is.
  expect(browser.cookie()).not.toBe(before);
  expect((await fetch(`${server.url}/api/account`, { headers: { Cookie: before! } })).status).toBe(401);
  expect((await other.get("/account")).status).toBe(303);
  expect((await openBrowser(server).get(`/sign-in?link=${link}`)).status).toBe(401);
  expect(await sessionIds(person)).toHaveLength(1);
  expect((await openBrowser(server).post("/sign-in", { email: person.email, password: PASSWORD })).status).toBe(401);
  expect((await openBrowser(server).post("/sign-in", { email: person.email, password: NEW_PASSWORD })).status).toBe(
    303,
  );
  const events = await eventsOf(person);
  expect(events.map(({ action }) => action)).toContain("password.change");
  expect(JSON.stringify(events)).not.toContain(NEW_PASSWORD);
});

test("the current password cannot be guessed without end", async () => {
  const { person, browser } = await signedIn();
  const statuses = [];
  for (let tries = 0; tries < 11; tries++) {
    statuses.push(
      (await browser.post("/account/password", { current: `guess ${tries}`, password: NEW_PASSWORD })).status,
    );
  }
  expect(statuses).toStrictEqual([...Array.from({ length: 10 }, () => 403), 429]);
  const refused = await browser.post("/account/password", { current: PASSWORD, password: NEW_PASSWORD });
  expect([refused.status, refused.headers.get("Retry-After")]).toStrictEqual([429, expect.stringMatching(/^\d+$/)]);
  // It is the same count as that of the sign-in page.
  expect((await openBrowser(server).post("/sign-in", { email: person.email, password: PASSWORD })).status).toBe(429);
});

test("who came by a link chooses a password without the one before, once, and within the hour", async () => {
  const { person, browser: forgetful } = await signedIn();
  const browser = openBrowser(server);
  await browser.get(`/sign-in?link=${await createSignInLink(server.deps.db, person.id)}`);
  expect(await text(browser)).not.toContain("Current password");
  // Only this session, not the person's others.
  expect(await text(forgetful)).toContain("Current password");
  expect((await forgetful.post("/account/password", { password: NEW_PASSWORD })).status).toBe(403);
  expect((await browser.post("/account/password", { password: NEW_PASSWORD })).status).toBe(303);
  expect(await text(browser)).toContain("Current password");
  expect((await browser.post("/account/password", { password: PASSWORD })).status).toBe(403);

  await browser.get(`/sign-in?link=${await createSignInLink(server.deps.db, person.id)}`);
  await server.own.query("UPDATE verifications SET expires_at = now()");
  expect(await text(browser)).toContain("Current password");
  expect((await browser.post("/account/password", { password: PASSWORD })).status).toBe(403);
});

test("who has no password, as after signing in with a provider, may set one", async () => {
  const person = await addPerson(server.deps.db, "viewer", { email: "provider@example.com" });
  const browser = openBrowser(server);
  await browser.get(`/sign-in?link=${await createSignInLink(server.deps.db, person.id)}`);
  await server.own.query("DELETE FROM verifications");
  const html = await text(browser);
  expect(html).toContain("You have none yet.");
  expect(html).not.toContain("Current password");
  expect((await browser.post("/account/password", { password: PASSWORD })).status).toBe(303);
  expect((await openBrowser(server).post("/sign-in", { email: person.email, password: PASSWORD })).status).toBe(303);
});

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

test("sessions are shown with where they are from, this one marked; each can be ended, or all others", async () => {
  const { person, browser } = await signedIn("viewer", { "User-Agent": FIREFOX });
  await signInAs(person, { "User-Agent": `<script>alert(1)</script>` });
  const third = await signInAs(person);
  const html = await text(browser);
  expect(html).toMatch(/Firefox on Linux, this one<\/p><p class="facts">from 127\.0\.0\.1 · since 20/);
  expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(html).not.toContain("<script>alert");
  expect(html).toContain("Sign out all others (2)");
  const ids = await sessionIds(person);
  for (const id of ids.slice(1)) expect(html).toContain(`action="/account/sessions/${id}/end"`);
  expect(html).not.toContain(`/account/sessions/${ids[0]}/end`);

  const one = await browser.post(`/account/sessions/${ids[2]}/end`);
  expect([one.status, one.headers.get("Location")]).toStrictEqual([303, "/account?done=sessions"]);
  expect((await third.get("/account")).status).toBe(303);
  expect(await sessionIds(person)).toStrictEqual([ids[0], ids[1]]);
  await signInAs(person);
  expect((await browser.post("/account/sessions/end")).status).toBe(303);
  expect(await sessionIds(person)).toStrictEqual([ids[0]]);
  expect((await browser.get("/account")).status).toBe(200);
  expect((await eventsOf(person)).slice(0, 1)).toStrictEqual([{ action: "session.end", details: { others: 2 } }]);
});

test("somebody else's session is as one that is not there, and stays", async () => {
  const { browser } = await signedIn("administrator");
  const victim = await signedIn();
  const [theirs] = await sessionIds(victim.person);
  const answers = [];
  for (const id of [theirs, "00000000-0000-4000-8000-000000000000", "1", "%27", "end"]) {
    const answer = await browser.post(`/account/sessions/${id}/end`);
    answers.push([answer.status, await answer.text()]);
  }
  for (const answer of answers) expect(answer).toStrictEqual([404, answers[0]![1]]);
  expect(await sessionIds(victim.person)).toStrictEqual([theirs]);
});

test("another site's forms change nothing", async () => {
  const { person, browser } = await signedIn();
  const before = await sessionIds(person);
  for (const [path, fields] of [
    ["/account", { name: "Eve" }],
    ["/account/password", { current: PASSWORD, password: NEW_PASSWORD }],
    ["/account/sessions/end", {}],
    [`/account/sessions/${before[0]}/end`, {}],
  ] as const) {
    const forged = await fetch(server.url + path, {
      method: "POST",
      headers: { Cookie: browser.cookie(), "Sec-Fetch-Site": "same-site", Origin: server.url },
      body: new URLSearchParams(fields),
    });
    expect([path, forged.status]).toStrictEqual([path, 403]);
  }
  expect(await sessionIds(person)).toStrictEqual(before);
  expect(await text(browser)).toContain('value="Ada"');
});

test("who is signed in by a proxy is told so: there is no password to change, and nothing to sign out of here", async () => {
  const { person } = await signedIn("viewer");
  const app = await serveApp(() => ({
    ...server.deps,
    trustedProxies: ["127.0.0.1"],
    proxySignIn: { header: "X-Forwarded-Email", role: "viewer" },
  }));
  try {
    const browser = openBrowser(app, { "X-Forwarded-Email": person.email });
    const html = await text(browser);
    expect(html).toContain(person.email);
    expect(html).toContain("You are signed in by the proxy in front of this server");
    expect(html).not.toContain("New password");
    // What they are signed in to by themselves is there too.
    expect(html).toMatch(/Signed in<\/h2>.*action="\/account\/sessions\/[\w-]+\/end"/);
    const fields = { current: PASSWORD, password: NEW_PASSWORD };
    expect((await browser.post("/account/password", fields)).status).toBe(409);
    expect((await browser.post("/account/sessions/end")).status).toBe(303);
    expect(await sessionIds(person)).toStrictEqual([]);
    expect((await openBrowser(server).post("/sign-in", { email: person.email, password: PASSWORD })).status).toBe(303);
  } finally {
    await app.close();
  }
});

test("the administrator's token is nobody, which is said kindly", async () => {
  const page = await server.request("/account", { headers: { Accept: "text/html" } });
  expect([page.status, await page.text()]).toStrictEqual([
    200,
    expect.stringContaining("You are using the administrator&#39;s token"),
  ]);
  for (const path of ["/account", "/account/password", "/account/sessions/end"]) {
    const sent = await server.request(path, {
      method: "POST",
      body: new URLSearchParams({ name: "Eve", password: NEW_PASSWORD }),
    });
    expect([path, sent.status]).toStrictEqual([path, 409]);
  }
});

test("GET /api/account says who a program is", async () => {
  const { person, browser } = await signedIn("editor");
  const teams = [{ id: 1, name: "Everyone" }];
  const send = async (headers: Record<string, string>): Promise<unknown> =>
    (await fetch(`${server.url}/api/account`, { headers })).json();
  expect(await send({ Authorization: `Bearer ${TOKEN}` })).toStrictEqual({
    via: "token",
    person: null,
    role: "administrator",
    teams: null,
    databases: null,
  });
  const whole = { id: person.id, name: "Ada", email: person.email, role: "editor" };
  expect(await send({ Cookie: browser.cookie() })).toStrictEqual({
    via: "session",
    person: whole,
    role: "editor",
    teams,
    databases: null,
  });
  const { key } = await createKey(server.deps.db, person.id, { name: "k", scope: "read", databases: ["test"] });
  expect(await send({ Authorization: `Bearer ${key}` })).toStrictEqual({
    via: "key",
    person: whole,
    role: "viewer",
    teams,
    databases: ["test"],
  });
  expect(await send({})).toMatchObject({ error: { code: "unauthorized" } });
  // A key is for programs: it changes nothing of whom it stands for.
  for (const [method, path] of [
    ["GET", "/account"],
    ["POST", "/account"],
    ["POST", "/account/password"],
    ["POST", "/account/sessions/end"],
  ] as const) {
    const refused = await fetch(server.url + path, {
      method,
      headers: { Authorization: `Bearer ${key}` },
      body: method === "POST" ? new URLSearchParams({ name: "Eve", current: PASSWORD, password: NEW_PASSWORD }) : null,
    });
    expect([method, path, refused.status]).toStrictEqual([method, path, 403]);
  }
});
