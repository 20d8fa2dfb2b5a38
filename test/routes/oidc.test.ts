import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Person } from "../../src/people/access.ts";
import { createInvitation, takeInvitation } from "../../src/people/invitations.ts";
import { createOidc, OIDC_CALLBACK } from "../../src/people/oidc.ts";
import type { OidcConfig } from "../../src/people/oidc-config.ts";
import { OIDC_TRIES } from "../../src/routes/oidc-sign-in.ts";
import { createSignInLink } from "../../src/people/sign-in.ts";
import { addPerson } from "../support/add-person.ts";
import { type BrowserLike, browserLike } from "../support/browser-like.ts";
import { CLIENT, type OidcStage, startOidcStage } from "../support/oidc-stage.ts";
import { serveApp } from "../support/serve-app.ts";
import { SECRET, startTestServer, type TestServer } from "../support/test-server.ts";

/** A Dataclips whose people sign in with a real provider. */
interface Stage {
  url: string;
  provider: OidcStage;
  close: () => Promise<void>;
}

let server: TestServer;
let stage: Stage;
beforeAll(async () => {
  server = await startTestServer();
  stage = await startStage({ domains: ["example.com", "ümlaut.example"] });
});
afterAll(async () => {
  await stage.close();
  await server.close();
});

async function startStage(config: Partial<OidcConfig>, { isDown = false } = {}): Promise<Stage> {
  let provider: OidcStage | undefined;
  const app = await serveApp(async (publicUrl) => {
    provider = await startOidcStage(publicUrl + OIDC_CALLBACK);
    provider.isDown = isDown;
    const oidc = createOidc(
      { db: server.deps.db, secret: SECRET, publicUrl, log: server.deps.log },
      {
        issuer: provider.issuer,
        clientId: CLIENT.id,
        clientSecret: CLIENT.secret,
        name: "Example's login",
        domains: [],
        role: "viewer",
        ...config,
      },
    );
    return { ...server.deps, publicUrl, oidc };
  });
  const close = async (): Promise<void> => {
    await app.close();
    await provider!.close();
  };
  return { url: app.url, provider: provider!, close };
}

/** Somebody whom the provider knows. */
function account(claims: Record<string, unknown> = {}): { login: string; email: string } {
  const login = `login-${randomUUID()}`;
  const email = `${randomUUID()}@example.com`;
  stage.provider.claims.set(login, { email, email_verified: true, name: "Ada Lovelace", ...claims });
  return { login, email };
}

/** Begins a sign-in, and returns the provider's address. */
async function begin(browser: BrowserLike, next = "/clips"): Promise<string> {
  const begun = await browser.post("/sign-in/oidc", { next });
  return /^0; url=(.+)$/.exec(begun.headers.get("Refresh") ?? "")?.[1] ?? `no address: ${begun.status}`;
}

/** Signs in, all the way. */
async function signIn(browser: BrowserLike, login: string, next?: string, { provider } = stage): Promise<Response> {
  return browser.get(await provider.signIn(await begin(browser, next), login));
}

async function isSignedIn(browser: BrowserLike): Promise<boolean> {
  return (await browser.get("/account")).status === 200;
}

async function findPerson(email: string): Promise<Record<string, unknown> | undefined> {
  const { rows } = await server.own.query(
    `SELECT id, name, role, email_verified, ARRAY(SELECT team_id::int FROM team_members WHERE person_id = people.id) AS teams
       FROM people WHERE email = $1`,
    [email],
  );
  return rows[0];
}

function addVerified(email: string): Promise<Person> {
  return addPerson(server.deps.db, "editor", { email, emailVerified: true });
}

test("the sign-in page has a button, whose answer leads to the provider and holds nothing of the secret", async () => {
  const browser = browserLike(stage.url);
  const page = await (await browser.get("/sign-in?next=/clips%3Fq%3D1")).text();
  expect(page).toMatch(/<form[^>]*action="\/sign-in\/oidc"><input[^>]*value="\/clips\?q=1"/);
  expect(page).toContain("Sign in with Example&#39;s login");
  const begun = await browser.post("/sign-in/oidc");
  const url = new URL(begun.headers.get("Refresh")!.replace("0; url=", ""));
  expect(url.origin).toBe(stage.provider.issuer);
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    response_type: "code",
    code_challenge_method: "S256",
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    state: expect.stringMatching(/^[\w-]{32}$/),
    nonce: expect.stringMatching(/^[\w-]{32}$/),
    scope: "openid email profile",
    redirect_uri: stage.url + OIDC_CALLBACK,
  });
  expect((await begun.text()) + url.href).not.toContain(CLIENT.secret);
  // No other site's page begins a sign-in.
  const forged = await fetch(`${stage.url}/sign-in/oidc`, {
    method: "POST",
    headers: { Origin: "https://evil.example" },
  });
  expect(forged.status).toBe(403);
});

