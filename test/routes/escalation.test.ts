import { afterAll, beforeAll, expect, test } from "vitest";
import { createTeam } from "../../src/people/teams.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { signInAs, type Somebody, withKey } from "./people-of-teams.ts";

let server: TestServer;
let finance: number;
beforeAll(async () => {
  server = await startTestServer(({ primaryUrl }) => ({ primary: primaryUrl }), undefined, {
    alsoDatabases: ["ledger"],
  });
  finance = (await createTeam(server.deps.db, { name: "Finance", databases: ["ledger"] })).id;
  await server.own.query("UPDATE teams SET databases = '{test}' WHERE id = 1");
});
afterAll(() => server.close());

const draft = { database: "test", title: "A clip", sql: "SELECT 1 AS one" };

async function told(response: Response): Promise<[number, any]> {
  return [response.status, await response.json()];
}

async function clipOf(who: Somebody, fields: object = {}): Promise<any> {
  const [status, clip] = await told(await who.send("POST", "/api/clips", { ...draft, ...fields }));
  expect([status, clip]).toMatchObject([201, {}]);
  return clip;
}

test("a clip belongs to who makes it, and to their team, whatever they say", async () => {
  const who = await signInAs(server, "editor", { teamIds: [finance] });
  const clip = await clipOf(who, { database: "ledger" });
  expect(clip).toMatchObject({
    team_id: finance,
    team: { id: finance, name: "Finance" },
    created_by: `person:${who.personId}`,
  });
  const [, edited] = await told(await who.send("PATCH", `/api/clips/${clip.slug}`, { sql: "SELECT 2 AS two" }));
  expect(edited).toMatchObject({ version: 2, created_by: `person:${who.personId}` });
  const [, { versions }] = await told(await who.send("GET", `/api/clips/${clip.slug}/versions`));
  expect(versions).toMatchObject([{ created_by: `person:${who.personId}` }, { created_by: `person:${who.personId}` }]);
});

test.each([
  "id",
  "slug",
  "created_by",
  "createdBy",
  "teamId",
  "team",
  "deleted_at",
  "disabled_at",
  "role",
  "version_sql",
])("no field %s is taken where clips are written", async (field) => {
  const who = await signInAs(server, "editor");
  const clip = await clipOf(who);
  for (const [method, path] of [
    ["POST", "/api/clips"],
    ["PATCH", `/api/clips/${clip.slug}`],
    ["POST", `/api/clips/${clip.slug}/fork`],
    ["POST", `/api/clips/${clip.slug}/versions`],
    ["POST", `/api/clips/${clip.slug}/runs`],
    ["POST", `/api/clips/${clip.slug}/shares`],
  ] as const) {
    const body = { ...(path === "/api/clips" ? draft : {}), [field]: "7" };
    const [status, { error }] = await told(await who.send(method, path, body));
    expect([method, path, status, error.message]).toStrictEqual([method, path, 400, expect.stringContaining(field)]);
  }
  const [, after] = await told(await who.send("GET", `/api/clips/${clip.slug}`));
  expect(after).toStrictEqual(clip);
});

test.each(["id", "clip_id", "created_by", "secret_hash", "revoked_at", "signed", "result"])(
  "no field %s is taken where a link is changed",
  async (field) => {
    const who = await signInAs(server, "editor");
    const { slug } = await clipOf(who);
    const [, { id }] = await told(await who.send("POST", `/api/clips/${slug}/shares`, { name: "A link" }));
    const before = await told(await who.send("GET", `/api/shares/${id}`));
    expect((await who.send("PATCH", `/api/shares/${id}`, { [field]: 1 })).status).toBe(400);
    expect((await who.post(`/share-list/${id}`, { rules: "1", name: "A link", [field]: "1" })).status).toBe(400);
    expect(await told(await who.send("GET", `/api/shares/${id}`))).toStrictEqual(before);
  },
);

test("a clip goes from one team of one's own to another, and is then seen by that one", async () => {
  const both = await signInAs(server, "editor", { teamIds: [1, finance] });
  const first = await signInAs(server, "viewer");
  const second = await signInAs(server, "viewer", { teamIds: [finance] });
  const { slug } = await clipOf(both);
  const seen = async (): Promise<number[]> =>
    Promise.all([first, second].map(async (who) => (await who.send("GET", `/api/clips/${slug}`)).status));
  expect(await seen()).toStrictEqual([200, 404]);
  const moved = await told(await both.send("PATCH", `/api/clips/${slug}`, { team_id: finance, database: "ledger" }));
  expect(moved).toMatchObject([200, { team: { id: finance, name: "Finance" }, database: "ledger" }]);
  expect(await seen()).toStrictEqual([404, 200]);
  expect((await both.post(`/clips/${slug}/edit`, { ...draft, team_id: "1" })).status).toBe(303);
  expect(await seen()).toStrictEqual([200, 404]);
});

