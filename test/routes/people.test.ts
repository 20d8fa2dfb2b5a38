import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../support/test-server.ts";
import { addPerson } from "../support/add-person.ts";
import { sender, signInAs, type Somebody, withKey } from "./people-of-teams.ts";

let server: TestServer;
let admin: Somebody & { personId: string };
beforeAll(async () => {
  server = await startTestServer({}, undefined, { alsoDatabases: ["ledger"] });
  admin = await signInAs(server, "administrator", { name: "Ada", email: "ada@example.com" });
});
afterAll(() => server.close());

const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);

async function told(response: Response): Promise<[number, any]> {
  const text = await response.text();
  return [response.status, text === "" ? null : JSON.parse(text)];
}
const api = async (method: string, path: string, body?: unknown, who: Somebody = admin): Promise<[number, any]> =>
  told(await who.send(method, path, body));

async function events(action: string): Promise<any[]> {
  const { rows } = await server.own.query(
    "SELECT actor, details FROM audit_events WHERE action = $1 ORDER BY id DESC",
    [action],
  );
  return rows;
}

test("people are listed with what they may do", async () => {
  const { id } = await addPerson(server.deps.db, "viewer", { name: "Bob", email: "bob@example.com" });
  const [status, { people }] = await api("GET", "/api/people");
  expect(status).toBe(200);
  expect(people.find((person: any) => person.id === id)).toStrictEqual({
    id,
    name: "Bob",
    email: "bob@example.com",
    role: "viewer",
    teams: [{ id: 1, name: "Everyone" }],
    two_factor: false,
    disabled_at: null,
    last_sign_in_at: null,
    created_at: TIME,
  });
  expect(await api("GET", `/api/people/${id}`)).toStrictEqual([200, people.find((person: any) => person.id === id)]);
  expect((await api("GET", "/api/people/7"))[0]).toBe(404);
  expect((await api("GET", "/api/people/00000000-0000-4000-8000-000000000000"))[0]).toBe(404);
});

test("the last sign-in is what the audit says", async () => {
  const { id } = await addPerson(server.deps.db, "viewer");
  await server.own.query(
    `INSERT INTO audit_events (at, action, actor) VALUES
       ('2026-01-02T03:04:05Z', 'session.begin', $1), ('2026-01-01T00:00:00Z', 'session.begin', $1),
       ('2026-01-03T00:00:00Z', 'session.end', $1)`,
    [`person:${id}`],
  );
  expect(await api("GET", `/api/people/${id}`)).toMatchObject([200, { last_sign_in_at: "2026-01-02T03:04:05.000Z" }]);
});

test("a role and teams are changed for the next request, and the audit says by whom and from what", async () => {
  const who = await signInAs(server, "viewer");
  const path = `/api/people/${who.personId}`;
  const draft = { database: "test", title: "T", sql: "SELECT 1" };
  expect((await who.send("POST", "/api/clips", draft)).status).toBe(403);
  expect(await api("PATCH", path, { role: "editor" })).toMatchObject([200, { role: "editor" }]);
  expect((await who.send("POST", "/api/clips", draft)).status).toBe(201);
  expect(await api("PATCH", path, { team_ids: [] })).toMatchObject([200, { role: "editor", teams: [] }]);
  expect((await who.send("POST", "/api/clips", draft)).status).toBe(403);
  expect((await events("person.change"))[0]).toStrictEqual({
    actor: `person:${admin.personId}`,
    details: {
      person: who.personId,
      email: expect.any(String),
      from: { role: "editor", teams: ["Everyone"], disabled: false },
      to: { role: "editor", teams: [], disabled: false },
    },
  });
});

