import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { createAuth } from "../../src/people/auth.ts";
import { addPersonWithPassword, PASSWORD } from "../support/add-password.ts";
import { SECRET, startTestServer, type TestServer } from "../support/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
afterEach(() => vi.restoreAllMocks());

test("without a public address accounts work, and neither print anything nor send anything elsewhere", async () => {
  const fetched = vi.spyOn(globalThis, "fetch");
  const printed = (["log", "info", "warn", "error", "debug"] as const).map((name) => vi.spyOn(console, name));
  const written = [vi.spyOn(process.stdout, "write"), vi.spyOn(process.stderr, "write")];
  const { db } = server.deps;
  const auth = createAuth({ db, secret: SECRET, publicUrl: null });
  const person = await addPersonWithPassword({ db, auth }, "viewer");
  const body = { email: person.email, password: PASSWORD };
  const { headers, response } = await auth.api.signInEmail({ body, headers: new Headers(), returnHeaders: true });
  expect(response).toMatchObject({ user: { id: person.id } });
  const cookie = headers.getSetCookie()[0]!.split(";")[0]!;
  const found = await auth.api.getSession({ headers: new Headers({ Cookie: cookie }) });
  expect(found).toMatchObject({ user: { id: person.id } });
  await expect(auth.api.signInEmail({ body: { ...body, password: "wrong" } })).rejects.toMatchObject({
    statusCode: 401,
  });
  await auth.api.signOut({ headers: new Headers({ Cookie: cookie }) });
  expect(await auth.api.getSession({ headers: new Headers({ Cookie: cookie }) })).toBe(null);
  const begun = await auth.api.beginSession({ body: { personId: person.id }, returnHeaders: true });
  expect(begun.headers.getSetCookie()[0]).toMatch(/^dataclips\.session_token=/);
  for (const spy of [fetched, ...printed, ...written]) expect(spy).not.toHaveBeenCalled();
});

test("who is disabled gets no session, whichever way it is begun", async () => {
  const { db, auth } = server.deps;
  const person = await addPersonWithPassword({ db, auth }, "administrator");
  await server.own.query("UPDATE people SET disabled_at = now() WHERE id = $1", [person.id]);
  await expect(auth.api.beginSession({ body: { personId: person.id } })).rejects.toMatchObject({
    code: "unauthorized",
  });
  const body = { email: person.email, password: PASSWORD };
  await expect(auth.api.signInEmail({ body })).rejects.toMatchObject({ statusCode: 401 });
  expect((await server.own.query("SELECT 1 FROM sessions WHERE person_id = $1", [person.id])).rows).toStrictEqual([]);
});

test("nobody becomes a person through better-auth's own sign-up", async () => {
  const { auth } = server.deps;
  const body = { email: "eve@example.com", password: PASSWORD, name: "Eve", role: "administrator" };
  await expect(auth.api.signUpEmail({ body })).rejects.toMatchObject({ statusCode: 400 });
  for (const path of ["/api/auth/sign-up/email", "/api/auth/sign-in/email", "/api/auth/get-session", "/api/auth/ok"]) {
    const answer = await server.request(path, { method: "POST", json: body });
    expect([path, answer.status]).toStrictEqual([path, 404]);
  }
  expect((await server.own.query("SELECT 1 FROM people WHERE email = 'eve@example.com'")).rows).toStrictEqual([]);
});
