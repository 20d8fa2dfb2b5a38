import { afterAll, beforeAll, expect, test } from "vitest";
import type { Person } from "../../src/people/access.ts";
import { hashPassword, savePassword } from "../../src/people/passwords.ts";
import { addPerson } from "../support/add-person.ts";
import { type BrowserLike, browserLike } from "../support/browser-like.ts";
import { serveApp } from "../support/serve-app.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";
import { fromBase32, totp } from "../support/totp.ts";

const PASSWORD = "horses eat no batteries";
const STEP_MS = 30_000;
/** So many wrong codes end one sign-in. */
const WRONG_CODES = 5;

let server: TestServer;
/** Hashed once: it takes a tenth of a second. */
let passwordHash: string;
beforeAll(async () => {
  server = await startTestServer();
  passwordHash = await hashPassword(server.deps.auth, PASSWORD);
});
afterAll(() => server.close());

async function somebody(): Promise<Person> {
  const person = await addPerson(server.deps.db, "viewer");
  await savePassword(server.deps.db, person.id, passwordHash);
  return person;
}

function signIn(browser: BrowserLike, { email }: Person, next = "/clips"): Promise<Response> {
  return browser.post("/sign-in", { email, password: PASSWORD, next });
}

/** The code of a secret, some steps from now: better-auth takes those of -1, 0 and 1. */
function codeOf(secret: string, steps = 0): string {
  return totp(fromBase32(secret), Date.now() + steps * STEP_MS);
}

/** One that is none of those, nor will be during a test. */
function wrongCode(secret: string): string {
  const right = new Set([-2, -1, 0, 1, 2, 3, 4, 5].map((steps) => codeOf(secret, steps)));
  return ["000000", "111111", "222222", "333333", "444444", "555555", "666666", "777777", "888888"].find(
    (code) => !right.has(code),
  )!;
}

interface TurnedOn {
  person: Person;
  browser: BrowserLike;
  secret: string;
  backupCodes: string[];
}

/** Somebody who has turned it on with the code of this very step. */
async function turnOn(): Promise<TurnedOn> {
  const person = await somebody();
  const browser = browserLike(server.url);
  await signIn(browser, person);
  const begun = await browser.post("/account/two-factor", { password: PASSWORD });
  const secret = secretIn(await begun.text());
  const confirmed = await browser.post("/account/two-factor/confirm", { secret, code: codeOf(secret) });
  expect(confirmed.status).toBe(200);
  return { person, browser, secret, backupCodes: backupCodesIn(await confirmed.text()) };
}

function secretIn(html: string): string {
  return /name="secret" value="([A-Z2-7]+)"/.exec(html)?.[1] ?? "";
}

function backupCodesIn(html: string): string[] {
  return [...html.matchAll(/<li><code>([^<]+)<\/code><\/li>/g)].map(([, code]) => code!);
}

async function isSignedIn(browser: BrowserLike): Promise<boolean> {
  return (await browser.get("/account")).status === 200;
}

async function events(person: Person): Promise<unknown[]> {
  const { rows } = await server.own.query(
    `SELECT action, details FROM audit_events
      WHERE (actor = 'person:' || $1 OR details->>'email' = $2) AND action <> 'session.end' ORDER BY id`,
    [person.id, person.email],
  );
  return rows;
}

test("the codes of these tests are those of RFC 6238, appendix B", () => {
  const key = Buffer.from("12345678901234567890");
  const vectors = [
    [59, "94287082"],
    [1_111_111_109, "07081804"],
    [1_111_111_111, "14050471"],
    [1_234_567_890, "89005924"],
    [2_000_000_000, "69279037"],
    [20_000_000_000, "65353130"],
  ] as const;
  for (const [seconds, code] of vectors) expect(totp(key, seconds * 1000, 8)).toBe(code);
  expect(fromBase32("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").toString()).toBe("12345678901234567890");
});

