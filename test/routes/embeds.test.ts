import { sign } from "hono/jwt";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { fetchAsSent } from "../support/fetch-as-sent.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { asBrowser, ENDINGS, patch } from "./make-share.ts";
import { claimsOf, embedPath, inSeconds, makeSigned, signedOf, type SignedShare, signJwt } from "./sign-embed.ts";
import { signInBrowser } from "./sign-in-browser.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(() => server.close());

const SQL = "SELECT {{n:1}}::int AS n, {{customer:7}}::int AS customer, {{word:x}}::text AS word";
const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(server.url + path, { redirect: "manual", headers });
const csv = async (path: string): Promise<string> => (await get(path)).text();
/** The status and the code of what is refused, and 200 of what is not. */
const answer = async (path: string, headers: Record<string, string> = {}): Promise<unknown> => {
  const response = await get(path, headers);
  const text = await response.text();
  return response.ok ? response.status : [response.status, (JSON.parse(text) as any).error.code];
};

test("what an application has signed opens the page and every format, with the values that it locks", async () => {
  const share = await makeSigned(server, {}, { sql: SQL, title: "Numbers" });
  const path = embedPath(share, { parameters: { customer: 42, word: "a b" } });
  expect(await csv(`${path}.csv`)).toBe("n,customer,word\n1,42,a b\n");
  expect(await csv(`${path}.csv?n=2`)).toBe("n,customer,word\n2,42,a b\n");
  expect(await (await get(`${path}.json`)).json()).toMatchObject({ title: "Numbers", values: [[1, 42, "a b"]] });
  expect(await csv(`${path}.ndjson`)).toContain('[1,42,"a b"]');
  expect((await get(`${path}.xlsx`)).status).toBe(200);
  const page = await asBrowser(`${server.url}${path}?n=3`);
  const html = await page.text();
  expect([page.status, page.headers.get("Cache-Control")]).toStrictEqual([200, "private, no-cache"]);
  expect(html).toContain('<td class="number">3</td><td class="number">42</td>');
  expect(html).toContain(`href="${path}.csv?n=3"`);
  expect(html).toContain('name="n"');
  expect(html).not.toMatch(/ name="(?:customer|word)"|SELECT/);
});

test("another library's tokens are taken, with claims that are not known", async () => {
  const share = await makeSigned(server, {}, { sql: SQL });
  const claims = claimsOf(share, {
    parameters: { n: 5, customer: null, word: true },
    sub: "user 7",
    aud: "anyone",
    jti: "1",
    // The application's clock may be ahead.
    iat: inSeconds(60),
    nbf: inSeconds(-60),
    params: { customer: 1 },
    formats: ["html"],
  });
  expect(await csv(`/embeds/${await sign(claims, share.key)}.csv`)).toBe("n,customer,word\n5,,true\n");
  const header = { alg: "HS256", kid: share.id, x: 1 };
  expect(await answer(`/embeds/${signJwt(claims, share.key, header)}.csv`)).toBe(200);
  expect(await answer(`/embeds/${signJwt({ ...claims, clip: `${share.slug}-in-words` }, share.key)}.csv`)).toBe(200);
});

test("no address changes a value that the token or the share locks", async () => {
  const share = await makeSigned(server, { locked_parameters: { word: "w" } }, { sql: SQL });
  const path = embedPath(share, { parameters: { customer: 42 } });
  expect(await csv(`${path}.csv?n=2`)).toBe("n,customer,word\n2,42,w\n");
  for (const query of [
    "customer=7",
    "customer=42",
    "word=x",
    "word=w",
    "customer=7&customer=42",
    "%63ustomer=7",
    "n=1&customer=",
  ]) {
    for (const ending of Object.values(ENDINGS)) {
      const response = await get(`${path}${ending}?${query}`);
      expect([query, ending, response.status]).toStrictEqual([query, ending, 400]);
      await response.text();
    }
  }
  for (const query of ["result=1", "version=1"]) {
    expect(await answer(`${path}.csv?${query}`)).toStrictEqual([400, "invalid_request"]);
  }
  // A token is not a way around the share's own values either.
  expect(await answer(`${embedPath(share, { parameters: { word: "other" } })}.csv`)).toStrictEqual([
    400,
    "invalid_parameter",
  ]);
  expect(await answer(`${embedPath(share, { parameters: { word: "w" } })}.csv`)).toBe(200);
  expect(await answer(`${embedPath(share, { parameters: { none: 1 } })}.csv`)).toStrictEqual([
    400,
    "invalid_parameter",
  ]);
});

