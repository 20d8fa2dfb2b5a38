import { createHmac, randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { signingKey } from "../../src/clips/signed-embeds.ts";
import { hashToken } from "../../src/people/tokens.ts";
import { SECRET, startTestServer, type TestServer, until } from "../support/test-server.ts";
import { ENDINGS, makeShare } from "./make-share.ts";
import { claimsOf, embedPath, inSeconds, makeSigned, signedOf, signJwt } from "./sign-embed.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(() => server.close());

/** A signed share of these: whatever is refused must be refused before they count. */
const RULES = {
  origins: ["https://one.example"],
  formats: ["csv"],
  password: "a long password",
  requests_per_minute: 1,
};
const base64url = (text: string): string => Buffer.from(text).toString("base64url");
/** A token of any two texts, with a right signature over them. */
const signTexts = (header: string, payload: string, key: string): string => {
  const text = `${base64url(header)}.${base64url(payload)}`;
  return `${text}.${createHmac("sha256", key).update(text).digest("base64url")}`;
};

/** All that a response says; of whatever is refused it has to be the same. */
async function said(token: string, ending: string, options: RequestInit): Promise<unknown> {
  const response = await fetch(`${server.url}/embeds/${token}${ending}`, { redirect: "manual", ...options });
  const headers = Object.fromEntries(response.headers);
  delete headers["date"];
  return [response.status, headers, await response.text()];
}

const WAYS: [string, RequestInit][] = [
  ...Object.values(ENDINGS).flatMap((ending): [string, RequestInit][] => [
    [ending, {}],
    [ending, { method: "HEAD" }],
    [`${ending}?customer=2&result=1`, { headers: { "If-None-Match": "*", Range: "bytes=0-1" } }],
    [ending, { headers: { Authorization: "Basic eDphIGxvbmcgcGFzc3dvcmQ=", Origin: "https://one.example" } }],
  ]),
  ["", { headers: { Accept: "text/html" } }],
  [
    "",
    {
      method: "POST",
      headers: { "Sec-Fetch-Site": "same-origin" },
      body: new URLSearchParams({ password: "a long password" }),
    },
  ],
];

test("whatever is wrong with a token or its share, the answer is the same in every byte", async () => {
  const share = await makeSigned(server, RULES);
  const [revoked, expired, rotated, other] = [
    await signedOf(server, share.slug, RULES),
    await signedOf(server, share.slug, RULES),
    await signedOf(server, share.slug, RULES),
    await makeSigned(server, RULES),
  ];
  const deleted = await makeSigned(server, RULES);
  await server.request(`/api/shares/${revoked.id}`, { method: "DELETE" });
  await server.own.query("UPDATE shares SET expires_at = now() WHERE id = $1", [expired.id]);
  await server.request(`/api/shares/${rotated.id}/rotate`, { method: "POST" });
  await server.request(`/api/clips/${deleted.slug}`, { method: "DELETE" });
  const plain = await makeShare(server, RULES);
  const secretHash = async (id: string): Promise<string> =>
    (await server.own.query("SELECT secret_hash FROM shares WHERE id = $1", [id])).rows[0].secret_hash;
  const plainKey = signingKey(SECRET, { id: plain.id, secretHash: await secretHash(plain.id) });

  const claims = claimsOf(share);
  const good = signJwt(claims, share.key);
  const [header, payload, signature] = good.split(".") as [string, string, string];
  const changed = base64url(JSON.stringify({ ...claims, parameters: { customer: 1 } }));
  const { iss: _, ...nameless } = claims;
  const hs = (hash: string, alg: string): string => {
    const text = `${base64url(JSON.stringify({ alg, typ: "JWT" }))}.${payload}`;
    return `${text}.${createHmac(hash, share.key).update(text).digest("base64url")}`;
  };
  const wrong: Record<string, string> = {
    "another key": signJwt(claims, other.key),
    "the key as bytes": signJwt(claims, Buffer.from(share.key, "hex") as unknown as string),
    "no key": signJwt(claims, ""),
    "the key that a copy of the database gives": signJwt(
      claims,
      signingKey("", { id: share.id, secretHash: await secretHash(share.id) }),
    ),
    "other claims under the signature": `${header}.${changed}.${signature}`,
    "another header under the signature": `${base64url('{"typ":"JWT","alg":"HS256"}')}.${payload}.${signature}`,
    "no signature": `${header}.${payload}.`,
    "a signature of zeros": `${header}.${payload}.${"A".repeat(43)}`,
    "a shorter signature": `${header}.${payload}.${signature.slice(0, 42)}`,
    "a longer signature": `${good}AA`,
    "a padded signature": `${good}=`,
    "two parts": `${header}.${payload}`,
    "four parts": `${good}.${signature}`,
    "alg none": `${base64url('{"alg":"none","typ":"JWT"}')}.${payload}.`,
    "alg none with a signature": signJwt(claims, share.key, { alg: "none", typ: "JWT" }),
    "alg None": signJwt(claims, share.key, { alg: "None" }),
    "alg hs256": signJwt(claims, share.key, { alg: "hs256", typ: "JWT" }),
    "no alg": signJwt(claims, share.key, { typ: "JWT" }),
    "alg as a list": signJwt(claims, share.key, { alg: ["HS256"], typ: "JWT" }),
    HS384: hs("sha384", "HS384"),
    HS512: hs("sha512", "HS512"),
    "HS512 that is SHA-256": signJwt(claims, share.key, { alg: "HS512", typ: "JWT" }),
    RS256: signJwt(claims, share.key, { alg: "RS256", typ: "JWT" }),
    ES256: signJwt(claims, share.key, { alg: "ES256", typ: "JWT" }),
    EdDSA: signJwt(claims, share.key, { alg: "EdDSA", typ: "JWT" }),
    "what has to be understood, and is not": signJwt(claims, share.key, { alg: "HS256", crit: ["b64"], b64: false }),
    "another type": signJwt(claims, share.key, { alg: "HS256", typ: "dpop+jwt" }),
    "a key of its own": signJwt(claims, "mine", { alg: "HS256", jwk: { kty: "oct", k: base64url("mine") } }),
    expired: signJwt(claimsOf(share, { exp: inSeconds(0) }), share.key),
    "expired long ago": signJwt(claimsOf(share, { exp: 1 }), share.key),
    "expired, before it was written": signJwt(claimsOf(share, { exp: -1 }), share.key),
    "an end that is text": signJwt(claimsOf(share, { exp: String(inSeconds(600)) }), share.key),
    "not yet": signJwt(claimsOf(share, { nbf: inSeconds(600) }), share.key),
    "for another clip": signJwt(claimsOf(share, { clip: other.slug }), share.key),
    "for a clip that is not there": signJwt(claimsOf(share, { clip: "q".repeat(28) }), share.key),
    "for no clip's slug": signJwt(claimsOf(share, { clip: "%" }), share.key),
    "another share's id": signJwt(claimsOf(share, { iss: other.id }), share.key),
    "a share that is not there": signJwt(claimsOf(share, { iss: randomUUID() }), share.key),
    "a share in capitals": signJwt(claimsOf(share, { iss: share.id.toUpperCase() }), share.key),
    "no share": signJwt(nameless, share.key),
    "shares in a list": signJwt(claimsOf(share, { iss: [share.id] }), share.key),
    "SQL for a share": signJwt(claimsOf(share, { iss: "' OR signed --" }), share.key),
    "a share by its prototype": signTexts('{"alg":"HS256"}', `{"__proto__":{"iss":"${share.id}"}}`, share.key),
    "null for claims": signTexts('{"alg":"HS256"}', "null", share.key),
    "a list for claims": signTexts('{"alg":"HS256"}', "[]", share.key),
    "text for claims": signTexts('{"alg":"HS256"}', `"${share.id}"`, share.key),
    "claims that are no JSON": signTexts('{"alg":"HS256"}', "{", share.key),
    "a header that is no JSON": signTexts("HS256", JSON.stringify(claims), share.key),
    "a header that is null": signTexts("null", JSON.stringify(claims), share.key),
    "more than 4 KB": signJwt(claimsOf(share, { x: "x".repeat(3000) }), share.key),
    "letters of no alphabet": `${header}.${payload}.${"ä".repeat(43)}`,
    "a share that is revoked": signJwt(claimsOf(revoked), revoked.key),
    "a share that is expired": signJwt(claimsOf(expired), expired.key),
    "a share with another key by now": signJwt(claimsOf(rotated), rotated.key),
    "a share of a deleted clip": signJwt(claimsOf(deleted), deleted.key),
    "a share that has an address": signJwt({ iss: plain.id, clip: plain.slug, exp: inSeconds(600) }, plainKey),
    "the share's id": share.id,
    "the clip's slug": share.slug,
    "a share's secret": plain.path.slice("/shares/".length),
  };
  for (const [ending, options] of WAYS) {
    const expected = await said(signJwt({ iss: randomUUID(), clip: "x", exp: 1 }, "never"), ending, options);
    expect(expected).toHaveProperty("0", 404);
    for (const [what, token] of Object.entries(wrong)) {
      expect([what, await said(encodeURI(token), ending, options)]).toStrictEqual([what, expected]);
    }
  }
  // What is right opens it still: nothing of all that was counted.
  expect((await fetch(`${server.url}/embeds/${good}.csv`)).status).toBe(401);
  expect(server.logged).toStrictEqual([]);
});

test("a signed share has no address of its own, whoever knows its secret", async () => {
  const share = await makeSigned(server);
  const secret = "abcdefghijklmnopqrstuvwxyzab";
  await server.own.query("UPDATE shares SET secret_hash = $2 WHERE id = $1", [share.id, hashToken(secret)]);
  for (const ending of Object.values(ENDINGS)) {
    const response = await fetch(`${server.url}/shares/${secret}${ending}`);
    const never = await fetch(`${server.url}/shares/${"q".repeat(28)}${ending}`);
    expect([ending, response.status, await response.text()]).toStrictEqual([ending, 404, await never.text()]);
  }
});

test("what fails inside tells the log nothing of the token or a share's secret", async () => {
  const share = await makeSigned(server);
  const plain = await makeShare(server);
  const path = embedPath(share);
  await server.own.query("ALTER TABLE shares RENAME TO shares_away");
  try {
    for (const ending of [".csv", ""]) {
      expect((await fetch(server.url + path + ending)).status).toBe(500);
      expect((await fetch(plain.url + ending)).status).toBe(500);
    }
  } finally {
    await server.own.query("ALTER TABLE shares_away RENAME TO shares");
  }
  const log = server.logged.splice(0);
  expect(log).toHaveLength(4);
  for (const line of log) expect(line).toMatch(/ method=GET path="\/(?:embeds|shares)\/…" /);
});

test("its page shows neither the share's key nor what the token says besides", async () => {
  const share = await makeSigned(
    server,
    {},
    { sql: "SELECT {{n:1}}::int AS n WHERE {{customer:SECRET-NAME}}::text <> ''" },
  );
  const path = embedPath(share, { parameters: { customer: "SECRET-NAME" }, email: "user@example.com" });
  const html = await (await fetch(server.url + path, { headers: { Accept: "text/html" } })).text();
  expect(html).toContain('name="n"');
  expect(html).not.toMatch(/SECRET-NAME|user@example\.com|name="customer"/);
  expect(html).not.toContain(share.key);
});

test("names that every object has are no parameters, and no way to others", async () => {
  const share = await makeSigned(server, {}, { sql: "SELECT {{n:1}}::int AS n" });
  const answer = async (parameters: string): Promise<unknown> => {
    const claims = JSON.stringify(claimsOf(share)).replace("}", `,"parameters":${parameters}}`);
    const response = await fetch(`${server.url}/embeds/${signTexts('{"alg":"HS256"}', claims, share.key)}.csv`);
    return [response.status, response.ok ? await response.text() : ((await response.json()) as any).error.code];
  };
  for (const name of ["constructor", "toString", "hasOwnProperty"]) {
    expect(await answer(`{"${name}":"9"}`)).toStrictEqual([400, "invalid_parameter"]);
    expect(await answer(`{"${name}":{"n":"9"}}`)).toStrictEqual([400, "invalid_request"]);
  }
  expect(await answer('{"__proto__":"9"}')).toStrictEqual([200, "n\n1\n"]);
  expect(await answer('{"__proto__":{"n":"9"}}')).toStrictEqual([200, "n\n1\n"]);
  expect(await answer('{"n":5,"__proto__":{"n":"9"}}')).toStrictEqual([200, "n\n5\n"]);
  expect(({} as { n?: string }).n).toBeUndefined();
});
