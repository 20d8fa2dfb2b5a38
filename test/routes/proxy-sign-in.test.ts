import { randomUUID } from "node:crypto";
import { request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createKey } from "../../src/people/keys.ts";
import { createSignInLink } from "../../src/people/sign-in.ts";
import { addPerson } from "../support/add-person.ts";
import { serveApp } from "../support/serve-app.ts";
import { startTestServer, type TestServer, TOKEN } from "../support/test-server.ts";

/** Two sockets' own addresses: that of the proxy, and that of somebody who is none. */
const PROXY = "127.0.0.1";
const NO_PROXY = "127.0.0.2";

let server: TestServer;
let app: { url: string; close: () => Promise<void> };
let off: typeof app;
beforeAll(async () => {
  server = await startTestServer();
  app = await serveApp(() => ({
    ...server.deps,
    trustedProxies: [`${PROXY}/32`],
    proxySignIn: { header: "X-Forwarded-Email", role: "editor" },
  }));
  off = await serveApp(() => ({ ...server.deps, trustedProxies: [PROXY] }));
});
afterAll(async () => {
  await app.close();
  await off.close();
  await server.close();
});

interface Answer {
  status: number;
  body: string;
  location: string | undefined;
}

/** Sends a request from an address of this machine; a header may be there twice. */
async function send(
  path: string,
  headers: Record<string, string | string[]> = {},
  { from = PROXY, url = app.url, method = "GET", body = "" } = {},
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const sent = request(url + path, { headers, method, localAddress: from, agent: false }, (response) => {
    const pieces: Buffer[] = [];
    response.on("data", (piece: Buffer) => pieces.push(piece));
    response.on("end", () =>
      resolve({
        status: response.statusCode!,
        body: Buffer.concat(pieces).toString(),
        location: response.headers.location,
      }),
    );
  });
  sent.on("error", reject);
  sent.end(body);
  return promise;
}

function somebody(): string {
  return `${randomUUID()}@example.com`;
}

async function peopleWith(email: string): Promise<Record<string, unknown>[]> {
  const { rows } = await server.own.query(
    `SELECT name, role, email_verified, ARRAY(SELECT team_id::int FROM team_members WHERE person_id = people.id) AS teams
       FROM people WHERE email = $1`,
    [email],
  );
  return rows;
}

async function countPeople(): Promise<unknown> {
  return (await server.own.query("SELECT count(*) FROM people")).rows[0];
}

test("whom the proxy names is a person from their first request on, made once, however many come at once", async () => {
  const email = somebody();
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => send("/api/clips", { "X-Forwarded-Email": email })),
  );
  expect(answers.map(({ status }) => status)).toStrictEqual(Array.from({ length: 10 }, () => 200));
  expect(await peopleWith(email)).toStrictEqual([
    { name: email.split("@")[0], role: "editor", email_verified: true, teams: [1] },
  ]);
  const { rows } = await server.own.query(
    "SELECT action, actor_name, details FROM audit_events WHERE details->>'email' = $1",
    [email],
  );
  expect(rows).toStrictEqual([
    { action: "person.create", actor_name: `${email.split("@")[0]} <${email}>`, details: { by: "proxy", email } },
  ]);
});

test("an address is the same in capital letters", async () => {
  const email = somebody();
  await send("/api/clips", { "X-Forwarded-Email": email });
  expect((await send("/api/clips", { "x-forwarded-email": ` ${email.toUpperCase()} ` })).status).toBe(200);
  expect(await peopleWith(email)).toHaveLength(1);
});

test("whoever is there already is who they are, with their own role", async () => {
  const person = await addPerson(server.deps.db, "administrator");
  expect((await send("/api/audit", { "X-Forwarded-Email": person.email })).status).toBe(200);
  expect((await send("/api/audit", { "X-Forwarded-Email": somebody() })).status).toBe(403);
});

test("only the socket's own address is believed, whatever the request says of itself", async () => {
  const before = await countPeople();
  for (const spoofed of [
    {},
    { "X-Forwarded-For": PROXY },
    { "X-Real-IP": PROXY },
    { Forwarded: `for=${PROXY}` },
    { "X-Forwarded-For": `${PROXY}, ${PROXY}` },
  ]) {
    const refused = await send("/api/clips", { "X-Forwarded-Email": somebody(), ...spoofed }, { from: NO_PROXY });
    expect([refused.status, JSON.parse(refused.body).error.message]).toStrictEqual([401, "You are not signed in."]);
  }
  // The header is not even looked at.
  expect((await send("/api/clips", { "X-Forwarded-Email": "no address" }, { from: NO_PROXY })).body).toContain(
    "not signed in",
  );
  expect(await countPeople()).toStrictEqual(before);
});