test("a form's other fields count for nothing", async () => {
  const who = await signInAs(server, "editor");
  const evil = {
    id: "1",
    slug: "a".repeat(28),
    created_by: "token",
    deleted_at: "2020-01-01",
    teamId: "2",
    role: "administrator",
  };
  const response = await who.post("/clips", { ...draft, title: "By a form", ...evil });
  expect(response.status).toBe(303);
  const slug = /[a-z]{28}/.exec(response.headers.get("Location")!)![0];
  const [, clip] = await told(await who.send("GET", `/api/clips/${slug}`));
  expect(clip).toMatchObject({ team_id: 1, created_by: `person:${who.personId}` });
  expect(clip).not.toHaveProperty("deleted_at");
  expect(clip.slug).not.toBe(evil.slug);
  expect((await who.post(`/clips/${slug}/edit`, { ...draft, ...evil })).status).toBe(303);
  const [, after] = await told(await who.send("GET", `/api/clips/${slug}`));
  expect(after).toMatchObject({ id: clip.id, slug, team_id: 1, created_by: `person:${who.personId}` });
  const { rows } = await server.own.query("SELECT role FROM people WHERE id = $1", [who.personId]);
  expect(rows).toStrictEqual([{ role: "editor" }]);
});

/** Every way to SQL on a database, or for a team, that is not somebody's; each has to be refused, and to leave nothing. */
const WAYS: Record<string, (clip: { slug: string }, place: object) => [method: string, path: string, body: object]> = {
  "a new clip": (_, place) => ["POST", "/api/clips", { ...draft, ...place }],
  "an edit": ({ slug }, place) => ["PATCH", `/api/clips/${slug}`, place],
  "an edit with SQL": ({ slug }, place) => ["PATCH", `/api/clips/${slug}`, { sql: "SELECT 3", ...place }],
};

test.each(Object.keys(WAYS))("%s goes to no database, and to no team, but one's own", async (way) => {
  const editor = await signInAs(server, "editor");
  const both = await signInAs(server, "editor", { teamIds: [1, finance] });
  const key = await withKey(server, "administrator", "admin", { databases: ["test"] });
  const tried: [Somebody, object][] = [
    [editor, { database: "ledger" }],
    [editor, { team_id: finance }],
    [editor, { database: "ledger", team_id: finance }],
    [editor, { database: "no-such-database" }],
    [editor, { team_id: 999_999 }],
    // Each team for its own databases.
    [both, { database: "ledger", team_id: 1 }],
    [both, { database: "test", team_id: finance }],
    [key, { database: "ledger" }],
  ];
  for (const [who, place] of tried) {
    const clip = await clipOf(who);
    const before = await server.own.query("SELECT count(*) FROM clips");
    const [method, path, body] = WAYS[way]!(clip, place);
    const [status, { error }] = await told(await who.send(method, path, body));
    expect([place, status, error.code]).toStrictEqual([place, 403, "forbidden"]);
    expect((await server.own.query("SELECT count(*) FROM clips")).rows).toStrictEqual(before.rows);
    expect(await told(await who.send("GET", `/api/clips/${clip.slug}`))).toStrictEqual([200, clip]);
  }
});

test("the same by forms", async () => {
  const editor = await signInAs(server, "editor");
  const clip = await clipOf(editor);
  for (const place of [
    { database: "ledger" },
    { team_id: String(finance) },
    { database: "ledger", team_id: String(finance) },
  ]) {
    expect((await editor.post("/clips", { ...draft, ...place })).status).toBe(403);
    expect((await editor.post(`/clips/${clip.slug}/edit`, { ...draft, ...place })).status).toBe(403);
  }
  expect(await told(await editor.send("GET", `/api/clips/${clip.slug}`))).toStrictEqual([200, clip]);
});

