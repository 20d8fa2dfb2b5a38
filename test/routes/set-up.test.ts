import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createSignInLink } from "../../src/people/sign-in.ts";
import { PASSWORD } from "../support/add-password.ts";
import { addPerson } from "../support/add-person.ts";
import { startTestServer, TOKEN, type TestServer } from "../support/test-server.ts";
import { openBrowser } from "./form-browser.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
afterEach(async () => {
  await server.own.query("DELETE FROM people");
  await server.own.query("DELETE FROM sign_in_links");
});

const newLink = (): Promise<string> => createSignInLink(server.deps.db, null);
const everybody = async () =>
  (await server.own.query("SELECT name, email, role, two_factor_enabled FROM people ORDER BY email")).rows;

test("the one-time link makes the first administrator, who is signed in at once", async () => {
  const link = await newLink();
  const other = await newLink();
  const browser = openBrowser(server);
  // Neither looking at it nor opening it uses it up.
  await fetch(`${server.url}/set-up?link=${link}`, { method: "HEAD" });
  await browser.get(`/set-up?link=${link}`);
  const page = await browser.get(`/set-up?link=${link}`);
  expect([page.status, page.headers.get("Cache-Control")]).toStrictEqual([200, "no-store"]);
  expect(await page.text()).toContain(`<input type="hidden" name="link" value="${link}"/>`);

  const made = await browser.post("/set-up", {
    link,
    name: "Ada Lovelace",
    email: "Ada@Example.com",
    password: PASSWORD,
  });
  expect([made.status, made.headers.get("Location")]).toStrictEqual([303, "/"]);
  const clips = await browser.get("/");
  expect([clips.status, await clips.text()]).toStrictEqual([200, expect.stringContaining("<h1>Clips</h1>")]);
  expect(await everybody()).toStrictEqual([
    { name: "Ada Lovelace", email: "ada@example.com", role: "administrator", two_factor_enabled: false },
  ]);
  const teams = await server.own.query("SELECT team_id::int FROM team_members");
  expect(teams.rows).toStrictEqual([{ team_id: 1 }]);
  const { rows } = await server.own.query("SELECT action, actor_name, details FROM audit_events ORDER BY id");
  expect(rows).toStrictEqual([
    {
      action: "person.create",
      actor_name: "Ada Lovelace <ada@example.com>",
      details: { by: "set_up", role: "administrator" },
    },
    { action: "session.begin", actor_name: "Ada Lovelace <ada@example.com>", details: { by: "set_up" } },
  ]);

  const again = openBrowser(server);
  const signedIn = await again.post("/sign-in", { email: "ada@example.com", password: PASSWORD });
  expect(signedIn.status).toBe(303);
  for (const used of [link, other, "never-made", ""]) {
    const late = await again.get(`/set-up?link=${used}`);
    expect(late.status).toBe(409);
    expect(await late.text()).toMatch(/This Dataclips is set up already\..*<a class="button" href="\/sign-in">/s);
    const sent = await again.post("/set-up", { link: used, email: "eve@example.com", password: PASSWORD });
    expect(sent.status).toBe(409);
  }
  expect(await everybody()).toHaveLength(1);
});

test("the sign-in page takes such a link to the set-up, and says what to do while there is nobody", async () => {
  const browser = openBrowser(server);
  const page = await (await browser.get("/sign-in")).text();
  expect(page).toContain("There is no administrator here yet.");
  expect(page).toContain('<details class="narrow" open="">');
  const link = await newLink();
  const sent = await browser.get(`/sign-in?link=${link}`);
  expect([sent.status, sent.headers.get("Location")]).toStrictEqual([303, `/set-up?link=${link}`]);
  await addPerson(server.deps.db, "administrator");
  expect(await (await browser.get("/sign-in")).text()).not.toContain("There is no administrator here yet.");
});

test("the administrator's token opens the set-up while there is nobody", async () => {
  const browser = openBrowser(server);
  const sent = await browser.post("/sign-in/token", { token: TOKEN, next: "/databases" });
  expect(sent.status).toBe(303);
  const path = sent.headers.get("Location")!;
  expect(path).toMatch(/^\/set-up\?link=[\w-]{43}$/);
  expect((await browser.get("/")).status).toBe(303);
  const link = path.split("=")[1]!;
  expect((await browser.post("/set-up", { link, email: "ada@example.com", password: PASSWORD })).status).toBe(303);
  // Without a name, it is what the address has before the @.
  expect(await everybody()).toMatchObject([{ name: "ada", role: "administrator" }]);
});

test("of two at the same moment, one becomes the administrator", async () => {
  const links = await Promise.all([newLink(), newLink(), newLink()]);
  const answers = await Promise.all(
    [links[0]!, links[0]!, links[1]!, links[2]!].map((link, n) =>
      openBrowser(server).post("/set-up", { link, email: `ada-${n}@example.com`, password: PASSWORD }),
    ),
  );
  expect(answers.map(({ status }) => status).toSorted()).toStrictEqual([303, 409, 409, 409]);
  expect(await everybody()).toMatchObject([{ role: "administrator" }]);
});

