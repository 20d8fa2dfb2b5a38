import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../support/test-server.ts";
import { makeShare, patch, shareOf } from "./make-share.ts";
import { type SignedInBrowser, signInBrowser } from "./sign-in-browser.ts";

let server: TestServer;
let browser: SignedInBrowser;
beforeAll(async () => {
  server = await startTestServer();
  browser = await signInBrowser(server);
});
afterAll(() => server.close());

const api = async (path: string): Promise<any> => (await server.request(path)).json();
/** What a form without any change sends. */
const FORM = { rules: "1", format_html: "1", format_csv: "1", format_json: "1", format_ndjson: "1", format_xlsx: "1" };

test("a share is made, shown and changed with all its rules by the API", async () => {
  const rules = {
    name: "For the board",
    note: "Ask Ann",
    expires_at: "2999-12-31T10:00:00.000Z",
    locked_parameters: { n: "5" },
    open_parameters: ["word"],
    origins: ["https://one.example"],
    formats: ["html", "csv"],
    requests_per_minute: 12,
  };
  const sql = "SELECT {{n:1}}::int AS n, {{word:x}}::text AS word";
  const { slug, id } = await makeShare(server, { ...rules, password: "long enough" }, { sql, title: "Numbers" });
  const shown = {
    id,
    clip: { slug, title: "Numbers", deleted: false },
    ...rules,
    result: null,
    expired: false,
    has_password: true,
    signed: false,
    created_at: expect.stringMatching(/^20/),
    created_by: "token",
    uses: 0,
    last_used_at: null,
    last_used_from: null,
  };
  expect(await api(`/api/shares/${id}`)).toStrictEqual(shown);
  expect((await patch(server, id, {})).body).toStrictEqual(shown);
  const changed = { name: "Other", formats: null, password: null };
  expect((await patch(server, id, changed)).body).toStrictEqual({
    ...shown,
    name: "Other",
    formats: null,
    has_password: false,
  });
  const none = { ...rules, name: "", note: "", expires_at: null, locked_parameters: {}, formats: null };
  const { body } = await patch(server, id, {
    ...none,
    open_parameters: null,
    origins: null,
    requests_per_minute: null,
  });
  expect(body).toMatchObject({ ...none, open_parameters: null, origins: null, requests_per_minute: null });
});

test("a change takes the rules and nothing else", async () => {
  const { slug, id, url } = await makeShare(server, { name: "Mine" });
  const other = await makeShare(server);
  const row = async () => (await server.own.query("SELECT * FROM shares WHERE id = $1", [id])).rows[0];
  const before = await row();
  for (const field of [
    "id",
    "clip",
    "clip_id",
    "clipId",
    "slug",
    "secret",
    "secret_hash",
    "secretHash",
    "password_hash",
    "passwordHash",
    "has_password",
    "pinned_result_id",
    "pinnedResultId",
    "result",
    "created_at",
    "createdAt",
    "created_by",
    "createdBy",
    "revoked_at",
    "revokedAt",
    "expired",
    "expiresAt",
    "lockedParameters",
    "uses",
    "last_used_at",
    "last_used_from",
    "constructor",
  ]) {
    for (const value of [1, null, other.id, "x"]) {
      const { status, body } = await patch(server, id, { name: "Changed", [field]: value });
      expect([field, status, body.error.message]).toStrictEqual([
        field,
        400,
        `The request is not right: Unrecognized key: "${field}".`,
      ]);
      const made = await server.request(`/api/clips/${slug}/shares`, { method: "POST", json: { [field]: value } });
      // A new share can be pinned; null is not.
      expect([field, made.status]).toStrictEqual([
        field,
        field !== "result" ? 400 : value === null ? 201 : value === 1 ? 201 : 400,
      ]);
    }
    const form = await browser.post(`/share-list/${id}`, { ...FORM, [field]: "1" });
    expect([field, form.status]).toStrictEqual([field, 400]);
  }
  for (const json of [[], "x", 7, null, [{ name: "x" }]]) expect((await patch(server, id, json)).status).toBe(400);
  expect(await row()).toStrictEqual(before);
  expect((await fetch(`${url}.csv`)).status).toBe(200);
});

test("no rule takes what is none", async () => {
  const { id } = await makeShare(server);
  for (const json of [
    { name: 7 },
    { name: "x".repeat(201) },
    { name: "nul\u0000" },
    { note: "x".repeat(2001) },
    { formats: [] },
    { formats: ["pdf"] },
    { formats: "csv" },
    { formats: ["toString"] },
    { origins: "https://one.example" },
    { origins: Array.from({ length: 21 }, (_, n) => `https://${n}.example`) },
    { locked_parameters: [] },
    { locked_parameters: { n: {} } },
    { open_parameters: "n" },
  ]) {
    expect([json, (await patch(server, id, json)).status]).toStrictEqual([json, 400]);
  }
});