test("a clip that one sees, on a database that one's team may not use, is not for writing; a fork finds a team that may", async () => {
  const admin = await signInAs(server, "administrator");
  const { slug } = await clipOf(admin, { database: "ledger", team_id: 1 });
  const editor = await signInAs(server, "editor");
  for (const [method, path, body] of [
    ["PATCH", `/api/clips/${slug}`, { title: "Mine" }],
    ["DELETE", `/api/clips/${slug}`, undefined],
    ["POST", `/api/clips/${slug}/versions`, { restore: 1 }],
    ["POST", `/api/clips/${slug}/fork`, {}],
    ["POST", `/clips/${slug}/fork`, undefined],
    ["POST", `/clips/${slug}/edit`, undefined],
    ["POST", `/clips/${slug}/restore`, undefined],
    ["POST", `/clips/${slug}/delete`, undefined],
  ] as const) {
    expect([path, (await editor.send(method, path, body)).status]).toStrictEqual([path, 403]);
  }
  // It may be read and run, as it is saved.
  expect((await editor.send("POST", `/api/clips/${slug}/runs`, { wait: true })).status).toBe(200);
  const both = await signInAs(server, "editor", { teamIds: [1, finance] });
  const [status, fork] = await told(await both.send("POST", `/api/clips/${slug}/fork`, {}));
  expect([status, fork]).toMatchObject([201, { team_id: finance, created_by: `person:${both.personId}` }]);
});

test("a viewer runs what is saved, and nothing else", async () => {
  const { slug } = await clipOf(await signInAs(server, "editor"), { sql: "SELECT {{a:1}}::int AS a" });
  const viewer = await signInAs(server, "viewer");
  const [status, run] = await told(
    await viewer.send("POST", `/api/clips/${slug}/runs`, { parameters: { a: "7" }, wait: true }),
  );
  expect([status, run.state]).toStrictEqual([200, "done"]);
  for (const body of [{ sql: "SELECT 2" }, { database: "ledger" }, { version: 2 }]) {
    expect((await viewer.send("POST", `/api/clips/${slug}/runs`, body)).status).toBeGreaterThanOrEqual(400);
  }
  expect((await viewer.send("GET", `/clips/${slug}.csv?a=8`)).status).toBe(200);
});

test("somebody else's run is cancelled by who may write its clip, and by no other", async () => {
  const { slug } = await clipOf(await signInAs(server, "editor"), { sql: "SELECT pg_sleep(60)" });
  const starter = await signInAs(server, "viewer");
  const begin = async (): Promise<string> => {
    const [, run] = await told(await starter.send("POST", `/api/clips/${slug}/runs`, {}));
    await until(async () => (await told(await starter.send("GET", `/api/runs/${run.id}`)))[1].state === "running");
    return `/api/runs/${run.id}`;
  };
  const first = await begin();
  expect((await (await signInAs(server, "viewer")).send("DELETE", first)).status).toBe(403);
  expect((await (await withKey(server, "administrator", "read")).send("DELETE", first)).status).toBe(403);
  expect((await (await signInAs(server, "editor", { teamIds: [finance] })).send("DELETE", first)).status).toBe(404);
  expect(await told(await starter.send("DELETE", first))).toMatchObject([200, { state: "cancelled" }]);
  const second = await begin();
  expect(await told(await (await signInAs(server, "editor")).send("DELETE", second))).toMatchObject([
    200,
    { state: "cancelled" },
  ]);
});

test("a key for a database gets no result of another one, of a clip that has been moved", async () => {
  const admin = await signInAs(server, "administrator");
  const { slug } = await clipOf(admin, { database: "ledger", sql: "SELECT 4711 AS secret", team_id: 1 });
  await admin.send("POST", `/api/clips/${slug}/runs`, { wait: true });
  const moved = new Date().toISOString();
  await admin.send("PATCH", `/api/clips/${slug}`, { database: "test" });
  await admin.send("POST", `/api/clips/${slug}/runs`, { wait: true });
  const key = await withKey(server, "administrator", "admin", { databases: ["test"] });
  const [, { results, total }] = await told(await key.send("GET", `/api/clips/${slug}/results`));
  expect([results.map(({ result }: any) => result), total]).toStrictEqual([[2], 1]);
  for (const path of [
    `/clips/${slug}.csv?result=1`,
    `/clips/${slug}?result=1`,
    `/clips/${slug}.csv?as_of=${moved}`,
    `/api/clips/${slug}/compare?from=1&to=2`,
    `/api/clips/${slug}/compare.csv?from=1&to=2`,
    `/clips/${slug}/compare?from=1&to=2`,
  ]) {
    const response = await key.send("GET", path);
    expect([path, response.status, await response.text()]).toStrictEqual([
      path,
      404,
      expect.not.stringContaining("<td>4711"),
    ]);
  }
  expect((await key.send("POST", `/api/clips/${slug}/shares`, { result: 1 })).status).toBe(404);
  expect((await key.send("GET", `/clips/${slug}.csv?result=2`)).status).toBe(200);
  expect((await admin.send("GET", `/clips/${slug}.csv?result=1`)).status).toBe(200);
});