test("what viewers may not choose, the application still may", async () => {
  const share = await makeSigned(server, { open_parameters: [] }, { sql: SQL });
  const path = embedPath(share, { parameters: { customer: 42 } });
  expect(await csv(`${path}.csv`)).toBe("n,customer,word\n1,42,x\n");
  for (const name of ["n", "word", "customer"]) {
    expect(await answer(`${path}.csv?${name}=1`)).toStrictEqual([400, "invalid_parameter"]);
  }
});

test("what is signed by the right key, and wrong, is told to the application", async () => {
  const share = await makeSigned(server, {}, { sql: SQL });
  const { exp: _, ...endless } = claimsOf(share);
  const said = async (claims: unknown): Promise<unknown> => {
    const response = await get(`/embeds/${signJwt(claims, share.key)}.json`);
    return [response.status, ((await response.json()) as any).error?.message];
  };
  const begin = "The application has not signed this right: ";
  const values =
    "each of parameters must be text, a number, true, false or null (a number of more than 15 digits as text).";
  expect(await said(endless)).toStrictEqual([400, `${begin}exp must say when it ends, in seconds since 1970.`]);
  expect(await said(claimsOf(share, { exp: Date.now() + 600_000 }))).toStrictEqual([
    400,
    `${begin}exp must be in seconds since 1970, not in milliseconds.`,
  ]);
  expect(await said(claimsOf(share, { clip: undefined }))).toStrictEqual([
    400,
    `${begin}clip must be the clip's slug.`,
  ]);
  for (const parameters of [[], "n=1", 7, null]) {
    expect(await said(claimsOf(share, { parameters }))).toStrictEqual([400, `${begin}parameters must be an object.`]);
  }
  for (const value of [[], {}, 2 ** 60, ["1"]]) {
    expect(await said(claimsOf(share, { parameters: { n: value } }))).toStrictEqual([400, begin + values]);
  }
});

test("the share's own rules hold: formats, origins, password, expiry, pinned result", async () => {
  const share = await makeSigned(server, { formats: ["csv", "html"], origins: ["https://one.example"] }, { sql: SQL });
  const path = embedPath(share);
  expect(await answer(`${path}.json`)).toStrictEqual([403, "forbidden"]);
  const asked = async (origin: string) => {
    const { headers } = await get(`${path}.csv`, { Origin: origin });
    return [headers.get("Access-Control-Allow-Origin"), headers.get("Vary")];
  };
  expect(await asked("https://one.example")).toStrictEqual(["https://one.example", "Origin, Accept-Encoding"]);
  expect(await asked("https://two.example")).toStrictEqual([null, "Origin, Accept-Encoding"]);
  const page = await asBrowser(server.url + path);
  expect(page.headers.get("Content-Security-Policy")).toContain("frame-ancestors https://one.example;");
  expect(page.headers.get("X-Frame-Options")).toBeNull();
  await patch(server, share.id, { requests_per_minute: 1 });
  expect([await answer(`${path}.csv`), await answer(`${embedPath(share)}.csv`)]).toStrictEqual([
    [429, "too_many_requests"],
    [429, "too_many_requests"],
  ]);
  const other = await signedOf(server, share.slug);
  await server.own.query("UPDATE shares SET expires_at = now() WHERE id = $1", [other.id]);
  expect(await answer(`${embedPath(other)}.csv`)).toStrictEqual([404, "not_found"]);

  const pinned = await signedOf(server, share.slug, { result: 1 });
  await server.request(`/api/clips/${share.slug}`, { method: "PATCH", json: { sql: "SELECT 'newer'" } });
  expect(await csv(`${embedPath(pinned)}.csv`)).toBe("n,customer,word\n1,7,x\n");
  expect(await answer(`${embedPath(pinned, { parameters: { customer: 7 } })}.csv`)).toBe(200);
  for (const parameters of [{ customer: 42 }, { other: 1 }]) {
    expect(await answer(`${embedPath(pinned, { parameters })}.csv`)).toStrictEqual([400, "invalid_parameter"]);
  }
});

