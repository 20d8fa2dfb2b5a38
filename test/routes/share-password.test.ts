import { afterAll, beforeAll, expect, test } from "vitest";
import { fetchAsSent } from "../support/fetch-as-sent.ts";
import { startTestServer, TOKEN, type TestServer, until } from "../support/test-server.ts";
import { asBrowser, ENDINGS, makeShare, patch, shareOf } from "./make-share.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const PASSWORD = "corréct: horse 🐴";
const basic = (password: string, user = "anyone"): Record<string, string> => ({
  Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
});
/** What a browser sends with a page's own form. */
const post = (url: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, {
    method: "POST",
    redirect: "manual",
    headers: { Accept: "text/html", "Sec-Fetch-Site": "same-origin", ...headers },
    body: new URLSearchParams(fields),
  });
/** The cookies of a response, by their paths. */
const cookiesOf = (response: Response): Map<string, string> =>
  new Map(response.headers.getSetCookie().map((cookie) => [/Path=([^;]*)/.exec(cookie)![1]!, cookie.split(";")[0]!]));

test("programs are asked for it by HTTP Basic, in every format, with any user name", async () => {
  const { url } = await makeShare(server, { password: PASSWORD });
  for (const ending of Object.values(ENDINGS)) {
    const asked = await fetch(url + ending);
    expect([asked.status, asked.headers.get("WWW-Authenticate"), await asked.json()]).toStrictEqual([
      401,
      'Basic realm="Dataclips share", charset="UTF-8"',
      {
        error: {
          code: "password_required",
          message: "This link asks for a password.",
          hint: "Programs send it by HTTP Basic authentication, with any user name.",
        },
      },
    ]);
    expect(asked.headers.get("Cache-Control")).toBe("no-store");
    for (const user of ["", "x", "bob@example.com"]) {
      expect((await fetch(url + ending, { headers: basic(PASSWORD, user) })).status).toBe(200);
    }
    const head = await fetch(url + ending, { method: "HEAD" });
    expect([head.status, await head.text()]).toStrictEqual([401, ""]);
  }
  // One of another writing is the same password.
  expect((await fetch(`${url}.csv`, { headers: basic(PASSWORD.normalize("NFD")) })).status).toBe(200);
});

test("neither ETag, Range, the words of the address nor a hot response is a way around it", async () => {
  const { slug, url } = await makeShare(server, { password: PASSWORD });
  const open = await shareOf(server, slug, {});
  await until(() => server.deps.changes!.isCurrent());
  const known = await fetchAsSent(`${open.url}.csv`);
  await fetchAsSent(`${open.url}.csv`);
  const given = await fetchAsSent(`${url}.csv`, basic(PASSWORD));
  await fetchAsSent(`${url}.csv`, basic(PASSWORD));
  expect([given.status, given.headers.etag, given.headers["cache-control"]]).toStrictEqual([
    200,
    known.headers.etag,
    "private, no-cache",
  ]);
  for (const headers of [
    {},
    { "If-None-Match": known.headers.etag! },
    { "If-None-Match": "*" },
    { "If-Modified-Since": "Wed, 01 Jan 2031 00:00:00 GMT" },
    { Range: "bytes=0-1" },
    { Range: "bytes=0-1", "If-Range": known.headers.etag! },
    { Cookie: "dataclips_share=1" },
    { Cookie: `dataclips_share=${"9".repeat(12)}.${"A".repeat(43)}` },
    { Cookie: `dataclips_share=99999999999.` },
    { Authorization: "Basic" },
    { Authorization: "Basic !!!" },
    { Authorization: `Basic ${Buffer.from(PASSWORD).toString("base64")}` },
  ] as Record<string, string>[]) {
    for (const ending of [".csv", "-words.csv", ".csv?wait=fresh", ".csv?as_of=2999-01-01", ".csv?bom=1", ""]) {
      expect([headers, ending, (await fetchAsSent(url + ending, headers)).status]).toStrictEqual([
        headers,
        ending,
        401,
      ]);
    }
  }
  const conditional = await fetchAsSent(`${url}.csv`, { ...basic(PASSWORD), "If-None-Match": known.headers.etag! });
  expect(conditional.status).toBe(304);
  // A session or a token of the administrator's is not the share's password.
  expect((await fetch(`${url}.csv`, { headers: { Authorization: `Bearer ${TOKEN}` } })).status).toBe(401);
  // What is not protected takes no notice of a password.
  expect((await fetch(`${open.url}.csv`, { headers: basic("whatever") })).status).toBe(200);
});

