import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createSession,
  createSignInLink,
  endSession,
  isSession,
  SESSION_DAYS,
  takeSignInLink,
} from "../../src/people/sign-in.ts";
import { hashToken } from "../../src/people/tokens.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

/** The days from now until a row's expiry, and what is kept of its token. */
async function rowOf(table: "sessions" | "sign_in_links", token: string) {
  const { rows } = await server.own.query(
    `SELECT token_hash, round(extract(epoch FROM expires_at - now()) / 86400) AS days FROM ${table} WHERE token_hash = $1`,
    [hashToken(token)],
  );
  return rows;
}

test("a link signs in once, also when two use it at the same moment", async () => {
  const { db } = server.deps;
  const link = await createSignInLink(db);
  expect(await rowOf("sign_in_links", link)).toStrictEqual([{ token_hash: hashToken(link), days: "1" }]);
  const taken = await Promise.all([takeSignInLink(db, link), takeSignInLink(db, link), takeSignInLink(db, link)]);
  expect(taken.toSorted()).toStrictEqual([false, false, true]);
  expect(await takeSignInLink(db, link)).toBe(false);
  expect(await takeSignInLink(db, "never-made")).toBe(false);
});

test("a link that is too old does not work", async () => {
  const { db } = server.deps;
  const link = await createSignInLink(db);
  await server.own.query("UPDATE sign_in_links SET expires_at = now() WHERE token_hash = $1", [hashToken(link)]);
  expect(await takeSignInLink(db, link)).toBe(false);
});

test("a session goes on until it ends or is too old; others are not touched", async () => {
  const { db } = server.deps;
  const [first, second, third] = [await createSession(db), await createSession(db), await createSession(db)];
  expect(await rowOf("sessions", first)).toStrictEqual([{ token_hash: hashToken(first), days: String(SESSION_DAYS) }]);
  const all = () => Promise.all([first, second, third].map((token) => isSession(db, token)));
  expect(await all()).toStrictEqual([true, true, true]);
  await endSession(db, first);
  expect(await all()).toStrictEqual([false, true, true]);
  await server.own.query("UPDATE sessions SET expires_at = now() WHERE token_hash = $1", [hashToken(second)]);
  expect(await all()).toStrictEqual([false, false, true]);
  // The next one to sign in sweeps what is too old.
  await createSession(db);
  expect(await rowOf("sessions", second)).toStrictEqual([]);
  expect(await isSession(db, hashToken(third))).toBe(false);
});
