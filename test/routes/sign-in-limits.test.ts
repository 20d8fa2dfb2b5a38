import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { addPersonWithPassword, PASSWORD } from "../support/add-password.ts";
import { startTestServer, TOKEN, type TestServer } from "../support/test-server.ts";
import { openBrowser } from "./form-browser.ts";

let server: TestServer;
beforeAll(async () => {
  // What a test says in X-Forwarded-For is where it is.
  server = await startTestServer({}, undefined, { trustedProxies: ["127.0.0.1"] });
  // How passwords are hashed is not what is tested, and would take 0.1 s of each of two hundred guesses.
  const { password: scrypt } = await server.deps.auth.$context;
  scrypt.hash = async (password) => `hash of ${password}`;
  scrypt.verify = async ({ hash, password }) => hash === `hash of ${password}`;
});
afterAll(() => server.close());
afterEach(() => vi.restoreAllMocks());

let made = 0;
/** An address that no other test has. */
const newAddress = (): string => `198.51.100.${++made}`;
const newPerson = () => addPersonWithPassword(server.deps, "editor", { email: `limited-${++made}@example.com` });

const tryPassword = (email: string, password: string, address: string): Promise<Response> =>
  openBrowser(server, { "X-Forwarded-For": address }).post("/sign-in", { email, password });

test("after ten wrong passwords an account takes none for a while, from anywhere, right or wrong", async () => {
  const { email } = await newPerson();
  for (let tries = 0; tries < 10; tries++) {
    expect((await tryPassword(email, "wrong", newAddress())).status).toBe(401);
  }
  const { password: scrypt } = await server.deps.auth.$context;
  const verify = vi.spyOn(scrypt, "verify");
  for (const password of ["wrong", PASSWORD]) {
    const refused = await tryPassword(` ${email.toUpperCase()}`, password, newAddress());
    expect([refused.status, refused.headers.getSetCookie()]).toStrictEqual([429, []]);
    expect(Number(refused.headers.get("Retry-After"))).toSatisfy((seconds: number) => seconds > 800 && seconds <= 900);
    expect(await refused.text()).toContain("Signing in failed too often.");
  }
  expect(verify).not.toHaveBeenCalled();
  // Others are not held up by it.
  const other = await newPerson();
  expect((await tryPassword(other.email, PASSWORD, newAddress())).status).toBe(303);
});

test("an account that there is not meets the same limit: it tells nothing", async () => {
  const statuses = [];
  for (let tries = 0; tries < 12; tries++) {
    statuses.push((await tryPassword("nobody-at-all@example.com", "wrong", newAddress())).status);
  }
  expect(statuses).toStrictEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
});

test("many at once are counted before they are compared", async () => {
  const { email } = await newPerson();
  const { password: scrypt } = await server.deps.auth.$context;
  const verify = vi.spyOn(scrypt, "verify");
  const answers = await Promise.all(Array.from({ length: 25 }, () => tryPassword(email, "wrong", newAddress())));
  const refused = answers.filter(({ status }) => status === 429);
  expect([refused.length, verify.mock.calls.length]).toStrictEqual([15, 10]);
});

test("right passwords count for nothing", async () => {
  const { email } = await newPerson();
  const address = newAddress();
  for (let tries = 0; tries < 12; tries++) expect((await tryPassword(email, PASSWORD, address)).status).toBe(303);
  for (let tries = 0; tries < 9; tries++) expect((await tryPassword(email, "wrong", newAddress())).status).toBe(401);
  expect((await tryPassword(email, PASSWORD, newAddress())).status).toBe(303);
});

test("after thirty wrong ones an address takes none for a while, for whomever; a network of IPv6 is one", async () => {
  const { email } = await newPerson();
  for (const [address, neighbour, stranger] of [
    [newAddress(), undefined, newAddress()],
    ["2001:db8:0:1::1", "2001:db8:0:1:ffff::2", "2001:db8:0:2::1"],
  ] as const) {
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, n) => tryPassword(`guess-${made}-${n}@example.com`, "wrong", address)),
    );
    expect(new Set(answers.map(({ status }) => status))).toStrictEqual(new Set([401]));
    const refused = await tryPassword(email, PASSWORD, neighbour ?? address);
    expect(refused.status).toBe(429);
    expect(refused.headers.get("Retry-After")).toMatch(/^\d+$/);
    const byToken = await openBrowser(server, { "X-Forwarded-For": address }).post("/sign-in/token", { token: TOKEN });
    expect(byToken.status).toBe(429);
    expect((await tryPassword(email, PASSWORD, stranger)).status).toBe(303);
  }
});

test("one's own account does not pay for guesses at others", async () => {
  const { email } = await newPerson();
  const address = newAddress();
  const statuses = [];
  for (let tries = 0; tries < 32; tries++) {
    statuses.push((await tryPassword(`guess-${made}-${tries}@example.com`, "wrong", address)).status);
    await tryPassword(email, PASSWORD, address);
  }
  expect(statuses).toStrictEqual([...Array.from({ length: 30 }, () => 401), 429, 429]);
});

test("guesses at the administrator's token are counted by address", async () => {
  const address = newAddress();
  const tryToken = (token: string, from: string): Promise<Response> =>
    openBrowser(server, { "X-Forwarded-For": from }).post("/sign-in/token", { token });
  const answers = await Promise.all(Array.from({ length: 31 }, (_, n) => tryToken(`guess ${n}`, address)));
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(1);
  expect((await tryToken(TOKEN, address)).status).toBe(429);
  expect((await tryToken(TOKEN, newAddress())).status).toBe(303);
});
