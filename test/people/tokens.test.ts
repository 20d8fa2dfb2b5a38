import { expect, test } from "vitest";
import { createToken, hashToken, isSameToken } from "../../src/people/tokens.ts";

test("a token is 256 random bits that need no escaping in a URL", () => {
  const tokens = Array.from({ length: 100 }, createToken);
  for (const token of tokens) expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(new Set(tokens).size).toBe(100);
});

test("what is kept of a token is its SHA-256", () => {
  // FIPS 180-4, the example "abc".
  expect(hashToken("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

test.each([
  ["secret", "secret", true],
  ["secret", "secreT", false],
  ["secret", "secre", false],
  ["", "secret", false],
  ["", "", true],
])("%j and %j: %s", (a, b, same) => expect(isSameToken(a, b)).toBe(same));