test("a newcomer of a listed domain becomes a viewer, and stays the same person, whatever their address becomes", async () => {
  const { login, email } = account({ name: "Ada\nLovelace " });
  const browser = browserLike(stage.url);
  const back = await signIn(browser, login, "/clips?q=a%20b");
  expect([back.status, back.headers.get("Location")]).toStrictEqual([303, "/clips?q=a%20b"]);
  expect(await (await browser.get("/account")).text()).toContain(email);
  const person = await findPerson(email);
  expect(person).toMatchObject({ name: "Ada Lovelace", role: "viewer", email_verified: true, teams: [1] });

  stage.provider.claims.set(login, { email: `new-${email}`, email_verified: true });
  const again = browserLike(stage.url);
  await signIn(again, login);
  expect(await (await again.get("/account")).text()).toContain(email);
  expect(await findPerson(`new-${email}`)).toBeUndefined();

  const { rows: events } = await server.own.query(
    "SELECT action, details FROM audit_events WHERE actor = 'person:' || $1 ORDER BY id",
    [person!["id"]],
  );
  expect(events).toStrictEqual([
    { action: "person.create", details: { by: "oidc", email } },
    { action: "session.begin", details: { by: "oidc" } },
    { action: "session.begin", details: { by: "oidc" } },
  ]);
  const { rows: accounts } = await server.own.query("SELECT * FROM accounts WHERE person_id = $1", [person!["id"]]);
  expect(accounts).toHaveLength(1);
  expect(accounts[0]).toMatchObject({
    provider_id: stage.provider.issuer,
    account_id: login,
    access_token: null,
    refresh_token: null,
    id_token: null,
    password: null,
  });
});

test.each([
  ["another domain", (email: string) => ({ email: email.replace("@", "@other.") })],
  ["a domain that ends like one", (email: string) => ({ email: email.replace("@", "@evil") })],
  ["an address with two @", (email: string) => ({ email: `"a@evil.test"@${email.split("@")[1]}` })],
  ["two addresses", (email: string) => ({ email: `${email},x@example.com` })],
  ["no address", () => ({ email: undefined })],
  ["an address that is not confirmed", () => ({ email_verified: false })],
  ["an address that may be confirmed", () => ({ email_verified: undefined })],
  ["an address that is confirmed in words", () => ({ email_verified: "no" })],
])("a newcomer with %s is refused, and nobody is made", async (_, claims) => {
  const { rows: before } = await server.own.query("SELECT count(*) FROM people");
  const { login, email } = account();
  Object.assign(stage.provider.claims.get(login)!, claims(email));
  const browser = browserLike(stage.url);
  const refused = await signIn(browser, login);
  expect(refused.status).toBe(403);
  expect(await isSignedIn(browser)).toBe(false);
  expect((await server.own.query("SELECT count(*) FROM people")).rows).toStrictEqual(before);
});

test("without listed domains only those get in who are there", async () => {
  const closed = await startStage({});
  const email = `${randomUUID()}@example.com`;
  closed.provider.claims.set("ada", { email, email_verified: true });
  expect((await signIn(browserLike(closed.url), "ada", "/", closed)).status).toBe(403);
  await addVerified(email);
  expect((await signIn(browserLike(closed.url), "ada", "/", closed)).status).toBe(303);
  await closed.close();
});

test("newcomers may be made editors", async () => {
  const editors = await startStage({ domains: ["example.com"], role: "editor" });
  const email = `${randomUUID()}@example.com`;
  editors.provider.claims.set("ada", { email, email_verified: true });
  expect((await signIn(browserLike(editors.url), "ada", "/", editors)).status).toBe(303);
  expect(await findPerson(email)).toMatchObject({ role: "editor", name: email.split("@")[0] });
  await editors.close();
});

/** Takes an invitation for an address, or for whoever has it. */
async function invite(email: string, { named }: { named: boolean }): Promise<Person> {
  const { db } = server.deps;
  const draft = { email: named ? email : null, role: "editor", teamIds: [1], createdBy: "token" } as const;
  const { token } = await createInvitation(db, draft);
  return (await takeInvitation(db, token, { name: "Ada", email, passwordHash: "none" }))!;
}

test("who was invited by their address is linked to it, in whatever letters the provider writes it", async () => {
  const { login, email } = account();
  stage.provider.claims.get(login)!["email"] = email.toUpperCase();
  const person = await invite(email, { named: true });
  const browser = browserLike(stage.url);
  expect((await signIn(browser, login)).status).toBe(303);
  expect(await findPerson(email)).toMatchObject({ id: person.id, role: "editor", name: "Ada" });
});

