import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { giveBackCode, takeCode } from "../../src/people/two-factor-codes.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

test("a code of a person's is taken once, whoever takes it first, until its time is over", async () => {
  const { db } = server.deps;
  const [ada, bob] = [randomUUID(), randomUUID()];
  const taken = await Promise.all(Array.from({ length: 8 }, () => takeCode(db, ada, "123456")));
  expect(taken.filter(Boolean)).toHaveLength(1);
  expect(await takeCode(db, bob, "123456")).toBe(true);
  expect(await takeCode(db, ada, "654321")).toBe(true);

  await giveBackCode(db, ada, "123456");
  expect(await takeCode(db, ada, "123456")).toBe(true);
  expect(await takeCode(db, ada, "123456")).toBe(false);
  await server.own.query("UPDATE verifications SET expires_at = now() WHERE identifier LIKE 'two-factor-code-%'");
  expect(await takeCode(db, ada, "123456")).toBe(true);
  expect(await takeCode(db, ada, "123456")).toBe(false);
});

test("a code that is taken counts for longer than better-auth takes it, and is not to be read from what is kept", async () => {
  const person = randomUUID();
  await takeCode(server.deps.db, person, "123987");
  const { rows } = await server.own.query(
    "SELECT *, expires_at > now() + interval '90 seconds' AS long FROM verifications WHERE identifier LIKE '%' || $1",
    [person],
  );
  expect(rows).toHaveLength(1);
  expect(rows[0].long).toBe(true);
  expect(JSON.stringify([rows[0].identifier, rows[0].value])).not.toContain("123987");
});