test("a password is asked for besides, once for all tokens of the share", async () => {
  const share = await makeSigned(server, { password: "long enough" });
  const path = embedPath(share);
  const basic = { Authorization: `Basic ${Buffer.from("x:long enough").toString("base64")}` };
  expect([await answer(`${path}.csv`), await answer(`${path}.csv`, basic)]).toStrictEqual([
    [401, "password_required"],
    200,
  ]);
  expect((await get(`${path}.csv`, basic)).headers.get("Cache-Control")).toBe("private, no-cache");
  const form = await asBrowser(`${server.url}${path}?n=1`);
  expect([form.status, await form.text()]).toMatchObject([401, expect.stringContaining(`action="${path}?n=1"`)]);
  const given = await fetch(server.url + path, {
    method: "POST",
    redirect: "manual",
    headers: { Accept: "text/html", "Sec-Fetch-Site": "same-origin" },
    body: new URLSearchParams({ password: "long enough" }),
  });
  const [cookie, ...more] = given.headers.getSetCookie();
  expect([given.status, given.headers.get("Location"), more]).toStrictEqual([303, path, []]);
  expect(cookie).toMatch(
    new RegExp(`^dataclips_embed_${share.id}=\\d+\\.[\\w-]{43}; Max-Age=28800; Path=/embeds; HttpOnly; SameSite=Lax$`),
  );
  const Cookie = cookie!.split(";")[0]!;
  for (const ending of Object.values(ENDINGS)) {
    expect((await get(`${embedPath(share, { jti: ending })}${ending}`, { Cookie })).status).toBe(200);
  }
  const other = await signedOf(server, share.slug, { password: "long enough" });
  expect((await get(`${embedPath(other)}.csv`, { Cookie: Cookie.replace(share.id, other.id) })).status).toBe(401);
});

test("it ends when the token does, for hot and conditional requests too, and no cache is told to keep it longer", async () => {
  const share = await makeSigned(server, { requests_per_minute: 1_000_000 });
  await until(() => server.deps.changes!.isCurrent());
  const path = embedPath(share, { exp: inSeconds(8) });
  const hot = await fetchAsSent(`${server.url}${path}.csv`);
  await fetchAsSent(`${server.url}${path}.csv`);
  const [, maxAge, stale] = /^public, max-age=(\d+), stale-while-revalidate=(\d+)$/.exec(
    hot.headers["cache-control"]!,
  )!;
  expect(Number(maxAge) - Number(hot.headers.age) + Number(stale)).toBeLessThanOrEqual(8);
  await until(async () => (await fetchAsSent(`${server.url}${path}.csv`)).status === 404);
  for (const headers of [{ "If-None-Match": hot.headers.etag! }, { "If-None-Match": "*" }, { Range: "bytes=0-1" }]) {
    expect((await fetchAsSent(`${server.url}${path}.csv`, headers as never)).status).toBe(404);
  }
  expect((await asBrowser(server.url + path)).status).toBe(404);
});

/** Ways in which a share stops, and what then does not work any more. */
const ENDS: [string, (share: SignedShare) => Promise<unknown>][] = [
  ["revoked", ({ id }) => server.request(`/api/shares/${id}`, { method: "DELETE" })],
  ["given another key", ({ id }) => server.request(`/api/shares/${id}/rotate`, { method: "POST" })],
  ["of a deleted clip", ({ slug }) => server.request(`/api/clips/${slug}`, { method: "DELETE" })],
];

test.each(ENDS)("a hot embed that is %s is nowhere any more, whatever a client knows", async (_what, end) => {
  const share = await makeSigned(server);
  const path = embedPath(share);
  await until(() => server.deps.changes!.isCurrent());
  const { headers } = await fetchAsSent(`${server.url}${path}.csv`);
  for (let n = 0; n < 3; n++) expect((await fetchAsSent(`${server.url}${path}.csv`)).status).toBe(200);
  await end(share);
  for (const sent of [{}, { "If-None-Match": headers.etag! }, { "If-None-Match": "*" }]) {
    for (const ending of Object.values(ENDINGS)) {
      expect((await fetchAsSent(`${server.url}${path}${ending}`, sent as never)).status).toBe(404);
    }
  }
});