test("an address that is not confirmed takes nobody's account over, also one that is linked", async () => {
  const { login, email } = account({ email_verified: false });
  await addVerified(email);
  expect((await signIn(browserLike(stage.url), login)).status).toBe(403);
  const linked = account();
  await signIn(browserLike(stage.url), linked.login);
  stage.provider.claims.get(linked.login)!["email_verified"] = false;
  expect((await signIn(browserLike(stage.url), linked.login)).status).toBe(403);
});

test("an account with an address that only its owner has said is not shared with whom the address is", async () => {
  const { login, email } = account();
  const person = await invite(email, { named: false });
  const browser = browserLike(stage.url);
  const refused = await signIn(browser, login);
  expect(refused.status).toBe(403);
  expect(await refused.text()).toContain("is somebody with the email address");
  expect(await isSignedIn(browser)).toBe(false);

  // Somebody else's session proves nothing of it.
  const other = await addPerson(server.deps.db, "administrator");
  await browser.get(`/sign-in?link=${await createSignInLink(server.deps.db, other.id)}`);
  expect((await signIn(browser, login)).status).toBe(403);

  const own = browserLike(stage.url);
  await own.get(`/sign-in?link=${await createSignInLink(server.deps.db, person.id)}`);
  expect((await signIn(own, login)).status).toBe(303);
  expect(await findPerson(email)).toMatchObject({ id: person.id, email_verified: true });
  expect((await signIn(browserLike(stage.url), login)).status).toBe(303);
});

test("an answer counts in the browser that began, once, and with its own state", async () => {
  const { login } = account();
  const browser = browserLike(stage.url);
  const callback = await stage.provider.signIn(await begin(browser), login);

  const other = browserLike(stage.url);
  const refused = await other.get(callback);
  expect(refused.status).toBe(403);
  expect(await refused.text()).toContain("not begun in this browser");
  // With a state of its own, which is not that of the answer.
  await begin(other);
  expect((await other.get(callback)).status).toBe(403);
  expect(await isSignedIn(other)).toBe(false);

  const made = new URL(callback);
  made.searchParams.set("state", "a".repeat(32));
  expect((await browser.get(made.href)).status).toBe(403);
  made.searchParams.delete("state");
  expect((await browser.get(made.href)).status).toBe(403);
  expect((await browser.get(OIDC_CALLBACK)).status).toBe(403);

  expect((await browser.get(callback)).status).toBe(303);
  expect((await browser.get(callback)).status).toBe(403);
});

test("an answer with another one's code, or of another provider, is refused", async () => {
  const [victim, attacker] = [browserLike(stage.url), browserLike(stage.url)];
  const theirs = new URL(await stage.provider.signIn(await begin(attacker), account().login));
  const own = new URL(await stage.provider.signIn(await begin(victim), account().login));
  // The code is tied to who began by PKCE: it cannot be put under somebody else's sign-in.
  own.searchParams.set("code", theirs.searchParams.get("code")!);
  expect((await victim.get(own.href)).status).toBe(502);
  expect(await isSignedIn(victim)).toBe(false);

  const mixed = new URL(await stage.provider.signIn(await begin(victim), account().login));
  mixed.searchParams.set("iss", "https://evil.example");
  expect((await victim.get(mixed.href)).status).toBe(502);
  expect(await isSignedIn(victim)).toBe(false);
});

test.each(["https://evil.example/", "//evil.example", "/\\evil.example", "/.//evil.example", "javascript:alert(1)"])(
  "%s is nowhere to go after signing in",
  async (next) => {
    const browser = browserLike(stage.url);
    const back = await signIn(browser, account().login, next);
    expect([back.status, back.headers.get("Location")]).toStrictEqual([303, "/"]);
  },
);

test("who is disabled does not get in, linked or not", async () => {
  const linked = account();
  await signIn(browserLike(stage.url), linked.login);
  const invited = account();
  await addVerified(invited.email);
  await server.own.query("UPDATE people SET disabled_at = now() WHERE email = ANY ($1)", [
    [linked.email, invited.email],
  ]);
  for (const { login } of [linked, invited]) {
    const browser = browserLike(stage.url);
    expect((await signIn(browser, login)).status).toBe(403);
    expect(await isSignedIn(browser)).toBe(false);
  }
});

test("the session that the browser had before is over", async () => {
  const before = await addPerson(server.deps.db, "viewer");
  const browser = browserLike(stage.url);
  await browser.get(`/sign-in?link=${await createSignInLink(server.deps.db, before.id)}`);
  await signIn(browser, account().login);
  const { rows } = await server.own.query("SELECT id FROM sessions WHERE person_id = $1", [before.id]);
  expect(rows).toStrictEqual([]);
});