test("turning it on takes the password, shows a QR code and the secret, and is done by a code", async () => {
  const person = await somebody();
  const browser = browserLike(server.url);
  await signIn(browser, person);
  expect(await (await browser.get("/account/two-factor")).text()).toContain("It is <strong>off</strong>");

  const refused = await browser.post("/account/two-factor", { password: "not the password" });
  expect([refused.status, secretIn(await refused.text())]).toStrictEqual([403, ""]);

  const begun = await browser.post("/account/two-factor", { password: PASSWORD });
  const page = await begun.text();
  const secret = secretIn(page);
  expect(fromBase32(secret)).toHaveLength(32);
  expect(page).toContain(`<code>${secret.match(/.{1,4}/g)!.join(" ")}</code>`);
  expect(page).toMatch(/<svg[^>]*role="img"/);
  expect(begun.headers.get("Cache-Control")).toBe("no-store");
  // Not before the code: whoever lost the page can still sign in.
  expect((await signIn(browserLike(server.url), person)).headers.get("Location")).toBe("/clips");

  const wrong = await browser.post("/account/two-factor/confirm", { secret, code: wrongCode(secret) });
  expect([wrong.status, secretIn(await wrong.text())]).toStrictEqual([403, secret]);

  const confirmed = await browser.post("/account/two-factor/confirm", { secret, code: codeOf(secret) });
  expect(backupCodesIn(await confirmed.text())).toHaveLength(10);
  expect(await isSignedIn(browser)).toBe(true);
  // A new session in place of the one before, of which as much is known.
  const { rows } = await server.own.query(
    "SELECT address, user_agent IS NOT NULL AS browser FROM sessions WHERE person_id = $1",
    [person.id],
  );
  expect(rows).toStrictEqual([
    { address: "127.0.0.1", browser: true },
    { address: "127.0.0.1", browser: true },
  ]);
  const later = await (await browser.get("/account/two-factor")).text();
  expect(later).toContain("It is <strong>on</strong>");
  expect(backupCodesIn(later)).toStrictEqual([]);
  expect(await events(person)).toContainEqual({ action: "two_factor.change", details: { to: "on" } });
});

test("a session alone is not shown the backup codes again, nor can it begin anew", async () => {
  const { browser, secret } = await turnOn();
  const again = await browser.post("/account/two-factor/confirm", { secret, code: codeOf(secret, 1) });
  expect([again.status, again.headers.get("Location")]).toStrictEqual([303, "/account/two-factor"]);
  const anew = await browser.post("/account/two-factor", { password: PASSWORD });
  expect([anew.status, secretIn(await anew.text())]).toStrictEqual([409, ""]);
});

test("the password alone signs nobody in; the code does, and leads to where one was going", async () => {
  const { person, secret } = await turnOn();
  const browser = browserLike(server.url);
  const step = await signIn(browser, person, "/clips?q=a%20b");
  expect(step.headers.get("Location")).toBe("/sign-in/two-factor?next=%2Fclips%3Fq%3Da%2520b");
  expect(await isSignedIn(browser)).toBe(false);
  const page = await (await browser.get(step.headers.get("Location")!)).text();
  expect(page).toContain('value="/clips?q=a%20b"');

  const code = codeOf(secret, 1);
  const done = await browser.post("/sign-in/two-factor", {
    code: `${code.slice(0, 3)} ${code.slice(3)}`,
    next: "/clips?q=a%20b",
  });
  expect([done.status, done.headers.get("Location")]).toStrictEqual([303, "/clips?q=a%20b"]);
  expect(await isSignedIn(browser)).toBe(true);
  expect((await events(person)).at(-1)).toStrictEqual({ action: "session.begin", details: { by: "two_factor" } });
});

test("a code works once: neither again, nor in two browsers at the same moment", async () => {
  const { person, secret } = await turnOn();
  const code = codeOf(secret, 1);
  const browsers = [browserLike(server.url), browserLike(server.url), browserLike(server.url)];
  for (const browser of browsers) await signIn(browser, person);
  const both = await Promise.all(browsers.slice(0, 2).map((browser) => browser.post("/sign-in/two-factor", { code })));
  expect(both.map(({ status }) => status).toSorted()).toStrictEqual([303, 401]);
  expect((await browsers[2]!.post("/sign-in/two-factor", { code })).status).toBe(401);
  expect(await isSignedIn(browsers[2]!)).toBe(false);
});