test("a key for a database links no other one to it", async () => {
  const key = await withKey(server, "administrator", "admin", { databases: ["test"] });
  const link = { name: "other", to: "ledger" };
  const [status, { error }] = await told(await key.send("POST", "/api/databases/test/links", link));
  expect(status).toBe(400);
  expect(error.message).toContain('There is no database "ledger" here');
  expect((await key.send("POST", "/api/databases/ledger/links", { ...link, to: "test" })).status).toBe(404);
});

test("what a materialized clip runs on the primary is for an administrator to change", async () => {
  const editor = await signInAs(server, "editor");
  const { slug, id } = await clipOf(editor);
  await server.own.query("INSERT INTO materialized_clips (clip_id, database, name) VALUES ($1, 'test', 'a_view')", [
    id,
  ]);
  for (const [method, path, body] of [
    ["PATCH", `/api/clips/${slug}`, { sql: "SELECT 2 AS two" }],
    ["DELETE", `/api/clips/${slug}`, undefined],
  ] as const) {
    const [status, { error }] = await told(await editor.send(method, path, body));
    expect([status, error.message]).toStrictEqual([
      403,
      "This clip is materialized: what it runs, it runs on the primary.",
    ]);
  }
  expect((await editor.post(`/clips/${slug}/edit`, { ...draft, sql: "SELECT 2 AS two" })).status).toBe(403);
  expect((await editor.post(`/clips/${slug}/delete`)).status).toBe(403);
  expect((await editor.send("PATCH", `/api/clips/${slug}`, { title: "Another title" })).status).toBe(200);
});

test.each(["viewer", "editor"] as const)("no %s makes anybody an administrator", async (role) => {
  for (const who of [await signInAs(server, role), await withKey(server, role, "admin")]) {
    const path = `/api/people/${who.personId}`;
    expect((await who.send("PATCH", path, { role: "administrator" })).status).toBe(403);
    expect((await who.send("POST", "/api/invitations", { role: "administrator" })).status).toBe(403);
    expect((await who.send("POST", `${path}/sign-in-link`)).status).toBe(403);
    expect((await who.send("POST", "/api/teams", { name: "Mine" })).status).toBe(403);
    expect((await who.send("PATCH", "/api/teams/1", { databases: null })).status).toBe(403);
    expect((await who.post(`/people/${who.personId}`, { role: "administrator", team_2: "1" })).status).toBe(403);
    await who.post("/account", { name: "Mallory", role: "administrator", disabled_at: "", team_ids: "2" });
    const { rows } = await server.own.query(
      "SELECT role, (SELECT array_agg(team_id::int) FROM team_members WHERE person_id = id) AS teams FROM people WHERE id = $1",
      [who.personId],
    );
    expect(rows).toStrictEqual([{ role, teams: [1] }]);
  }
});

test("an administrator's key makes no link that signs in, and one for a database invites nobody", async () => {
  const key = await withKey(server, "administrator", "admin");
  expect((await key.send("POST", `/api/people/${key.personId}/sign-in-link`)).status).toBe(403);
  expect((await key.send("GET", "/api/people")).status).toBe(200);
  const narrow = await withKey(server, "administrator", "admin", { databases: ["test"] });
  expect((await narrow.send("POST", "/api/invitations", { role: "administrator" })).status).toBe(403);
  expect((await narrow.send("PATCH", `/api/people/${narrow.personId}`, { role: "viewer" })).status).toBe(403);
});

test("a key to read writes nothing", async () => {
  const key = await withKey(server, "administrator", "read");
  const { slug } = await server.createClip("SELECT 1 AS one");
  for (const [method, path, body] of [
    ["POST", "/api/clips", draft],
    ["PATCH", `/api/clips/${slug}`, { title: "Mine" }],
    ["DELETE", `/api/clips/${slug}`, undefined],
    ["POST", `/api/clips/${slug}/fork`, {}],
    ["POST", `/api/clips/${slug}/shares`, {}],
    ["POST", "/api/keys", { name: "More", scope: "admin" }],
  ] as const) {
    expect([path, (await key.send(method, path, body)).status]).toStrictEqual([path, 403]);
  }
  expect((await key.send("GET", `/clips/${slug}.json`)).status).toBe(200);
});
