import { afterAll, beforeAll, expect, test } from "vitest";
import { createSignInLink, takeSignInLink } from "../../src/people/sign-in.ts";
import { hashToken } from "../../src/people/tokens.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

/** The days from now until a row's expiry, and what is kept of its token. */
async function rowOf(table: "sign_in_links", token: string) {
  const { rows } = await server.own.query(
    `SELECT token_hash, round(extract(epoch FROM expires_at - now()) / 86400) AS days FROM ${table} WHERE token_hash = $1`,
    [hashToken(token)],
  );
  return rows;
}

test("a link signs in once, also when two use it at the same moment", async () => {
  const { db } = server.deps;
  const link = await createSignInLink(db, null);
  expect(await rowOf("sign_in_links", link)).toStrictEqual([{ token_hash: hashToken(link), days: "1" }]);
  const taken = await Promise.all([takeSignInLink(db, link), takeSignInLink(db, link), takeSignInLink(db, link)]);
  expect(taken.toSorted((a) => (a === null ? 1 : -1))).toStrictEqual([{ personId: null }, null, null]);
  expect(await takeSignInLink(db, link)).toBe(null);
  expect(await takeSignInLink(db, "never-made")).toBe(null);
});

test("a link that is too old does not work", async () => {
  const { db } = server.deps;
  const link = await createSignInLink(db, null);
  await server.own.query("UPDATE sign_in_links SET expires_at = now() WHERE token_hash = $1", [hashToken(link)]);
  expect(await takeSignInLink(db, link)).toBe(null);
});