test("the code that turned it on signs nobody in", async () => {
  const person = await somebody();
  const browser = browserLike(server.url);
  await signIn(browser, person);
  const secret = secretIn(await (await browser.post("/account/two-factor", { password: PASSWORD })).text());
  const code = codeOf(secret);
  expect((await browser.post("/account/two-factor/confirm", { secret, code })).status).toBe(200);
  const other = browserLike(server.url);
  await signIn(other, person);
  expect((await other.post("/sign-in/two-factor", { code })).status).toBe(401);
});

test("a wrong code is said on the page and written down, and a right one does it then", async () => {
  const { person, secret } = await turnOn();
  const browser = browserLike(server.url);
  await signIn(browser, person);
  const wrong = await browser.post("/sign-in/two-factor", { code: wrongCode(secret) });
  expect(wrong.status).toBe(401);
  expect(await wrong.text()).toContain("This code is not right");
  expect((await events(person)).at(-1)).toStrictEqual({
    action: "session.fail",
    details: { by: "two_factor", email: person.email },
  });
  expect((await browser.post("/sign-in/two-factor", { code: codeOf(secret, 1) })).status).toBe(303);
});

test("a backup code signs in once, and new ones replace the old", async () => {
  const { person, browser, backupCodes } = await turnOn();
  const other = browserLike(server.url);
  await signIn(other, person);
  expect((await other.post("/sign-in/two-factor", { code: backupCodes[0]! })).status).toBe(303);
  await signIn(other, person);
  expect((await other.post("/sign-in/two-factor", { code: backupCodes[0]! })).status).toBe(401);

  expect((await browser.post("/account/two-factor/codes", { password: "not it" })).status).toBe(403);
  const made = await browser.post("/account/two-factor/codes", { password: PASSWORD });
  const newCodes = backupCodesIn(await made.text());
  expect(newCodes).toHaveLength(10);
  expect((await other.post("/sign-in/two-factor", { code: backupCodes[1]! })).status).toBe(401);
  expect((await other.post("/sign-in/two-factor", { code: newCodes[1]! })).status).toBe(303);
});

test("turning it off takes the password; from then on that alone signs in", async () => {
  const { person, browser } = await turnOn();
  expect((await browser.post("/account/two-factor/off", { password: "not it" })).status).toBe(403);
  expect((await signIn(browserLike(server.url), person)).headers.get("Location")).toContain("/sign-in/two-factor");
  expect((await browser.post("/account/two-factor/off", { password: PASSWORD })).status).toBe(303);
  expect(await isSignedIn(browser)).toBe(true);
  expect((await signIn(browserLike(server.url), person)).headers.get("Location")).toBe("/clips");
  expect(await events(person)).toContainEqual({ action: "two_factor.change", details: { to: "off" } });
});

test("five wrong codes end a sign-in, ten lock the account for all browsers", async () => {
  // A server of its own: wrong codes are counted by address, too.
  const own = await serveApp(() => server.deps);
  const { person, secret, backupCodes } = await turnOn();
  const code = wrongCode(secret);
  for (const _ of [1, 2]) {
    const browser = browserLike(own.url);
    await signIn(browser, person);
    for (let wrong = 0; wrong < WRONG_CODES; wrong++)
      expect((await browser.post("/sign-in/two-factor", { code })).status).toBe(401);
  }
  const browser = browserLike(own.url);
  await signIn(browser, person);
  const locked = await browser.post("/sign-in/two-factor", { code: codeOf(secret, 1) });
  expect([locked.status, locked.headers.get("Retry-After")]).toStrictEqual([429, "900"]);
  expect((await browser.post("/sign-in/two-factor", { code: backupCodes[0]! })).status).toBe(429);
  expect(await isSignedIn(browser)).toBe(false);
  await own.close();
});