test("a browser is shown a form, which says nothing of what is behind it, and gives a cookie for the share's paths", async () => {
  const { slug, url, path } = await makeShare(
    server,
    { password: PASSWORD, name: "Behind it" },
    { title: "Secret title", sql: "SELECT {{n:1}}::int AS n" },
  );
  const asked = await asBrowser(`${url}-words?n=7&x="><script>`);
  const form = await asked.text();
  expect([asked.status, asked.headers.get("WWW-Authenticate"), asked.headers.get("Cache-Control")]).toStrictEqual([
    401,
    null,
    "no-store",
  ]);
  expect(form).toContain(`<form class="stacked" method="post" action="${path}?n=7&amp;x=%22%3E%3Cscript%3E">`);
  expect(form).not.toMatch(/Secret title|Behind it|<script/);
  expect(form).not.toContain(slug);

  const wrong = await post(`${url}?n=7`, { password: "not this one" });
  expect([wrong.status, wrong.headers.getSetCookie()]).toStrictEqual([401, []]);
  expect(await wrong.text()).toContain("This is not the password of this link.");
  const right = await post(`${url}-words?n=7`, { password: PASSWORD });
  expect([right.status, right.headers.get("Location")]).toStrictEqual([303, `${path}?n=7`]);
  const said = right.headers.getSetCookie();
  expect(said).toHaveLength(7);
  for (const cookie of said) {
    expect(cookie).toMatch(
      /^dataclips_share=\d+\.[\w-]{43}; Max-Age=28800; Path=\/shares\/[a-z]{28}(\.(csv|json|ndjson|xlsx|svg|png))?; HttpOnly; SameSite=Lax$/,
    );
  }
  const cookies = cookiesOf(right);
  for (const [format, ending] of Object.entries(ENDINGS)) {
    const cookie = cookies.get(`${path}${ending}`)!;
    expect([format, (await asBrowser(`${url}${ending}`, { Cookie: cookie })).status]).toStrictEqual([format, 200]);
  }
  // It opens this share, and no other one.
  const other = await makeShare(server, { password: PASSWORD });
  expect((await asBrowser(other.url, { Cookie: [...cookies.values()][0]! })).status).toBe(401);
  const [ends, signature] = [...cookies.values()][0]!.slice("dataclips_share=".length).split(".") as [string, string];
  for (const forged of [`${Number(ends) + 1}.${signature}`, `${ends}.${signature.slice(1)}A`, `1.${signature}`]) {
    expect((await asBrowser(url, { Cookie: `dataclips_share=${forged}` })).status).toBe(401);
  }
});

test("a page of another site cannot send the form, and the form takes a password and nothing else", async () => {
  const { url } = await makeShare(server, { password: PASSWORD });
  const forged = await post(url, { password: PASSWORD }, { "Sec-Fetch-Site": "cross-site" });
  expect([forged.status, forged.headers.getSetCookie()]).toStrictEqual([403, []]);
  for (const fields of [{}, { password: PASSWORD, formats: "csv" }, { password: "x".repeat(1001) }] as Record<
    string,
    string
  >[]) {
    expect((await post(url, fields)).status).toBe(400);
  }
});

test("over https the cookie is for https, and in a frame of a listed origin for that one", async () => {
  const plain = await makeShare(server, { password: PASSWORD });
  const framed = await shareOf(server, plain.slug, { password: PASSWORD, origins: ["https://one.example"] });
  server.deps.publicUrl = "https://clips.example.com";
  try {
    const cookie = async (url: string) => (await post(url, { password: PASSWORD })).headers.getSetCookie()[0];
    expect(await cookie(plain.url)).toMatch(/; HttpOnly; Secure; SameSite=Lax$/);
    expect(await cookie(framed.url)).toMatch(/; HttpOnly; Secure; SameSite=None; Partitioned$/);
    const asked = await asBrowser(framed.url);
    expect(asked.headers.get("Content-Security-Policy")).toContain("frame-ancestors https://one.example");
  } finally {
    server.deps.publicUrl = null;
  }
});