test("what is wrong is said in the form, with what was typed, and the link goes on working", async () => {
  const link = await newLink();
  const browser = openBrowser(server);
  for (const [fields, words] of [
    [{ email: "ada", password: PASSWORD }, "must be an email address"],
    [{ email: "", password: PASSWORD }, "must be an email address"],
    [{ email: `${"a".repeat(250)}@example.com`, password: PASSWORD }, "email:"],
    [{ email: "ada@example.com", password: "too short" }, "A password has 10 to 200 characters."],
    [{ email: "ada@example.com", password: "x".repeat(201) }, "A password has 10 to 200 characters."],
    [{ email: "ada@example.com\r\nBcc: eve@example.com", password: PASSWORD }, "must be an email address"],
    [
      { email: "ada@example.com", name: "Ada\r\nSet-Cookie: a=b", password: PASSWORD },
      "must not have control characters",
    ],
    [{ email: "ada@example.com", name: "Ada\u0000", password: PASSWORD }, "must not have control characters"],
    [{ email: "ada@example.com", name: "a".repeat(101), password: PASSWORD }, "has at most 100 characters"],
  ] as const) {
    const refused = await browser.post("/set-up", { link, ...fields });
    const html = await refused.text();
    expect([fields, refused.status, refused.headers.getSetCookie()]).toStrictEqual([fields, 400, []]);
    expect(html).toContain(words);
    expect(html).toContain(`name="link" value="${link}"`);
    expect(html).not.toContain(fields.password);
  }
  expect(await everybody()).toStrictEqual([]);
  const name = '<b onclick="x">Ada</b> & "Co"';
  expect(await (await browser.post("/set-up", { link, name, email: "ada", password: PASSWORD })).text()).toContain(
    'value="&lt;b onclick=&quot;x&quot;&gt;Ada&lt;/b&gt; &amp; &quot;Co&quot;"',
  );
  expect((await browser.post("/set-up", { link, name, email: "ada@example.com", password: PASSWORD })).status).toBe(
    303,
  );
  expect(await (await browser.get("/account")).text()).not.toContain("<b onclick");
  expect(server.logged).toStrictEqual([]);
});

test("a link that is used, too old, somebody's own, or no link at all, sets nothing up", async () => {
  const old = await newLink();
  await server.own.query("UPDATE sign_in_links SET expires_at = now()");
  const viewer = await addPerson(server.deps.db, "viewer");
  const own = await createSignInLink(server.deps.db, viewer.id);
  const pages = [];
  for (const link of [old, own, "never-made", "", "\u0000"]) {
    const browser = openBrowser(server);
    const page = await browser.get(`/set-up?link=${encodeURIComponent(link)}`);
    const sent = await browser.post("/set-up", { link, email: "eve@example.com", password: PASSWORD });
    expect([page.status, sent.status, browser.cookie()]).toStrictEqual([401, 401, ""]);
    pages.push(await page.text(), await sent.text());
  }
  expect(new Set(pages).size).toBe(1);
  expect(pages[0]).toContain("This link has been used, or is too old.");
  expect(await everybody()).toMatchObject([{ role: "viewer" }]);
  // It is not used up either: it signs in whom it is for.
  expect((await openBrowser(server).get(`/sign-in?link=${own}`)).status).toBe(303);
});

test("people without an administrator among them do not keep one from being made", async () => {
  await addPerson(server.deps.db, "viewer", { email: "first@example.com" });
  const link = await newLink();
  const browser = openBrowser(server);
  // The address is taken: that is said, and the link goes on working.
  const taken = await browser.post("/set-up", { link, email: "First@example.com", password: PASSWORD });
  expect([taken.status, await taken.text()]).toStrictEqual([
    409,
    expect.stringContaining("There is somebody with the email address first@example.com already."),
  ]);
  expect((await browser.post("/set-up", { link, email: "ada@example.com", password: PASSWORD })).status).toBe(303);
  expect(await everybody()).toMatchObject([{ role: "administrator" }, { role: "viewer" }]);
});

test("other fields change nothing, and another site's form does not get through", async () => {
  const link = await newLink();
  const fields = { link, email: "ada@example.com", password: PASSWORD };
  const forged = await fetch(`${server.url}/set-up`, {
    method: "POST",
    headers: { "Sec-Fetch-Site": "cross-site", Origin: "https://evil.example" },
    body: new URLSearchParams(fields),
  });
  expect(forged.status).toBe(403);
  const more = {
    id: "00000000-0000-4000-8000-000000000000",
    role: "viewer",
    next: "//evil.example",
    twoFactorEnabled: "true",
  };
  const made = await openBrowser(server).post("/set-up", {
    ...fields,
    ...more,
    email_verified: "true",
    disabledAt: "now",
  });
  expect([made.status, made.headers.get("Location")]).toStrictEqual([303, "/"]);
  const { rows } = await server.own.query(
    "SELECT id <> $1 AS own_id, role, two_factor_enabled, email_verified, disabled_at FROM people",
    [more.id],
  );
  expect(rows).toStrictEqual([
    { own_id: true, role: "administrator", two_factor_enabled: false, email_verified: false, disabled_at: null },
  ]);
});

test("the first administrator begins on the newest clip that has a chart", async () => {
  await server.createClip("SELECT 1 AS n");
  const chart = { type: "number", x: null, y: ["n"] };
  await server.createClip("SELECT 2 AS n", { title: "Gone", chart });
  const shown = await server.createClip("SELECT 3 AS n", { title: "How many", chart });
  const gone = await server.createClip("SELECT 4 AS n", { title: "Gone", chart });
  await server.request(`/api/clips/${gone.slug}`, { method: "DELETE" });
  const fields = { link: await newLink(), email: "ada@example.com", password: PASSWORD };
  const made = await openBrowser(server).post("/set-up", fields);
  expect([made.status, made.headers.get("Location")]).toStrictEqual([303, `/clips/${shown.slug}-how-many`]);
});