test("after five wrong codes the sixth says that one has to begin again, also a right one", async () => {
  const own = await serveApp(() => server.deps);
  const { person, secret } = await turnOn();
  const browser = browserLike(own.url);
  await signIn(browser, person);
  for (let wrong = 0; wrong < WRONG_CODES; wrong++)
    await browser.post("/sign-in/two-factor", { code: wrongCode(secret) });
  const sixth = await browser.post("/sign-in/two-factor", { code: codeOf(secret, 1), next: "/clips" });
  expect(sixth.status).toBe(401);
  expect(await sixth.text()).toContain('href="/sign-in?next=%2Fclips"');
  await own.close();
});

test("wrong codes are counted by address", async () => {
  const own = await serveApp(() => server.deps);
  const statuses: number[] = [];
  for (const _ of [1, 2, 3, 4, 5, 6, 7]) {
    const { person, secret } = await turnOn();
    // The password is given to the other server, which has not counted them: both know the cookie.
    const browser = browserLike(server.url);
    await signIn(browser, person);
    for (let wrong = 0; wrong < WRONG_CODES; wrong++) {
      statuses.push((await browser.post(`${own.url}/sign-in/two-factor`, { code: wrongCode(secret) })).status);
    }
  }
  expect(statuses.slice(0, 30)).toStrictEqual(Array.from({ length: 30 }, () => 401));
  expect(new Set(statuses.slice(30))).toStrictEqual(new Set([429]));
  await own.close();
});

test("the code is asked for of who gave the password, not of whose session the browser has", async () => {
  const attacker = await turnOn();
  const { person } = await turnOn();
  const browser = browserLike(server.url);
  await signIn(browser, person);
  // The attacker's own session beside it: their code must not end somebody else's sign-in.
  for (const [name, value] of attacker.browser.cookies) browser.cookies.set(name, value);
  expect((await browser.post("/sign-in/two-factor", { code: codeOf(attacker.secret, 1) })).status).toBe(401);
});

test("without a password given before, there is nothing to enter a code for", async () => {
  const browser = browserLike(server.url);
  const step = await browser.get("/sign-in/two-factor?next=/clips");
  expect([step.status, step.headers.get("Location")]).toStrictEqual([303, "/sign-in?next=%2Fclips"]);
  browser.cookies.set("dataclips.two_factor", "2fa-made-up.c2lnbmF0dXJl");
  const posted = await browser.post("/sign-in/two-factor", { code: "123456", next: "//evil.example" });
  expect([posted.status, posted.headers.get("Location")]).toStrictEqual([303, "/sign-in?next=%2F"]);
});

test("who is disabled between the password and the code does not get in", async () => {
  const { person, secret } = await turnOn();
  const browser = browserLike(server.url);
  await signIn(browser, person);
  await server.own.query("UPDATE people SET disabled_at = now() WHERE id = $1", [person.id]);
  const posted = await browser.post("/sign-in/two-factor", { code: codeOf(secret, 1) });
  expect(posted.headers.get("Location")).toBe("/sign-in?next=%2F");
  expect(await isSignedIn(browser)).toBe(false);
});

test("nothing that is kept lets a reader of the database make codes", async () => {
  const { person, secret, backupCodes } = await turnOn();
  const { rows } = await server.own.query("SELECT * FROM two_factors WHERE person_id = $1", [person.id]);
  const { rows: pending } = await server.own.query("SELECT * FROM verifications");
  const kept = JSON.stringify([rows, pending]);
  expect(kept).toContain(person.id);
  for (const hidden of [secret, fromBase32(secret).toString(), ...backupCodes]) expect(kept).not.toContain(hidden);
});

test("it is for who has a password, and a session", async () => {
  const page = await server.request("/account/two-factor", { headers: { Accept: "text/html" } });
  expect(await page.text()).toContain("sign in with a browser");
  const refused = await server.request("/account/two-factor/off", {
    method: "POST",
    body: new URLSearchParams({ password: "x" }),
  });
  expect(refused.status).toBe(409);
});