test("another password, another secret and the end of the share end what a browser was given", async () => {
  const { id, url } = await makeShare(server, { password: PASSWORD });
  const cookie = (await post(url, { password: PASSWORD })).headers.getSetCookie()[0]!.split(";")[0]!;
  const status = async (address = url): Promise<number> => (await asBrowser(address, { Cookie: cookie })).status;
  expect(await status()).toBe(200);
  await patch(server, id, { name: "Renamed" });
  expect(await status()).toBe(200);
  await patch(server, id, { password: "another password" });
  expect(await status()).toBe(401);
  expect((await fetch(`${url}.csv`, { headers: basic(PASSWORD) })).status).toBe(401);
  expect((await fetch(`${url}.csv`, { headers: basic("another password") })).status).toBe(200);
  const again = (await post(url, { password: "another password" })).headers.getSetCookie()[0]!.split(";")[0]!;
  const rotated = (await (await server.request(`/api/shares/${id}/rotate`, { method: "POST" })).json()) as {
    url: string;
  };
  expect((await asBrowser(url, { Cookie: again })).status).toBe(404);
  expect((await asBrowser(rotated.url, { Cookie: again })).status).toBe(401);
  await patch(server, id, { password: null });
  expect((await asBrowser(rotated.url)).status).toBe(200);
});

test("a password that is set on a hot share counts from its answer on", async () => {
  const { id, url } = await makeShare(server);
  await until(() => server.deps.changes!.isCurrent());
  for (let n = 0; n < 3; n++) expect((await fetchAsSent(`${url}.json`)).status).toBe(200);
  expect((await patch(server, id, { password: PASSWORD })).status).toBe(200);
  expect((await fetchAsSent(`${url}.json`)).status).toBe(401);
});

test("it is kept as scrypt with a salt of its own, and never said", async () => {
  const [one, two] = [await makeShare(server, { password: PASSWORD }), await makeShare(server, { password: PASSWORD })];
  const { rows } = await server.own.query("SELECT password_hash FROM shares WHERE id IN ($1, $2)", [one.id, two.id]);
  for (const row of rows) expect(row.password_hash).toMatch(/^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
  expect(rows[0].password_hash).not.toBe(rows[1].password_hash);
  const texts = await Promise.all(
    [
      "/api/shares",
      `/api/shares/${one.id}`,
      `/api/clips/${one.slug}/shares`,
      `/share-list/${one.id}`,
      "/share-list",
    ].map(async (path) => (await server.request(path)).text()),
  );
  for (const text of texts) expect(text).not.toMatch(/scrypt|horse/);
  expect(server.logged).toStrictEqual([]);
});

test("guesses end after ten, by form and by Basic together, whether they are right or wrong", async () => {
  const { slug, url } = await makeShare(server, { password: PASSWORD });
  const other = await shareOf(server, slug, { password: PASSWORD });
  const cookie = (await post(url, { password: PASSWORD })).headers.getSetCookie()[0]!.split(";")[0]!;
  // Right ones are not counted, nor is being asked.
  for (let n = 0; n < 15; n++) expect((await fetch(`${url}.csv`, { headers: basic(PASSWORD) })).status).toBe(200);
  for (let n = 0; n < 15; n++) expect((await fetch(`${url}.csv`)).status).toBe(401);
  // All at once: those under way count too.
  const statuses = await Promise.all(
    Array.from({ length: 12 }, async (_, n) =>
      n % 2 === 0
        ? (await post(url, { password: `guess ${n} of mine` })).status
        : (await fetch(`${url}.json`, { headers: basic(`guess ${n} of mine`) })).status,
    ),
  );
  expect(statuses.toSorted()).toStrictEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
  const refused = await fetch(`${url}.csv`, { headers: basic(PASSWORD) });
  expect([refused.status, await refused.json()]).toMatchObject([429, { error: { code: "too_many_requests" } }]);
  const wait = Number(refused.headers.get("Retry-After"));
  expect([wait > 800, wait <= 900]).toStrictEqual([true, true]);
  const form = await post(url, { password: PASSWORD });
  expect([form.status, form.headers.getSetCookie()]).toStrictEqual([429, []]);
  expect(await form.text()).toContain("Too many wrong passwords came from this address.");
  // Who is in stays in, and another share is another one.
  expect((await asBrowser(url, { Cookie: cookie })).status).toBe(200);
  expect((await fetch(`${other.url}.csv`, { headers: basic(PASSWORD) })).status).toBe(200);
});

test("a password has 8 to 200 characters", async () => {
  const { slug, id } = await makeShare(server);
  for (const password of ["", "short", "x".repeat(201), 12345678, true, ["longenough"], "nul\u0000longenough"]) {
    expect((await patch(server, id, { password })).status).toBe(400);
    const made = await server.request(`/api/clips/${slug}/shares`, { method: "POST", json: { password } });
    expect(made.status).toBe(400);
  }
});
