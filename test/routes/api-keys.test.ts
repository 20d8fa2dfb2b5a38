import { afterAll, beforeAll, expect, test } from "vitest";
import { listAudit } from "../people/list-audit.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { type SignedInBrowser, signInBrowser } from "./sign-in-browser.ts";

let server: TestServer;
let viewer: SignedInBrowser;
let editor: SignedInBrowser;
let administrator: SignedInBrowser;
beforeAll(async () => {
  server = await startTestServer();
  [viewer, editor, administrator] = [
    await signInBrowser(server, "viewer"),
    await signInBrowser(server, "editor"),
    await signInBrowser(server),
  ];
});
afterAll(() => server.close());

interface Answer {
  status: number;
  body: any;
  headers: Headers;
}

/** A request of a browser's, or, with a key, of a program's. */
async function api(who: SignedInBrowser | string, method: string, path: string, json?: unknown): Promise<Answer> {
  const response = await fetch(server.url + path, {
    method,
    redirect: "manual",
    headers: {
      ...(typeof who === "string" ? { Authorization: `Bearer ${who}` } : { Cookie: who.cookie, Origin: server.url }),
      "Content-Type": "application/json",
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  const text = await response.text();
  const isJson = response.headers.get("Content-Type")?.includes("json");
  return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
}

async function newKey(who: SignedInBrowser, fields: object = {}): Promise<{ id: string; key: string }> {
  const { status, body } = await api(who, "POST", "/api/keys", { name: "A key", scope: "read", ...fields });
  expect([status, body]).toMatchObject([201, { key: expect.any(String) }]);
  return body;
}

const DAY_MS = 86_400_000;

test("a key is shown once, works for ninety days, and only its hash is kept", async () => {
  const { status, body, headers } = await api(viewer, "POST", "/api/keys", { name: " Weekly report ", scope: "read" });
  expect([status, headers.get("Cache-Control")]).toStrictEqual([201, "no-store"]);
  expect(body).toStrictEqual({
    id: expect.any(String),
    person: { id: expect.any(String), name: "An viewer", email: expect.stringMatching(/^viewer-/) },
    name: "Weekly report",
    prefix: body.key.slice(0, 10),
    scope: "read",
    databases: null,
    created_at: expect.any(String),
    expires_at: expect.any(String),
    expired: false,
    last_used_at: null,
    last_used_from: null,
    key: expect.stringMatching(/^dck_[\w-]{43}$/),
  });
  const days = (Date.parse(body.expires_at) - Date.now()) / DAY_MS;
  expect(Math.round(days)).toBe(90);
  const { rows } = await server.own.query("SELECT to_jsonb(api_keys)::text AS row FROM api_keys");
  for (const { row } of rows) expect(row).not.toContain(body.key);
  const { key, ...shown } = body;
  expect((await api(viewer, "GET", "/api/keys")).body).toMatchObject({ keys: [shown], total: 1, page: 1 });
  expect(JSON.stringify(await listAudit(server))).not.toContain(key);
  expect(server.logged.join()).not.toContain(key);
});

test("a key works on every address of the API and of results, and says when it was last used", async () => {
  const { id, key } = await newKey(editor, { scope: "write" });
  const { slug } = await server.createClip("SELECT 1 AS a");
  expect(await api(key, "GET", "/api/clips")).toMatchObject({ status: 200 });
  expect(await api(key, "GET", `/clips/${slug}.csv`)).toMatchObject({ status: 200, body: "a\n1\n" });
  expect(await api(key, "GET", `/clips/${slug}.json`)).toMatchObject({ status: 200, body: { values: [[1]] } });
  expect(await api(key, "GET", "/api/databases")).toMatchObject({ status: 200 });
  expect(await api(key, "POST", `/api/clips/${slug}/shares`, {})).toMatchObject({ status: 201 });
  await server.deps.keyUses!.write();
  const { keys } = (await api(editor, "GET", "/api/keys")).body;
  expect(keys.find((one: { id: string }) => one.id === id)).toMatchObject({
    last_used_at: expect.any(String),
    last_used_from: "127.0.0.1",
  });
});

test("what a key did is the key's in the audit, with its owner's name", async () => {
  const { id, key } = await newKey(editor, { scope: "write" });
  const made = await api(key, "POST", "/api/clips", { database: "test", title: "By a key", sql: "SELECT 1 AS a" });
  expect(made.status).toBe(201);
  expect(await listAudit(server, { clip: made.body.slug })).toMatchObject([
    { action: "clip.create", actor: `key:${id}`, actor_name: expect.stringMatching(/^An editor <editor-/) },
  ]);
});

test("a key in an address is no key", async () => {
  const { key } = await newKey(viewer);
  const { slug } = await server.createClip("SELECT 1 AS a");
  for (const name of ["key", "token", "access_token", "api_key", "Authorization"]) {
    const response = await fetch(`${server.url}/clips/${slug}.csv?${name}=${key}`, { redirect: "manual" });
    expect([name, response.status]).toStrictEqual([name, 401]);
    expect(await response.text()).not.toContain(key);
    expect((await fetch(`${server.url}/api/clips?${name}=${key}`)).status).toBe(401);
  }
  const basic = Buffer.from(`${key}:`).toString("base64");
  expect((await fetch(`${server.url}/api/clips`, { headers: { Authorization: `Basic ${basic}` } })).status).toBe(401);
});

test("a key that has expired, is revoked, or is of somebody disabled is in every byte like a wrong one", async () => {
  const wrong = await api(`dck_${"x".repeat(43)}`, "GET", "/api/clips");
  expect(wrong.status).toBe(401);
  const same = async (key: string): Promise<void> => {
    const { status, body, headers } = await api(key, "GET", "/api/clips");
    const known = (all: Headers): [string, string][] => [...all].filter(([name]) => name !== "date");
    expect([status, body, known(headers)]).toStrictEqual([wrong.status, wrong.body, known(wrong.headers)]);
  };
  const expired = await newKey(viewer);
  expect((await api(expired.key, "GET", "/api/clips")).status).toBe(200);
  await server.own.query("UPDATE api_keys SET expires_at = now() WHERE id = $1", [expired.id]);
  await same(expired.key);
  expect((await api(viewer, "GET", "/api/keys")).body.keys).toContainEqual(
    expect.objectContaining({ id: expired.id, expired: true }),
  );

  const revoked = await newKey(viewer);
  expect((await api(viewer, "DELETE", `/api/keys/${revoked.id}`)).status).toBe(204);
  await same(revoked.key);
  expect((await api(viewer, "DELETE", `/api/keys/${revoked.id}`)).status).toBe(404);

  const leaver = await signInBrowser(server, "editor");
  const left = await newKey(leaver, { scope: "write", expires_at: null });
  await server.own.query(
    "UPDATE people SET disabled_at = now() WHERE id = (SELECT person_id FROM api_keys WHERE id = $1)",
    [left.id],
  );
  await same(left.key);
  await same(`${left.key}x`);
  await same(left.key.toUpperCase());
});

test("a key can do no more than its scope, and no more than its owner, now", async () => {
  const read = await newKey(administrator, { scope: "read" });
  const draft = { database: "test", title: "T", sql: "SELECT 1 AS a" };
  expect(await api(read.key, "POST", "/api/clips", draft)).toMatchObject({
    status: 403,
    body: { error: { message: expect.stringContaining("a key that makes you a viewer") } },
  });
  const write = await newKey(editor, { scope: "write" });
  expect((await api(write.key, "POST", "/api/clips", draft)).status).toBe(201);
  await server.own.query(
    "UPDATE people SET role = 'viewer' WHERE id = (SELECT person_id FROM api_keys WHERE id = $1)",
    [write.id],
  );
  expect((await api(write.key, "POST", "/api/clips", draft)).status).toBe(403);
  await server.own.query(
    "UPDATE people SET role = 'editor' WHERE id = (SELECT person_id FROM api_keys WHERE id = $1)",
    [write.id],
  );
});

test("a key makes, sees and revokes no key, nor does it read the audit, but for an administrator's", async () => {
  const admin = await newKey(administrator, { scope: "admin" });
  const other = await newKey(viewer);
  for (const { key } of [admin, other]) {
    expect((await api(key, "POST", "/api/keys", { name: "Another", scope: "read" })).status).toBe(403);
    expect((await api(key, "GET", "/api/keys")).status).toBe(403);
    expect((await api(key, "GET", "/api/keys?all=true")).status).toBe(403);
    expect((await api(key, "DELETE", `/api/keys/${other.id}`)).status).toBe(403);
    expect((await api(key, "POST", "/account/keys")).status).toBe(403);
  }
  expect((await api(other.key, "GET", "/api/audit")).status).toBe(403);
  expect((await api(admin.key, "GET", "/api/audit")).status).toBe(200);
});

test("people see and revoke their own keys; administrators everybody's", async () => {
  const { id } = await newKey(viewer, { name: "The viewer's" });
  const listed = async (who: SignedInBrowser, query = ""): Promise<string[]> =>
    (await api(who, "GET", `/api/keys${query}`)).body.keys.map((key: { id: string }) => key.id);
  expect(await listed(viewer)).toContain(id);
  expect(await listed(editor)).not.toContain(id);
  expect(await listed(administrator)).not.toContain(id);
  expect(await listed(administrator, "?all=true")).toContain(id);
  expect((await api(editor, "GET", "/api/keys?all=true")).status).toBe(403);
  const [theirs, nowhere] = [
    await api(editor, "DELETE", `/api/keys/${id}`),
    await api(editor, "DELETE", "/api/keys/00000000-0000-4000-8000-000000000000"),
  ];
  expect([theirs.status, theirs.body]).toStrictEqual([404, nowhere.body]);
  expect((await api(viewer, "DELETE", "/api/keys/x'; DROP TABLE api_keys --")).status).toBe(404);
  expect((await api(administrator, "DELETE", `/api/keys/${id}`)).status).toBe(204);
  expect(await listed(viewer)).not.toContain(id);
  expect(await listAudit(server, { action: "key.revoke" })).toMatchObject([
    { actor_name: expect.stringContaining("administrator-"), details: { key: id, name: "The viewer's" } },
    expect.anything(),
  ]);
});

test("the administrator's token has no keys of its own, and manages everybody's", async () => {
  expect(await (await server.request("/api/keys")).json()).toMatchObject({ keys: [], total: 0 });
  const refused = await server.request("/api/keys", { method: "POST", json: { name: "Mine", scope: "read" } });
  expect([refused.status, await refused.json()]).toMatchObject([403, { error: { code: "forbidden" } }]);
  const { id } = await newKey(viewer);
  expect(await (await server.request("/api/keys?all=true")).json()).toMatchObject({
    keys: expect.arrayContaining([expect.objectContaining({ id })]),
  });
  expect((await server.request(`/api/keys/${id}`, { method: "DELETE" })).status).toBe(204);
});

test.each<[string, object, number, string]>([
  ["no name", { scope: "read" }, 400, "name"],
  ["an empty name", { name: "  ", scope: "read" }, 400, "name: must not be empty"],
  ["too long a name", { name: "x".repeat(101), scope: "read" }, 400, "at most 100 characters"],
  ["a name with NUL", { name: "a\0b", scope: "read" }, 400, "NUL"],
  ["no scope", { name: "K" }, 400, "scope: must be read, write, admin"],
  ["a scope that is none", { name: "K", scope: "root" }, 400, "scope: must be read, write, admin"],
  ["a scope above the role", { name: "K", scope: "write" }, 403, "takes the role editor, and yours is viewer"],
  ["a database that is not there", { name: "K", scope: "read", databases: ["test", "nope"] }, 400, '"nope"'],
  ["an expiry that is past", { name: "K", scope: "read", expires_at: "2026-01-01" }, 400, "past already"],
  ["an expiry that is no time", { name: "K", scope: "read", expires_at: "soon" }, 400, "must be a time"],
  ["somebody else's", { name: "K", scope: "read", person_id: "x" }, 400, "person_id"],
  ["a hash", { name: "K", scope: "read", key_hash: "x" }, 400, "key_hash"],
])("a key with %s is refused", async (_, fields, status, words) => {
  const { rows } = await server.own.query("SELECT count(*)::int AS n FROM api_keys");
  const answer = await api(viewer, "POST", "/api/keys", fields);
  expect([answer.status, answer.body.error.message]).toStrictEqual([status, expect.stringContaining(words)]);
  const after = await server.own.query("SELECT count(*)::int AS n FROM api_keys");
  expect(after.rows).toStrictEqual(rows);
});

test("a key for some databases sees no other one's clips; one that never expires says so", async () => {
  const { id, key } = await newKey(editor, { scope: "write", databases: ["test"], expires_at: null });
  const { slug } = await server.createClip("SELECT 1 AS a");
  expect((await api(key, "GET", `/clips/${slug}.csv`)).status).toBe(200);
  await server.own.query("UPDATE api_keys SET databases = '{elsewhere}' WHERE id = $1", [id]);
  await until(async () => (await api(key, "GET", `/clips/${slug}.csv`)).status === 404);
  const { keys } = (await api(editor, "GET", "/api/keys")).body;
  expect(keys.find((one: { id: string }) => one.id === id)).toMatchObject({
    databases: ["elsewhere"],
    expires_at: null,
  });
});

test("one person has a hundred keys, and no more", async () => {
  const collector = await signInBrowser(server, "viewer");
  await newKey(collector);
  await server.own.query(
    `INSERT INTO api_keys (person_id, name, key_hash, prefix, scope)
     SELECT person_id, name, key_hash || n, prefix, scope FROM generate_series(1, 99) AS n,
       (SELECT * FROM api_keys ORDER BY created_at DESC LIMIT 1) AS k`,
  );
  const refused = await api(collector, "POST", "/api/keys", { name: "One more", scope: "read" });
  expect([refused.status, refused.body.error.message]).toStrictEqual([409, "You have 100 keys already."]);
});
