import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { hashPassword, isPassword } from "../../src/clips/share-password.ts";
import { inTurn } from "../../src/scrypt-turns.ts";
import { createTicket, isTicket, TICKET_SECONDS } from "../../src/clips/share-ticket.ts";

/** What was compared in constant time: node:crypto's own function, watched. */
const compared = { lengths: [] as [number, number][] };
const { timingSafeEqual } = crypto;
beforeAll(() => {
  crypto.timingSafeEqual = (a, b) => {
    compared.lengths.push([a.byteLength, b.byteLength]);
    return timingSafeEqual(a, b);
  };
  syncBuiltinESMExports();
});
afterAll(() => {
  crypto.timingSafeEqual = timingSafeEqual;
  syncBuiltinESMExports();
});
beforeEach(() => void (compared.lengths = []));

test("passwords are compared in constant time, over all of their hashes, wherever they differ", async () => {
  const kept = await hashPassword("a password");
  for (const [password, right] of [
    ["a password", true],
    ["a passworD", false],
    ["A password", false],
    ["", false],
    ["a password and more", false],
  ] as const) {
    compared.lengths = [];
    expect([password, await isPassword(kept, password)]).toStrictEqual([password, right]);
    expect(compared.lengths).toStrictEqual([[32, 32]]);
  }
});

test("a right password is remembered, a wrong one is not, and neither for another hash", async () => {
  const [one, two] = [await hashPassword("remembered"), await hashPassword("remembered")];
  expect(one).not.toBe(two);
  expect(await isPassword(one, "remembered")).toBe(true);
  expect(await isPassword(one, "remembered")).toBe(true);
  expect(compared.lengths).toHaveLength(1);
  expect([
    await isPassword(two, "remembered"),
    await isPassword(two, "wrong"),
    await isPassword(two, "wrong"),
  ]).toStrictEqual([true, false, false]);
  expect(compared.lengths).toHaveLength(4);
});

test("the same letters are the same password, however they are written", async () => {
  const kept = await hashPassword("café ﬁn".normalize("NFC"));
  expect(await isPassword(kept, "café ﬁn".normalize("NFD"))).toBe(true);
});

test("they wait for each other with all other passwords, and too many are refused", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  // Two at once, and fifty who wait.
  const others = Array.from({ length: 52 }, () => inTurn(() => promise));
  await expect(hashPassword("one too many")).rejects.toMatchObject({ code: "too_many_requests" });
  resolve();
  await Promise.all(others);
  expect(await hashPassword("at last")).toMatch(/^scrypt/);
});

test("a ticket is compared in constant time, and is of one share, one secret and one password", () => {
  const share = { id: "a", secretHash: "b", passwordHash: "scrypt$c" };
  const ticket = createTicket(share);
  expect(isTicket(share, ticket)).toBe(true);
  expect(compared.lengths).toStrictEqual([[32, 32]]);
  for (const other of [{ id: "x" }, { secretHash: "x" }, { passwordHash: "x" }]) {
    expect(isTicket({ ...share, ...other }, ticket)).toBe(false);
  }
  const [until, signature] = ticket.split(".") as [string, string];
  for (const forged of [
    `${until}.${"A".repeat(43)}`,
    `9${until}.${signature}`,
    `${until}.${signature}A`,
    `${until}`,
    "",
    ".",
  ]) {
    expect(isTicket(share, forged)).toBe(false);
  }
});

test("a ticket ends by itself", () => {
  const share = { id: "a", secretHash: "b", passwordHash: "scrypt$c" };
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    const ticket = createTicket(share);
    vi.advanceTimersByTime(TICKET_SECONDS * 1000 - 1001);
    expect(isTicket(share, ticket)).toBe(true);
    vi.advanceTimersByTime(1001);
    expect(isTicket(share, ticket)).toBe(false);
  } finally {
    vi.useRealTimers();
  }
});