test("all shares of the installation are listed in pages, without those that are revoked", async () => {
  const { slug, id } = await makeShare(server, {}, { title: "Paged" });
  const before = (await api("/api/shares")).total as number;
  const made = await Promise.all(Array.from({ length: 51 }, () => shareOf(server, slug, {})));
  await server.request(`/api/shares/${made[0]!.id}`, { method: "DELETE" });
  const [first, second, far] = [
    await api("/api/shares"),
    await api("/api/shares?page=2"),
    await api("/api/shares?page=99"),
  ];
  expect([first.shares.length, first.page, first.page_size, first.total]).toStrictEqual([50, 1, 50, before + 50]);
  expect([second.page, far.shares]).toStrictEqual([2, []]);
  const ids = [...first.shares, ...second.shares].map((share) => share.id);
  expect(new Set(ids).size).toBe(ids.length);
  expect([ids.includes(id), ids.includes(made[0]!.id)]).toStrictEqual([true, false]);
  for (const page of ["0", "x", "-1", "1e3"]) {
    expect((await server.request(`/api/shares?page=${page}`)).status).toBe(400);
  }
  await server.request(`/api/clips/${slug}`, { method: "DELETE" });
  expect((await api(`/api/shares/${id}`)).clip).toStrictEqual({ slug, title: "Paged", deleted: true });
  const page = await (await browser.get("/share-list?page=2")).text();
  expect(page).toContain("Newer");
  expect(await (await browser.get("/share-list")).text()).toContain("deleted: the link does not work");
});

test("nobody who is not signed in sees, changes, rotates or revokes a share", async () => {
  const { id, url } = await makeShare(server);
  for (const [method, path] of [
    ["GET", "/api/shares"],
    ["GET", `/api/shares/${id}`],
    ["PATCH", `/api/shares/${id}`],
    ["DELETE", `/api/shares/${id}`],
    ["POST", `/api/shares/${id}/rotate`],
    ["GET", "/share-list"],
    ["GET", `/share-list/${id}`],
    ["POST", `/share-list/${id}`],
    ["POST", `/share-list/${id}/rotate`],
    ["POST", `/share-list/${id}/revoke`],
  ] as const) {
    const anyone = await fetch(server.url + path, { method, headers: { "Sec-Fetch-Site": "same-origin" } });
    expect([method, path, anyone.status]).toStrictEqual([method, path, 401]);
    const known = await anyone.text();
    const unknown = path.replace(id, "00000000-0000-0000-0000-000000000000");
    expect(
      await (await fetch(server.url + unknown, { method, headers: { "Sec-Fetch-Site": "same-origin" } })).text(),
    ).toBe(known);
  }
  // A page of another site, in a browser that is signed in.
  for (const action of ["", "/rotate", "/revoke"]) {
    const forged = await fetch(`${server.url}/share-list/${id}${action}`, {
      method: "POST",
      headers: { Cookie: browser.cookie, "Sec-Fetch-Site": "cross-site" },
      body: new URLSearchParams(FORM),
    });
    expect([action, forged.status]).toStrictEqual([action, 403]);
  }
  expect((await fetch(`${url}.csv`)).status).toBe(200);
});

test("a share that is not there, or revoked, is neither shown nor changed", async () => {
  const { id } = await makeShare(server);
  await server.request(`/api/shares/${id}`, { method: "DELETE" });
  for (const gone of [id, "00000000-0000-0000-0000-000000000000", "x", "' OR 1=1"]) {
    const path = encodeURIComponent(gone);
    const said = [
      await server.request(`/api/shares/${path}`),
      await server.request(`/api/shares/${path}`, { method: "PATCH", json: { name: "x" } }),
      await server.request(`/api/shares/${path}/rotate`, { method: "POST" }),
      await browser.get(`/share-list/${path}`),
      await browser.post(`/share-list/${path}`, FORM),
      await browser.post(`/share-list/${path}/rotate`),
      await browser.post(`/share-list/${path}/revoke`),
    ];
    expect(said.map(({ status }) => status)).toStrictEqual(said.map(() => 404));
  }
});