test.each<[string, object]>([
  ["an unknown role", { role: "owner" }],
  ["a team that is not there", { team_ids: [1, 999_999] }],
  ["a team that is no number", { team_ids: ["1"] }],
  ["disabled as text", { disabled: "true" }],
  ["an email address", { email: "eve@example.com" }],
  ["a password", { password: "correct horse battery" }],
  ["an id", { id: "7" }],
  ["disabled_at", { disabled_at: null }],
  ["two_factor", { two_factor: false }],
])("a change of a person with %s is refused, and changes nothing", async (_, body) => {
  const { id } = await addPerson(server.deps.db, "viewer");
  const before = await api("GET", `/api/people/${id}`);
  expect((await api("PATCH", `/api/people/${id}`, body))[0]).toBe(400);
  expect(await api("GET", `/api/people/${id}`)).toStrictEqual(before);
});

test("who is disabled is out at once, with their keys and links; who is enabled signs in anew", async () => {
  const who = await signInAs(server, "editor");
  const key = await withKey(server, "editor", "write");
  const [, { url }] = await api("POST", `/api/people/${who.personId}/sign-in-link`);
  expect((await who.send("GET", "/api/clips")).status).toBe(200);
  expect(await api("PATCH", `/api/people/${who.personId}`, { disabled: true })).toMatchObject([
    200,
    { disabled_at: TIME },
  ]);
  await api("PATCH", `/api/people/${key.personId}`, { disabled: true });
  expect((await who.send("GET", "/api/clips")).status).toBe(401);
  expect((await key.send("GET", "/api/clips")).status).toBe(401);
  expect((await api("POST", `/api/people/${who.personId}/sign-in-link`))[0]).toBe(409);
  expect(await api("PATCH", `/api/people/${who.personId}`, { disabled: false })).toMatchObject([
    200,
    { disabled_at: null },
  ]);
  await api("PATCH", `/api/people/${key.personId}`, { disabled: false });
  // Neither the session nor the link comes back with them; a key does.
  expect((await who.send("GET", "/api/clips")).status).toBe(401);
  const { rows } = await server.own.query(
    "SELECT (SELECT count(*)::int FROM sessions WHERE person_id = $1) AS sessions, (SELECT count(*)::int FROM sign_in_links WHERE person_id = $1) AS links",
    [who.personId],
  );
  expect(rows).toStrictEqual([{ sessions: 0, links: 0 }]);
  expect(url).toMatch(/\/sign-in\?link=[\w-]{43}$/);
  expect((await key.send("GET", "/api/clips")).status).toBe(200);
});

test("a sign-in link is said once, and kept as a hash", async () => {
  const { id } = await addPerson(server.deps.db, "viewer");
  const response = await admin.send("POST", `/api/people/${id}/sign-in-link`);
  expect([response.status, response.headers.get("Cache-Control")]).toStrictEqual([201, "no-store"]);
  const link = new URL(((await response.json()) as { url: string }).url).searchParams.get("link")!;
  const { rows } = await server.own.query("SELECT * FROM sign_in_links WHERE person_id = $1", [id]);
  expect(rows).toHaveLength(1);
  expect(JSON.stringify(rows)).not.toContain(link);
  const [made] = await events("person.sign_in_link");
  expect(made).toMatchObject({ actor: `person:${admin.personId}`, details: { person: id } });
  expect(JSON.stringify(made)).not.toContain(link);
});

test("an invitation's link is said once; open ones are listed, and can be revoked", async () => {
  const [status, made] = await api("POST", "/api/invitations", { email: "Carol@Example.com", role: "editor" });
  expect([status, made]).toStrictEqual([
    201,
    { id: expect.any(String), url: expect.stringMatching(/\/invitations\/[\w-]{43}$/) },
  ]);
  const [, listed] = await api("GET", "/api/invitations");
  expect(listed.invitations).toContainEqual({
    id: made.id,
    email: "carol@example.com",
    role: "editor",
    team_ids: [1],
    teams: ["Everyone"],
    created_by: `person:${admin.personId}`,
    created_at: TIME,
    expires_at: TIME,
  });
  const token = made.url.split("/").at(-1);
  expect(JSON.stringify([listed, await events("person.invite")])).not.toContain(token);
  const page = (): Promise<Response> => fetch(made.url, { headers: { Accept: "text/html" } });
  expect((await page()).status).toBe(200);
  expect((await api("DELETE", `/api/invitations/${made.id}`))[0]).toBe(204);
  expect((await page()).status).toBe(404);
  expect((await api("DELETE", `/api/invitations/${made.id}`))[0]).toBe(404);
  expect((await api("DELETE", "/api/invitations/7"))[0]).toBe(404);
  expect((await events("invitation.revoke"))[0].details).toStrictEqual({ invitation: made.id });
});