test("who gives up at the provider is told so, and may try again", async () => {
  const { login } = account();
  const browser = browserLike(stage.url);
  const refused = await browser.get(await stage.provider.abort(await begin(browser)));
  expect(refused.status).toBe(403);
  expect(await refused.text()).toContain("You were not signed in by Example&#39;s login");
  expect((await signIn(browser, login)).status).toBe(303);
  const { rows } = await server.own.query(
    "SELECT actor, details FROM audit_events WHERE action = 'session.fail' AND details->>'reason' LIKE 'You were not%'",
  );
  expect(rows).toStrictEqual([
    { actor: "anonymous", details: { by: "oidc", reason: "You were not signed in by Example's login." } },
  ]);
});

test("two-factor sign-in is the provider's matter: no code is asked for", async () => {
  const { login, email } = account();
  const person = await addVerified(email);
  await server.own.query("UPDATE people SET two_factor_enabled = true WHERE id = $1", [person.id]);
  const browser = browserLike(stage.url);
  await signIn(browser, login);
  expect(await isSignedIn(browser)).toBe(true);
});

test("a provider that does not answer is said so, nothing else waits for it, and it is asked again", async () => {
  const late = await startStage({ domains: ["example.com"] }, { isDown: true });
  const browser = browserLike(late.url);
  expect((await browser.get("/sign-in")).status).toBe(200);
  const refused = await browser.post("/sign-in/oidc");
  expect([refused.status, await refused.text()]).toStrictEqual([502, expect.stringContaining("does not answer")]);

  late.provider.isDown = false;
  late.provider.claims.set("ada", { email: `${randomUUID()}@example.com`, email_verified: true });
  expect((await signIn(browser, "ada", "/", late)).status).toBe(303);

  const callback = await late.provider.signIn(await begin(browser), "ada");
  late.provider.isDown = true;
  expect((await browser.get(callback)).status).toBe(502);
  await late.close();
});

test("an address that only begins, or only fails, is stopped after a while; sign-ins that succeed do not count", async () => {
  const own = await startStage({ domains: ["example.com"] });
  own.provider.claims.set("ada", { email: `${randomUUID()}@example.com`, email_verified: true });
  const browser = browserLike(own.url);
  for (let failed = 0; failed < OIDC_TRIES - 4; failed++) await browser.get(`${OIDC_CALLBACK}?state=a&code=b`);
  for (let succeeded = 0; succeeded < 4; succeeded++) {
    expect((await signIn(browser, "ada", "/", own)).status).toBe(303);
  }
  for (let begun = 0; begun < 4; begun++) expect((await browser.post("/sign-in/oidc")).status).toBe(200);
  const stopped = await browser.post("/sign-in/oidc");
  expect([stopped.status, Number(stopped.headers.get("Retry-After")) > 600]).toStrictEqual([429, true]);
  expect((await browser.get(`${OIDC_CALLBACK}?state=a&code=b`)).status).toBe(429);
  await own.close();
});

test("a wrong secret of the client is in the log, as the provider says it, and the secret is not", async () => {
  const wrong = await startStage({ domains: ["example.com"], clientSecret: "hunter2-not-the-secret" });
  const email = `${randomUUID()}@example.com`;
  wrong.provider.claims.set("ada", { email, email_verified: true });
  const before = server.logged.length;
  expect((await signIn(browserLike(wrong.url), "ada", "/", wrong)).status).toBe(502);
  const logged = server.logged.slice(before).join("\n");
  expect(logged).toContain("invalid_client");
  expect(logged).not.toMatch(/hunter2|code=|state=/);
  expect(await findPerson(email)).toBeUndefined();
  await wrong.close();
});

test("nothing of better-auth's own endpoints is served, and without a provider there is no sign-in with one", async () => {
  for (const path of [
    "/api/auth/ok",
    "/api/auth/get-session",
    "/api/auth/callback/oidc",
    `/api/auth/callback/${encodeURIComponent(stage.provider.issuer)}`,
    "/sign-in/oidc/callback/x",
    "/sign-in/oidc/failed",
  ]) {
    const { rows } = await server.own.query("SELECT count(*) FROM sessions");
    expect([path, (await server.request(path)).status]).toStrictEqual([path, 404]);
    const posted = await server.request("/api/auth/sign-up/email", {
      method: "POST",
      json: { email: "a@example.com" },
    });
    expect(posted.status).toBe(404);
    expect((await server.own.query("SELECT count(*) FROM sessions")).rows).toStrictEqual(rows);
  }
  const plain = browserLike(server.url);
  expect((await plain.post("/sign-in/oidc")).status).toBe(404);
  expect((await plain.get(`${OIDC_CALLBACK}?code=a&state=b`)).status).toBe(404);
  expect(await (await plain.get("/sign-in")).text()).not.toContain("/sign-in/oidc");
});