test("the page's buttons and form do what they say, without a script", async () => {
  const { id, url } = await makeShare(
    server,
    { name: "By hand" },
    { sql: "SELECT {{n:1}}::int AS n, {{word:x}}::text AS w" },
  );
  const list = await (await browser.get("/share-list")).text();
  expect(list).toContain(`<a href="/share-list/${id}">By hand</a>`);
  expect(list).toContain(`action="/share-list/${id}/rotate"`);
  expect(list).toContain(`action="/share-list/${id}/revoke"`);
  const page = await (await browser.get(`/share-list/${id}`)).text();
  for (const field of [
    "name",
    "expires_at",
    "password",
    "origins",
    "format_csv",
    "use_n",
    "value_n",
    "requests_per_minute",
  ]) {
    expect([field, page.includes(`name="${field}"`)]).toStrictEqual([field, true]);
  }
  // The page's script puts buttons beside what is to be copied: it works without.
  const plain = page.replace(/<script type="module" src="\/assets\/result-[\w-]{12}\.js"><\/script>/, "");
  for (const html of [list, plain]) expect(html).not.toMatch(/<script|\sstyle=|\son\w+=|shares\/[a-z]{28}/);

  const { format_json: _json, format_xlsx: _xlsx, ...formats } = FORM;
  const saved = await browser.post(`/share-list/${id}`, {
    ...formats,
    name: "Renamed",
    note: "two\r\nlines",
    expires_at: "2999-01-01",
    origins: "https://one.example\r\nhttps://two.example",
    requests_per_minute: "100",
    use_n: "locked",
    value_n: "9",
    use_word: "fixed",
    value_word: "not sent",
    password: "long enough",
  });
  expect([saved.status, saved.headers.get("Location")]).toStrictEqual([303, `/share-list/${id}`]);
  expect(await api(`/api/shares/${id}`)).toMatchObject({
    name: "Renamed",
    note: "two\nlines",
    expires_at: "2999-01-01T23:59:59.999Z",
    origins: ["https://one.example", "https://two.example"],
    formats: ["html", "csv", "ndjson"],
    requests_per_minute: 100,
    locked_parameters: { n: "9" },
    open_parameters: [],
    has_password: true,
  });
  const html = await (await browser.get(`/share-list/${id}`)).text();
  expect(html).toContain('name="expires_at" value="2999-01-01T23:59:59.999Z"');
  expect(html).toContain('<option value="locked" selected="">locked to this value:</option>');
  expect(html).not.toContain("long enough");
  // What is wrong is said, and what was written is not lost.
  const wrong = await browser.post(`/share-list/${id}`, {
    ...FORM,
    name: "Typed",
    expires_at: "soon",
    origins: "nowhere",
  });
  expect(wrong.status).toBe(400);
  const said = await wrong.text();
  expect(said).toContain('name="name" value="Typed"');
  expect(said).toContain("origins.0 must be an origin");
  // No format at all is not all of them.
  expect((await browser.post(`/share-list/${id}`, { rules: "1" })).status).toBe(400);
  // An empty password keeps it; a box takes it away. A form without words closes nothing that it does not name.
  await browser.post(`/share-list/${id}`, { ...FORM, password: "", use_n: "open", use_word: "anything else" });
  expect(await api(`/api/shares/${id}`)).toMatchObject({ has_password: true, open_parameters: ["n"], formats: null });
  await browser.post(`/share-list/${id}`, { ...FORM, no_password: "1", no_origins: "1" });
  expect(await api(`/api/shares/${id}`)).toMatchObject({ has_password: false, origins: [], open_parameters: null });

  const rotated = await browser.post(`/share-list/${id}/rotate`);
  expect([rotated.status, rotated.headers.get("Cache-Control")]).toStrictEqual([200, "no-store"]);
  const [fresh] = /http:[^"]*\/shares\/[a-z]{28}/.exec(await rotated.text())!;
  expect([fresh === url, (await fetch(`${url}.csv`)).status, (await fetch(`${fresh}.csv`)).status]).toStrictEqual([
    false,
    404,
    200,
  ]);
  const revoked = await browser.post(`/share-list/${id}/revoke`);
  expect([revoked.status, revoked.headers.get("Location")]).toStrictEqual([303, "/share-list"]);
  expect((await fetch(`${fresh}.csv`)).status).toBe(404);
});

test("a clip's page makes a share with rules", async () => {
  const { slug } = await makeShare(server, {}, { sql: "SELECT {{n:1}}::int AS n", title: "Ruled" });
  const page = await (await browser.get(`/clips/${slug}`)).text();
  expect(page).toContain(`href="/clips/${slug}-ruled/shares/new?result=1"`);
  const blank = await (await browser.get(`/clips/${slug}/shares/new?result=1`)).text();
  for (const field of ['name="use_n"', 'name="result" value="1"', 'name="format_csv" value="1" checked=""']) {
    expect(blank).toContain(field);
  }
  const wrong = await browser.post(`/clips/${slug}/shares`, {
    ...FORM,
    name: "Typed",
    expires_at: "soon",
    use_n: "fixed",
  });
  const again = await wrong.text();
  expect([
    wrong.status,
    again.includes('name="name" value="Typed"'),
    again.includes("expires_at must be a time"),
  ]).toStrictEqual([400, true, true]);
  expect(again).toContain('<option value="fixed" selected="">');
  const made = await browser.post(`/clips/${slug}/shares`, {
    ...FORM,
    name: "With rules",
    use_n: "locked",
    value_n: "3",
  });
  const html = await made.text();
  const [url] = /http:[^"]*\/shares\/[a-z]{28}/.exec(html)!;
  expect(html).toContain("<strong>With rules</strong> made on");
  expect(html).toContain("locked: n = 3");
  expect(await (await fetch(`${url}.csv`)).text()).toBe("n\n3\n");
  const pinned = await browser.post(`/clips/${slug}/shares`, { ...FORM, result: "1" });
  const [pinnedUrl] = /http:[^"]*\/shares\/[a-z]{28}/.exec(await pinned.text())!;
  expect((await fetch(`${pinnedUrl}.csv`)).headers.get("X-Result")).toBe("1");
  expect((await browser.post(`/clips/${slug}/shares`, { ...FORM, secret: "mine" })).status).toBe(400);
  const { shares } = await api(`/api/clips/${slug}/shares`);
  expect(shares.map(({ created_by }: any) => created_by)).toStrictEqual([
    expect.stringMatching(/^person:[0-9a-f-]{36}$/),
    expect.stringMatching(/^person:[0-9a-f-]{36}$/),
    "token",
  ]);
});

test("names, notes, values and titles are text on every page", async () => {
  const attack = (mark: string): string => `</textarea></title>"'><img src=x onerror=alert(${mark})>`;
  const { slug, id, url } = await makeShare(
    server,
    { name: attack("name"), note: attack("note"), locked_parameters: { n: attack("value") } },
    { title: attack("title"), sql: "SELECT {{n:x}}::text AS n" },
  );
  for (const path of ["/share-list", `/share-list/${id}`, `/clips/${slug}`]) {
    const html = await (await browser.get(path)).text();
    expect([path, html.includes("<img"), html.includes("alert(name)"), html.includes("alert(value)")]).toStrictEqual([
      path,
      false,
      true,
      true,
    ]);
  }
  const written = await browser.post(`/share-list/${id}`, { ...FORM, name: attack("name"), origins: attack("origin") });
  expect([written.status, (await written.text()).includes("<img")]).toStrictEqual([400, false]);
  const viewed = await (await fetch(url, { headers: { Accept: "text/html" } })).text();
  // The value is in the result here; name and note are not for viewers.
  expect([viewed.includes("<img"), viewed.includes("alert(name)"), viewed.includes("alert(note)")]).toStrictEqual([
    false,
    false,
    false,
  ]);
});

test("uses are counted in every format, hot ones too, and not those that are refused", async () => {
  const { id, url } = await makeShare(server, { formats: ["html", "csv", "json"] });
  for (let n = 0; n < 3; n++) await (await fetch(`${url}.csv`)).text();
  await (await fetch(`${url}.json`, { method: "HEAD" })).text();
  await (await fetch(url, { headers: { Accept: "text/html" } })).text();
  await (await fetch(`${url}.xlsx`)).text();
  await (await fetch(`${server.url}/shares/${"q".repeat(28)}.csv`)).text();
  const { last_used_at: never } = await api(`/api/shares/${id}`);
  await server.deps.shareUses!.write();
  const { uses, last_used_at: at, last_used_from: from } = await api(`/api/shares/${id}`);
  expect([uses, from, Date.parse(at) >= Date.parse(never ?? 0)]).toStrictEqual([5, "127.0.0.1", true]);
  const page = await (await browser.get(`/share-list/${id}`)).text();
  expect(page).toContain("Used 5 times, last on ");
  expect(page).toContain(" from 127.0.0.1");
  // Writing it down tells nobody of a change: what is hot stays hot.
  const { rows } = await server.own.query(
    "SELECT tgname FROM pg_trigger WHERE tgrelid = 'share_uses'::regclass AND NOT tgisinternal",
  );
  expect(rows).toStrictEqual([]);
});