test("it is off unless it is configured, also for trusted proxies", async () => {
  const refused = await send("/api/clips", { "X-Forwarded-Email": somebody() }, { url: off.url });
  expect([refused.status, JSON.parse(refused.body).error.message]).toStrictEqual([401, "You are not signed in."]);
});

test.each([
  ["no address", "ada"],
  ["nothing", ""],
  ["two addresses", "ada@example.com, bob@example.com"],
  ["two addresses without a space", "ada@example.com,bob@example.com"],
  ["two headers", ["ada@example.com", "bob@example.com"]],
  ["two headers of the same", ["ada@example.com", "ada@example.com"]],
  ["a name with it", "Ada <ada@example.com>"],
  ["a quoted one", '"a@evil.test"@example.com'],
  ["two @", "ada@evil.test@example.com"],
  ["what is longer than an address", `${"a".repeat(250)}@example.com`],
])("a header with %s is refused, and makes nobody", async (_, value) => {
  const before = await countPeople();
  const refused = await send("/api/clips", { "X-Forwarded-Email": value });
  expect(refused.status).toBe(401);
  expect(JSON.parse(refused.body).error.message).toBe(
    "The proxy's header X-Forwarded-Email does not hold one email address.",
  );
  expect(await countPeople()).toStrictEqual(before);
  // A browser is not sent to sign in, where the same would come again.
  const page = await send("/", { "X-Forwarded-Email": value, Accept: "text/html" });
  expect([page.status, page.location]).toStrictEqual([401, undefined]);
});

test("who is disabled is refused", async () => {
  const email = somebody();
  await send("/api/clips", { "X-Forwarded-Email": email });
  await server.own.query("UPDATE people SET disabled_at = now() WHERE email = $1", [email]);
  const refused = await send("/api/clips", { "X-Forwarded-Email": email });
  expect([refused.status, JSON.parse(refused.body).error.message]).toStrictEqual([
    401,
    `${email} may not sign in here any more.`,
  ]);
});

test("what another site makes a browser send is refused, though the proxy puts its header on it", async () => {
  const form = (headers: Record<string, string>): Promise<Answer> =>
    send(
      "/clips",
      { "X-Forwarded-Email": email, "Content-Type": "application/x-www-form-urlencoded", ...headers },
      { method: "POST", body: new URLSearchParams({ database: "test", title: "Made", sql: "SELECT 1" }).toString() },
    );
  const email = somebody();
  expect((await form({ Origin: "https://evil.example" })).status).toBe(403);
  expect((await form({ "Sec-Fetch-Site": "cross-site" })).status).toBe(403);
  expect((await form({})).status).toBe(403);
  expect((await form({ Origin: app.url })).status).toBe(303);
  const { rows } = await server.own.query("SELECT count(*)::int FROM clips WHERE title = 'Made'");
  expect(rows).toStrictEqual([{ count: 1 }]);
});

test("shares, sessions, keys and the token work without it", async () => {
  const clip = await server.createClip("SELECT 1 AS a");
  const made = await server.request(`/api/clips/${clip.slug}/shares`, { method: "POST", json: {} });
  const { url } = (await made.json()) as { url: string };
  for (const from of [PROXY, NO_PROXY]) {
    expect((await send(new URL(url).pathname, { Accept: "text/html" }, { from })).status).toBe(200);
    expect((await send(`${new URL(url).pathname}.csv`, {}, { from })).body).toBe("a\n1\n");
    expect((await send("/api/clips", { Authorization: `Bearer ${TOKEN}` }, { from })).status).toBe(200);
    const { id } = await addPerson(server.deps.db, "viewer");
    const { key } = await createKey(server.deps.db, id, { name: "A key", scope: "read" });
    expect((await send("/api/clips", { Authorization: `Bearer ${key}` }, { from })).status).toBe(200);
    const link = await createSignInLink(server.deps.db, id);
    const signedIn = await fetch(`${app.url}/sign-in?link=${link}`, { redirect: "manual" });
    const [cookie = ""] = signedIn.headers.getSetCookie().map((header) => header.split(";")[0]!);
    expect((await send("/api/clips", { Cookie: cookie }, { from })).status).toBe(200);
  }
});

test("whom the proxy names now comes before whose session the browser has", async () => {
  const before = await addPerson(server.deps.db, "administrator");
  const link = await createSignInLink(server.deps.db, before.id);
  const signedIn = await fetch(`${app.url}/sign-in?link=${link}`, { redirect: "manual" });
  const [cookie = ""] = signedIn.headers.getSetCookie().map((header) => header.split(";")[0]!);
  expect((await send("/api/audit", { Cookie: cookie })).status).toBe(200);
  expect((await send("/api/audit", { Cookie: cookie, "X-Forwarded-Email": somebody() })).status).toBe(403);
});