test.each<object>([
  { role: "owner" },
  { email: "no address" },
  { team_ids: [999_999] },
  { role: "viewer", id: "7" },
  { created_by: "token" },
  { expires_at: "2099-01-01" },
])("no invitation is made of %j", async (body) => {
  const before = await api("GET", "/api/invitations");
  expect((await api("POST", "/api/invitations", body))[0]).toBe(400);
  expect(await api("GET", "/api/invitations")).toStrictEqual(before);
});

test("the pages do the same with forms, and show what cannot be done", async () => {
  const page = await admin.send("GET", "/people");
  expect([page.status, page.headers.get("Cache-Control")]).toStrictEqual([200, "no-store"]);
  expect(await page.text()).toContain("ada@example.com");
  const invited = await admin.post("/people/invitations", { email: "dan@example.com", role: "viewer", team_1: "1" });
  const html = await invited.text();
  const [link, token] = /http[^"]+\/invitations\/([\w-]{43})/.exec(html)!;
  expect((await fetch(link!, { headers: { Accept: "text/html" } })).status).toBe(200);
  // Shown only this once.
  expect(await (await admin.send("GET", "/people")).text()).not.toContain(token);
  const [, { invitations }] = await api("GET", "/api/invitations");
  const { id } = invitations.find(({ email }: any) => email === "dan@example.com");
  expect((await admin.post(`/people/invitations/${id}/revoke`)).status).toBe(303);
  expect((await fetch(link!, { headers: { Accept: "text/html" } })).status).toBe(404);

  const person = await addPerson(server.deps.db, "viewer");
  expect((await admin.post(`/people/${person.id}`, { role: "editor", email: "eve@example.com" })).status).toBe(303);
  expect(await api("GET", `/api/people/${person.id}`)).toMatchObject([
    200,
    { role: "editor", teams: [], email: person.email },
  ]);
  expect((await admin.post(`/people/${person.id}/disable`)).status).toBe(303);
  expect(await api("GET", `/api/people/${person.id}`)).toMatchObject([200, { disabled_at: TIME }]);
  expect((await admin.post(`/people/${person.id}/enable`)).status).toBe(303);
  const linked = await (await admin.post(`/people/${person.id}/sign-in-link`)).text();
  expect(linked).toMatch(/\/sign-in\?link=[\w-]{43}"/);
  const wrong = await admin.post(`/people/${person.id}`, { role: "owner" });
  expect([wrong.status, await wrong.text()]).toStrictEqual([400, expect.stringContaining("must be viewer, editor")]);
});

test("names and addresses are shown as text", async () => {
  await addPerson(server.deps.db, "viewer", { name: "<script>alert(1)</script>" });
  for (const path of ["/people", "/teams"]) {
    const html = await (await admin.send("GET", path)).text();
    expect(html).toContain("&lt;script&gt;alert(1)");
    expect(html).not.toContain("<script>alert");
  }
});

test("the last administrator stays one", async () => {
  const other = await startTestServer();
  try {
    const first = await signInAs(other, "administrator");
    const path = `/api/people/${first.personId}`;
    for (const body of [{ role: "editor" }, { disabled: true }, { role: "viewer", disabled: true }]) {
      const [status, { error }] = await api("PATCH", path, body, first);
      expect([status, error.code]).toStrictEqual([409, "conflict"]);
    }
    // Who has nothing to lose may be changed, and one who is disabled does not count.
    const second = await signInAs(other, "administrator");
    expect((await api("PATCH", `/api/people/${second.personId}`, { disabled: true }, first))[0]).toBe(200);
    expect((await api("PATCH", path, { role: "editor" }, first))[0]).toBe(409);
    expect((await api("PATCH", path, { role: "administrator", team_ids: [1] }, first))[0]).toBe(200);
    expect((await api("PATCH", `/api/people/${second.personId}`, { role: "viewer" }, first))[0]).toBe(200);
  } finally {
    await other.close();
  }
});

test("of administrators who demote each other at the same moment, one stays", async () => {
  const other = await startTestServer();
  try {
    const token = sender(other, { Authorization: "Bearer a-token-for-the-tests-only" });
    for (let round = 0; round < 10; round++) {
      const ids = [
        (await addPerson(other.deps.db, "administrator")).id,
        (await addPerson(other.deps.db, "administrator")).id,
      ];
      await other.own.query("UPDATE people SET role = 'viewer' WHERE NOT id = ANY ($1)", [ids]);
      const done = await Promise.all(
        ids.map((id, index) =>
          token.send("PATCH", `/api/people/${id}`, index === 0 ? { role: "editor" } : { disabled: true }),
        ),
      );
      expect(done.map(({ status }) => status).toSorted()).toStrictEqual([200, 409]);
      const { rows } = await other.own.query(
        "SELECT count(*)::int AS left FROM people WHERE role = 'administrator' AND disabled_at IS NULL",
      );
      expect(rows).toStrictEqual([{ left: 1 }]);
    }
  } finally {
    await other.close();
  }
});

test("teams are made, renamed, filled and removed", async () => {
  const { id: member, name, email } = await addPerson(server.deps.db, "editor");
  const [status, team] = await api("POST", "/api/teams", {
    name: "Sales",
    databases: ["ledger"],
    member_ids: [member],
  });
  expect([status, team]).toStrictEqual([
    201,
    {
      id: expect.any(Number),
      name: "Sales",
      databases: ["ledger"],
      members: [{ id: member, name, email }],
      clips: 0,
      created_at: TIME,
    },
  ]);
  const path = `/api/teams/${team.id}`;
  expect(await api("PATCH", path, { name: "Field sales" })).toStrictEqual([200, { ...team, name: "Field sales" }]);
  expect(await api("PATCH", path, { databases: null })).toMatchObject([200, { databases: null, members: [{}] }]);
  expect(await api("PATCH", path, { member_ids: [] })).toMatchObject([200, { members: [] }]);
  expect((await api("POST", "/api/teams", { name: "Field sales" }))[0]).toBe(409);
  expect((await api("PATCH", "/api/teams/1", { name: "Field sales" }))[0]).toBe(409);
  expect((await api("DELETE", path))[0]).toBe(204);
  expect((await api("GET", path))[0]).toBe(404);
  expect((await api("DELETE", path))[0]).toBe(404);
  expect((await events("team.delete"))[0]).toMatchObject({ details: { team: team.id, name: "Field sales" } });
  expect((await events("team.create"))[0]).toMatchObject({
    details: { name: "Sales", databases: ["ledger"], members: [email] },
  });
});

test.each<object>([
  { name: "" },
  { name: "A", databases: ["no-such-database"] },
  { name: "A", databases: "ledger" },
  { name: "A", member_ids: ["7"] },
  { name: "A", member_ids: ["00000000-0000-4000-8000-000000000000"] },
  { name: "A", id: 7 },
  { name: "A", clips: [] },
  { databases: null },
])("no team is made of %j", async (body) => {
  const before = await api("GET", "/api/teams");
  expect((await api("POST", "/api/teams", body))[0]).toBe(400);
  expect(await api("GET", "/api/teams")).toStrictEqual(before);
});

test("a team with clips stays, deleted ones counted, and the first team in any case", async () => {
  const [, team] = await api("POST", "/api/teams", { name: "Has clips" });
  const path = `/api/teams/${team.id}`;
  const { slug } = await server.createClip("SELECT 1", { team_id: team.id });
  await server.createClip("SELECT 1", { team_id: team.id });
  await server.request(`/api/clips/${slug}`, { method: "DELETE" });
  const [status, { error }] = await api("DELETE", path);
  expect([status, error.message]).toStrictEqual([409, "The team Has clips has 2 clips, deleted ones counted."]);
  const page = await admin.post(`/teams/${team.id}/remove`);
  expect([page.status, await page.text()]).toStrictEqual([409, expect.stringContaining("has 2 clips")]);
  expect((await api("DELETE", "/api/teams/1"))[0]).toBe(409);
  expect(await api("PATCH", "/api/teams/1", { name: "All of us" })).toMatchObject([200, { name: "All of us" }]);
  await api("PATCH", "/api/teams/1", { name: "Everyone" });
});

test("a team's databases count from the next request on", async () => {
  const [, team] = await api("POST", "/api/teams", { name: "Databases", databases: ["test"] });
  const who = await signInAs(server, "editor", { teamIds: [team.id] });
  const draft = { title: "T", sql: "SELECT 1" };
  const make = async (database: string): Promise<number> =>
    (await who.send("POST", "/api/clips", { ...draft, database })).status;
  expect([await make("test"), await make("ledger")]).toStrictEqual([201, 403]);
  await api("PATCH", `/api/teams/${team.id}`, { databases: ["ledger"] });
  expect([await make("test"), await make("ledger")]).toStrictEqual([403, 201]);
  await api("PATCH", `/api/teams/${team.id}`, { databases: [] });
  expect([await make("test"), await make("ledger")]).toStrictEqual([403, 403]);
  expect((await who.send("GET", "/api/databases")).status).toBe(200);
});

test("the page of teams does the same with forms", async () => {
  const { id } = await addPerson(server.deps.db, "viewer");
  const made = await admin.post("/teams", {
    name: "By a form",
    database_ledger: "1",
    [`member_${id}`]: "1",
    clips: "9",
  });
  expect(made.status).toBe(303);
  const find = async (name: string): Promise<any> => {
    const [, { teams }] = await api("GET", "/api/teams");
    return teams.find((team: any) => team.name === name);
  };
  const team = await find("By a form");
  expect(team).toMatchObject({ databases: ["ledger"], members: [{ id }], clips: 0 });
  expect(await (await admin.send("GET", "/teams")).text()).toContain("By a form");
  expect((await admin.post(`/teams/${team.id}`, { name: "Changed", all_databases: "1" })).status).toBe(303);
  expect(await find("Changed")).toMatchObject({ id: team.id, databases: null, members: [] });
  expect((await admin.post(`/teams/${team.id}`, { name: "", all_databases: "1" })).status).toBe(400);
  const both = { name: "Changed", all_databases: "1", database_ledger: "1" };
  expect((await admin.post(`/teams/${team.id}`, both)).status).toBe(400);
  expect(await find("Changed")).toMatchObject({ databases: null });
  expect((await admin.post(`/teams/${team.id}/remove`)).status).toBe(303);
  expect(await find("Changed")).toBeUndefined();
});

test("the clip's form offers teams to who is in more than one, and databases on which they may write", async () => {
  const [, team] = await api("POST", "/api/teams", { name: "Choice", databases: ["test"] });
  const form = async (who: Somebody): Promise<string> => (await who.send("GET", "/clips/new")).text();
  const both = await form(await signInAs(server, "editor", { teamIds: [1, team.id] }));
  expect(both).toContain('name="team_id"');
  expect(both).toContain(">Choice</option>");
  const one = await form(await signInAs(server, "editor", { teamIds: [team.id] }));
  expect(one).not.toContain('name="team_id"');
  expect(one).not.toContain("ledger");
  expect(await form(admin)).toContain(">Choice</option>");
});
