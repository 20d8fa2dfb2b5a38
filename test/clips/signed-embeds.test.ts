import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { isEmbedToken, signingKey } from "../../src/clips/signed-embeds.ts";

const SECRET = "an installation's secret of more than 32 characters";
const share = { id: "0b9f5c0e-5a51-4c0e-9d0a-2a4b6f6f2f10", secretHash: "a".repeat(64) };

/** HKDF-SHA-256 by the text of RFC 5869, for one block: with no salt, its zeros. */
function hkdf(secret: string, info: string): string {
  const pseudorandom = createHmac("sha256", Buffer.alloc(32)).update(secret).digest();
  return createHmac("sha256", pseudorandom)
    .update(info)
    .update(Buffer.from([1]))
    .digest("hex");
}

test("the key is HKDF's, of the secret, the share and the share's own secret", () => {
  const info = `["dataclips signed embeds","${share.id}","${share.secretHash}"]`;
  expect(signingKey(SECRET, share)).toBe(hkdf(SECRET, info));
  const others = [
    signingKey(`${SECRET}.`, share),
    signingKey(SECRET, { ...share, id: share.id.replace("0b", "0c") }),
    signingKey(SECRET, { ...share, secretHash: "b".repeat(64) }),
    signingKey(SECRET, { id: `${share.id}","`, secretHash: share.secretHash }),
  ];
  expect(new Set([signingKey(SECRET, share), ...others]).size).toBe(5);
});

test("the key is never one that a library would take for something else than text", () => {
  // hono/jwt takes a key with PUBLIC or PRIVATE in it for PEM.
  for (let n = 0; n < 100; n++) expect(signingKey(`${SECRET}${n}`, share)).toMatch(/^[0-9a-f]{64}$/);
});

test("a token has three parts of base64url without padding, 32 bytes of signature, and 4096 letters at most", () => {
  const signature = "A".repeat(43);
  expect(isEmbedToken(`a.b.${signature}`)).toBe(true);
  expect(isEmbedToken(`${"a".repeat(4096 - 46)}.b.${signature}`)).toBe(true);
  for (const text of [
    "",
    "a",
    "a.b",
    "a.b.",
    `.b.${signature}`,
    `a..${signature}`,
    `a.b.${signature}A`,
    `a.b.${signature.slice(1)}`,
    `a.b.${signature}=`,
    `a=.b.${signature}`,
    `a.b.c.${signature}`,
    `a.b.${signature}\n`,
    `a+.b.${signature}`,
    `a/.b.${signature}`,
    ` a.b.${signature}`,
    `${"a".repeat(4096 - 45)}.b.${signature}`,
  ]) {
    expect([text, isEmbedToken(text)]).toStrictEqual([text, false]);
  }
});
