import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createInvitation, type InvitationDraft, revokeInvitation } from "../../src/people/invitations.ts";
import { PASSWORD } from "../support/add-password.ts";
import { addPerson } from "../support/add-person.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";
import { openBrowser } from "./form-browser.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
beforeEach(() => server.own.query("DELETE FROM invitations; DELETE FROM people"));

const invite = (draft: Partial<InvitationDraft> = {}) =>
  createInvitation(server.deps.db, { email: null, role: "editor", teamIds: [1], createdBy: "token", ...draft });
const everybody = async () => (await server.own.query("SELECT name, email, role FROM people ORDER BY email")).rows;

test("an invitation says who invites to what, and makes the person, who is signed in at once", async () => {
  const boss = await addPerson(server.deps.db, "administrator", { name: "The <Boss>" });
  const { id, token } = await invite({ createdBy: `person:${boss.id}` });
  const path = `/invitations/${token}`;
  const browser = openBrowser(server);
  await fetch(server.url + path, { method: "HEAD" });
  const page = await browser.get(path);
  expect([page.status, page.headers.get("Cache-Control")]).toStrictEqual([200, "no-store"]);
  expect(await page.text()).toContain(
    "The &lt;Boss&gt; invites you as an editor, who also writes clips and shares them, in the team Everyone.",
  );
  const made = await browser.post(path, { name: "Ada", email: "Ada@Example.com", password: PASSWORD });
  expect([made.status, made.headers.get("Location")]).toStrictEqual([303, "/"]);
  expect((await browser.get("/clips/new")).status).toBe(200);
  expect(await everybody()).toContainEqual({ name: "Ada", email: "ada@example.com", role: "editor" });
  const { rows } = await server.own.query(
    "SELECT action, actor_name, details FROM audit_events ORDER BY id DESC LIMIT 2",
  );
  expect(rows).toStrictEqual([
    { action: "session.begin", actor_name: "Ada <ada@example.com>", details: { by: "invitation" } },
    {
      action: "person.create",
      actor_name: "Ada <ada@example.com>",
      details: { by: "invitation", invitation: id, invited_by: `person:${boss.id}`, role: "editor" },
    },
  ]);
  const again = openBrowser(server);
  expect((await again.post("/sign-in", { email: "ada@example.com", password: PASSWORD })).status).toBe(303);
});

test("one that is used, revoked, too old, or was never made, says the same", async () => {
  const used = await invite();
  await openBrowser(server).post(`/invitations/${used.token}`, { email: "ada@example.com", password: PASSWORD });
  const old = await invite();
  await server.own.query("UPDATE invitations SET expires_at = now()");
  const revoked = await invite();
  await revokeInvitation(server.deps.db, revoked.id);
  const pages = [];
  for (const token of [used.token, old.token, revoked.token, "never-made", "%00", "..%2f..", "a".repeat(5000)]) {
    const browser = openBrowser(server);
    const opened = await browser.get(`/invitations/${token}`);
    const sent = await browser.post(`/invitations/${token}`, { email: "eve@example.com", password: PASSWORD });
    expect([token, opened.status, sent.status, browser.cookie()]).toStrictEqual([token, 404, 404, ""]);
    pages.push(await opened.text(), await sent.text());
  }
  expect(new Set(pages).size).toBe(1);
  expect(pages[0]).toContain("This invitation does not work.");
  expect(await everybody()).toMatchObject([{ email: "ada@example.com" }]);
});

test("an address that is taken is said, nothing is lost, and another one will do", async () => {
  await addPerson(server.deps.db, "viewer", { email: "taken@example.com", name: "First" });
  const { token } = await invite();
  const browser = openBrowser(server);
  const taken = await browser.post(`/invitations/${token}`, {
    name: "Ada",
    email: "Taken@example.com",
    password: PASSWORD,
  });
  expect([taken.status, taken.headers.getSetCookie()]).toStrictEqual([409, []]);
  const html = await taken.text();
  expect(html).toContain("There is somebody with the email address taken@example.com already.");
  expect(html).toContain('name="name" value="Ada"');
  expect(html).not.toContain(PASSWORD);
  const short = await browser.post(`/invitations/${token}`, { email: "free@example.com", password: "short" });
  expect([short.status, await short.text()]).toStrictEqual([400, expect.stringContaining("A password has 10 to 200")]);
  expect((await browser.post(`/invitations/${token}`, { email: "free@example.com", password: PASSWORD })).status).toBe(
    303,
  );
  expect(await everybody()).toStrictEqual([
    { name: "free", email: "free@example.com", role: "editor" },
    { name: "First", email: "taken@example.com", role: "viewer" },
  ]);
});

test("whoever sends more fields gets the role, the teams and the address of the invitation, and no more", async () => {
  const { token } = await invite({ role: "viewer", teamIds: [], email: "ada@example.com" });
  const browser = openBrowser(server);
  expect(await (await browser.get(`/invitations/${token}`)).text()).toMatch(
    /<input type="email" name="email" value="ada@example.com" readonly=""/,
  );
  await browser.post(`/invitations/${token}?role=administrator`, {
    email: "eve@example.com",
    password: PASSWORD,
    role: "administrator",
    teamIds: "1",
    team_ids: "1",
    createdBy: "token",
    next: "//evil.example",
  });
  expect(await everybody()).toStrictEqual([{ name: "ada", email: "ada@example.com", role: "viewer" }]);
  expect((await server.own.query("SELECT 1 FROM team_members")).rows).toStrictEqual([]);
  expect((await browser.get("/people")).status).toBe(403);
});

test("another site's form takes no invitation", async () => {
  const { token } = await invite();
  const forged = await fetch(`${server.url}/invitations/${token}`, {
    method: "POST",
    headers: { Origin: "https://evil.example" },
    body: new URLSearchParams({ email: "eve@example.com", password: PASSWORD }),
  });
  expect(forged.status).toBe(403);
  expect(await everybody()).toStrictEqual([]);
});

test("names and addresses with line ends in them are refused", async () => {
  const { token } = await invite();
  for (const fields of [
    { email: "ada@example.com\r\nSet-Cookie: a=b" },
    { email: "ada@example.com", name: "Ada\nSet-Cookie: a=b" },
    { email: "ada@example.com\u0000" },
  ]) {
    const refused = await openBrowser(server).post(`/invitations/${token}`, { ...fields, password: PASSWORD });
    expect([fields, refused.status, refused.headers.getSetCookie()]).toStrictEqual([fields, 400, []]);
  }
  expect(await everybody()).toStrictEqual([]);
  expect(server.logged).toStrictEqual([]);
});