test("another key opens it again, and the API says it when it changes, and no other time", async () => {
  const share = await makeSigned(server);
  const rotated = await server.request(`/api/shares/${share.id}/rotate`, { method: "POST" });
  const body = (await rotated.json()) as Record<string, unknown>;
  expect([rotated.headers.get("Cache-Control"), body["url"], body["signed"]]).toStrictEqual([
    "no-store",
    undefined,
    true,
  ]);
  expect(body["signing_key"]).not.toBe(share.key);
  expect(await answer(`${embedPath({ ...share, key: body["signing_key"] as string })}.csv`)).toBe(200);
  for (const path of [`/api/shares/${share.id}`, "/api/shares", `/api/clips/${share.slug}/shares`, "/share-list"]) {
    const text = await (await server.request(path)).text();
    expect([path, text.includes("signing_key"), text.includes(body["signing_key"] as string)]).toStrictEqual([
      path,
      false,
      false,
    ]);
  }
  const { status, body: refused } = await patch(server, share.id, { signed: false });
  expect([status, refused.error.message]).toStrictEqual([400, 'The request is not right: Unrecognized key: "signed".']);
});

test("the audit says that it is made and given another key, and never a key", async () => {
  const share = await makeSigned(server, { name: "For the portal" });
  const rotated = await server.request(`/api/shares/${share.id}/rotate`, { method: "POST" });
  const { signing_key: key } = (await rotated.json()) as { signing_key: string };
  const { rows } = await server.own.query(
    "SELECT action, details FROM audit_events WHERE details->>'share' = $1 ORDER BY id",
    [share.id],
  );
  expect(rows).toMatchObject([
    { action: "share.create", details: { signed: true, name: "For the portal" } },
    { action: "share.rotate" },
  ]);
  const all = await server.own.query("SELECT string_agg(details::text, ' ') AS text FROM audit_events");
  expect([all.rows[0].text.includes(share.key), all.rows[0].text.includes(key)]).toStrictEqual([false, false]);
});

test("it is made by the form, and its page shows the key and the examples to those who may write shares", async () => {
  const { slug } = await makeSigned(server, {}, { sql: SQL });
  const editor = await signInBrowser(server, "editor");
  expect(await (await editor.get(`/clips/${slug}/shares/new`)).text()).toContain('name="signed"');
  const formats = { format_html: "1", format_csv: "1", format_json: "1", format_ndjson: "1", format_xlsx: "1" };
  const made = await editor.post(`/clips/${slug}/shares`, {
    rules: "1",
    signed: "1",
    name: "For the portal",
    ...formats,
  });
  const location = made.headers.get("Location")!;
  expect([made.status, location]).toStrictEqual([303, expect.stringMatching(/^\/share-list\/[0-9a-f-]{36}$/)]);
  const id = location.slice("/share-list/".length);
  const page = await editor.get(location);
  const html = await page.text();
  const [, key] = /<pre class="sql" tabindex="0" data-copy="key">([0-9a-f]{64})<\/pre>/.exec(html)!;
  expect(page.headers.get("Cache-Control")).toBe("no-store");
  for (const language of ["Node", "Python", "Shell"]) expect(html).toContain(`<summary>${language}</summary>`);
  expect(await csv(`${embedPath({ id, slug, key: key! })}.csv`)).toBe("n,customer,word\n1,7,x\n");
  expect(html).toContain("Make a new key");
  const rotated = await (await editor.post(`${location}/rotate`)).text();
  expect(rotated).toContain("There is a new key.");
  expect(rotated).not.toContain(key);
  const changed = await editor.post(location, { rules: "1", ...formats, signed: "1" });
  expect(changed.status).toBe(400);
  for (const [path, words] of [
    ["/share-list", "signed by an application"],
    [`/clips/${slug}`, "signed by an application"],
  ] as const) {
    expect(await (await editor.get(path)).text()).toContain(words);
  }
  const viewer = await signInBrowser(server, "viewer");
  expect((await viewer.get(location)).status).toBe(403);
});
