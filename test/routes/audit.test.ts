import { afterAll, beforeAll, expect, test } from "vitest";
import { recordEvent } from "../../src/people/audit.ts";
import { createKey } from "../../src/people/keys.ts";
import { startPasswordServer } from "../links/password-server.ts";
import { type EventJson, listAudit } from "../people/list-audit.ts";
import { addPerson } from "../support/add-person.ts";
import { hasPljs } from "../support/pljs.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { patch, shareOf } from "./make-share.ts";
import { type SignedInBrowser, signInBrowser } from "./sign-in-browser.ts";

let server: TestServer;
let browser: SignedInBrowser;
beforeAll(async () => {
  server = await startTestServer(({ primaryUrl }) => ({ primary: primaryUrl }));
  await server.primary.query(
    "CREATE TABLE sales AS SELECT 1 AS id, 'x' AS what; GRANT SELECT ON sales TO dataclips_reader",
  );
  await server.catchUp();
  browser = await signInBrowser(server);
});
afterAll(() => server.close());

/** What happened to a clip, the oldest first: actions, and details without what is new each time. */
async function history(slug: string): Promise<[action: string, details: Record<string, unknown>][]> {
  const events = await listAudit(server, { clip: slug });
  return events
    .toReversed()
    .filter(({ action }) => action !== "clip.run")
    .map(({ action, details }) => [
      action,
      Object.fromEntries(Object.entries(details).filter(([name]) => name !== "share")),
    ]);
}

test("every change of a clip is written, by the API and by the pages", async () => {
  const sql = "SELECT 1 AS a";
  const { slug } = await server.createClip(sql, { title: "Old" });
  const path = `/api/clips/${slug}`;
  await server.request(path, { method: "PATCH", json: { title: "New", sql: "SELECT 2 AS a" } });
  await server.request(`${path}/versions`, { method: "POST", json: { restore: 1 } });
  await server.request(path, { method: "DELETE" });
  await server.request(`${path}/undelete`, { method: "POST" });
  const fork = (await (await server.request(`${path}/fork`, { method: "POST" })).json()) as { slug: string };
  const team = "Everyone";
  expect(await history(slug)).toStrictEqual([
    ["clip.create", { version: 1, title: "Old", database: "test", team }],
    ["clip.edit", { version: 2, from: { version: 1, title: "Old" }, to: { version: 2, title: "New" } }],
    ["clip.edit", { version: 3, from: { version: 2 }, to: { version: 3 }, restored_from: 1 }],
    ["clip.delete", {}],
    ["clip.undelete", {}],
  ]);
  expect(await history(fork.slug)).toStrictEqual([
    ["clip.create", { version: 1, title: "New", database: "test", team, forked_from: slug }],
  ]);
  expect((await listAudit(server, { clip: slug, action: "clip.edit" })).map((event) => event.sql)).toStrictEqual([
    sql,
    "SELECT 2 AS a",
  ]);

  const form = { database: "test", title: "By a form", sql };
  const made = await browser.post("/clips", form);
  const [, page = "", own = ""] = /(\/clips\/([a-z]{28}))/.exec(made.headers.get("Location") ?? "") ?? [];
  await browser.post(`${page}/edit`, { ...form, sql: "SELECT 3 AS a", version: "1" });
  await browser.post(`${page}/restore`, { version: "1" });
  await browser.post(`${page}/delete`);
  await browser.post(`${page}/undelete`);
  const forked = await browser.post(`${page}/fork`);
  expect((await history(own)).map(([action]) => action)).toStrictEqual([
    "clip.create",
    "clip.edit",
    "clip.edit",
    "clip.delete",
    "clip.undelete",
  ]);
  const [, copy = ""] = /\/clips\/([a-z]{28})/.exec(forked.headers.get("Location") ?? "") ?? [];
  expect(await history(copy)).toMatchObject([["clip.create", { forked_from: own }]]);
});

test("every change of a link to a clip is written, without its secret or its password", async () => {
  const { slug } = await server.createClip("SELECT {{word:x}}::text AS a");
  const { id, url } = await shareOf(server, slug, { name: "Press", password: "a-password", formats: ["csv"] });
  await patch(server, id, { note: "For you", password: "another-password" });
  const rotated = (await (await server.request(`/api/shares/${id}/rotate`, { method: "POST" })).json()) as {
    url: string;
  };
  await server.request(`/api/shares/${id}`, { method: "DELETE" });
  await browser.post(`/clips/${slug}/shares`);
  const [{ id: second }] = (await sharesOf(slug)) as [{ id: string }];
  await browser.post(`/share-list/${second}`, { rules: "1", name: "By a form", format_csv: "1", use_word: "open" });
  await browser.post(`/share-list/${second}/rotate`);
  await browser.post(`/share-list/${second}/revoke`);
  await browser.post(`/clips/${slug}/shares`);
  const [{ id: third }] = (await sharesOf(slug)) as [{ id: string }];
  await browser.post(`/clips/${slug}/shares/${third}/revoke`);
  const events = await history(slug);
  expect(events.slice(1, 5)).toStrictEqual([
    ["share.create", { name: "Press", formats: ["csv"], has_password: true }],
    ["share.change", { from: { note: "" }, to: { note: "For you" }, password: "changed" }],
    ["share.rotate", {}],
    ["share.revoke", {}],
  ]);
  expect(events.slice(5).map(([action]) => action)).toStrictEqual([
    "share.create",
    "share.change",
    "share.rotate",
    "share.revoke",
    "share.create",
    "share.revoke",
  ]);
  const written = JSON.stringify(await listAudit(server, { clip: slug }));
  for (const secret of [url, rotated.url].map((address) => address.slice(-28))) expect(written).not.toContain(secret);
  expect(written).not.toContain("-password");
});

async function sharesOf(slug: string): Promise<unknown[]> {
  const response = await server.request(`/api/clips/${slug}/shares`);
  return ((await response.json()) as { shares: unknown[] }).shares;
}

test("materializing, refreshing and taking it away is written, by the API and by the pages", async () => {
  const { slug } = await server.createClip("SELECT id, what FROM sales");
  const path = `/api/clips/${slug}/materialized`;
  expect((await server.request(path, { method: "PUT", json: { cron: "0 5 * * *" } })).status).toBe(200);
  await server.request(`${path}/refresh`, { method: "POST" });
  await server.request(path, { method: "DELETE" });
  await browser.post(`/clips/${slug}/materialized`, { name: "", unique_columns: "", cron: "", time_zone: "" });
  await browser.post(`/clips/${slug}/materialized/refresh`);
  await browser.post(`/clips/${slug}/materialized/remove`);
  await browser.post(`/clips/${slug}/materialized`, { name: "", unique_columns: "", cron: "", time_zone: "" });
  await server.request(`/api/clips/${slug}`, { method: "DELETE" });
  const events = (await history(slug)).slice(1);
  expect(events.map(([action]) => action)).toStrictEqual([
    "materialized.change",
    "materialized.refresh",
    "materialized.remove",
    "materialized.change",
    "materialized.refresh",
    "materialized.remove",
    "materialized.change",
    "materialized.remove",
    "clip.delete",
  ]);
  expect(events[0]![1]).toStrictEqual({
    database: "test",
    version: 1,
    row_count: 1,
    bytes: expect.any(Number),
    unique_columns: null,
    cron: "0 5 * * *",
    time_zone: "UTC",
  });
});

test("links to other databases are written, with where they lead and no password", async () => {
  const path = "/api/databases/test/links";
  const ledger = await startPasswordServer({ writer: "s3cret-word" });
  const to = ledger.url("writer", "s3cret-word");
  try {
    const wish = { name: "away", to, tables: ["entries"] };
    await server.request(path, { method: "POST", json: { ...wish, dry_run: true } });
    const added = await server.request(path, { method: "POST", json: wish });
    expect(await added.json()).toMatchObject({ name: "away" });
    await server.request(`${path}/away/refresh`, { method: "POST", json: { to } });
    await server.request(`${path}/away`, { method: "DELETE" });
  } finally {
    await ledger.stop();
  }
  const page = "/databases/test/links";
  await browser.post(page, { name: "near", to: "test", tables: "numbers" });
  await browser.post(`${page}/near/refresh`);
  await browser.post(`${page}/near/remove`);
  const events = (await listAudit(server, { q: "link." })).toReversed();
  const away = { database: "test", link: "away", tables: ["entries"] };
  const leads = `ledger on ${ledger.host}:5432 as writer`;
  const tables = ["numbers"];
  expect(events.map(({ action, details }) => [action, details])).toStrictEqual([
    ["link.create", { ...away, to: leads }],
    ["link.refresh", { ...away, to: leads }],
    ["link.remove", away],
    ["link.create", { database: "test", link: "near", to: "the database test", tables }],
    ["link.refresh", { database: "test", link: "near", tables }],
    ["link.remove", { database: "test", link: "near", tables }],
  ]);
  expect(JSON.stringify(await listAudit(server))).not.toContain("s3cret-word");
});

test.runIf(hasPljs)("helpers are written, by the API and by the page, and an install of nothing is not", async () => {
  const path = "/api/databases/test/helpers";
  await server.request(path, { method: "POST" });
  await server.request(path, { method: "POST" });
  await server.request(path, { method: "DELETE" });
  await browser.post("/databases/test/helpers/install");
  await browser.post("/databases/test/helpers/remove");
  const events = (await listAudit(server, { q: "helpers." })).toReversed();
  expect(events.map(({ action }) => action)).toStrictEqual([
    "helpers.install",
    "helpers.remove",
    "helpers.install",
    "helpers.remove",
  ]);
  expect(events[0]!.details).toMatchObject({ database: "test", schema: "dataclips" });
  expect(events[0]!.details["functions"]).toContain("sparkline");
});

test("filters leave what they say, together, and are never part of the SQL", async () => {
  const { slug } = await server.createClip("SELECT 'needle in the SQL' AS a", { title: "50% of_all \\ 'quoted'" });
  const at = new Date("2020-05-05T12:00:00.000Z");
  await server.own.query("INSERT INTO audit_events (at, action, actor, actor_name) VALUES ($1, $2, $3, $4)", [
    at,
    "session.fail",
    "person:x",
    "Ada <ada@example.com>",
  ]);
  const titles = async (filters: Record<string, string>): Promise<(string | undefined)[]> =>
    (await listAudit(server, filters)).map(({ clip, action }) => clip?.title ?? action);
  const own = ["50% of_all \\ 'quoted'"];
  expect(await titles({ clip: slug })).toStrictEqual(own);
  expect(await titles({ clip: `${server.url}/clips/${slug}-50-of-all?x=1` })).toStrictEqual(own);
  expect(await titles({ q: "needle the" })).toStrictEqual(own);
  expect(await titles({ q: "NEEDLE", action: "clip.create" })).toStrictEqual(own);
  expect(await titles({ q: "50% of_all" })).toStrictEqual(own);
  expect(await titles({ q: "50%all" })).toStrictEqual([]);
  expect(await titles({ q: "of-all" })).toStrictEqual([]);
  expect(await titles({ q: "needle", action: "clip.edit" })).toStrictEqual([]);
  expect(await titles({ person: "ada@" })).toStrictEqual(["session.fail"]);
  expect(await titles({ person: "person:x" })).toStrictEqual(["session.fail"]);
  expect(await titles({ person: "person:" })).toStrictEqual([]);
  for (const [from, to, found] of [
    ["2020-05-05", "2020-05-05", true],
    ["2020-05-05T12:00Z", "2020-05-05T12:00Z", true],
    ["2020-05-05T12:00:00.001Z", "2020-06-01", false],
    ["2020-05-01", "2020-05-04", false],
    ["2020-05-05T14:00+02:00", "2020-05-05T14:00+02:00", true],
    ["", "2020-12-31", true],
  ] as const) {
    expect([from, to, await titles({ from, to })]).toStrictEqual([from, to, found ? ["session.fail"] : []]);
  }
  for (const attack of ["' OR true --", "'); DROP TABLE audit_events; --", "\\", "%", "$1", "{{x}}", "\u0001"]) {
    expect((await server.request(`/api/audit?${new URLSearchParams({ q: attack, person: attack })}`)).status).toBe(200);
  }
  expect(await titles({ q: "' OR true --" })).toStrictEqual([]);
  expect(await titles({ person: "%" })).toStrictEqual([]);
});

test.each([
  ["an action that is none", "action=clip.fly"],
  ["an action of JavaScript's", "action=constructor"],
  ["a clip that is none", "clip=nope"],
  ["a time that is none", "from=yesterday"],
  ["an id that is none", "before=0"],
  ["an id that is too large", `before=${"9".repeat(16)}`],
  ["an id with more behind it", "before=1;DROP"],
  ["NUL", "q=%00"],
  ["a text that is too long", `q=${"x".repeat(201)}`],
  ["a filter that there is not", "actoin=clip.run"],
  ["a filter twice", "q=a&q=b"],
])("%s is refused, and matches not everything", async (_, query) => {
  for (const path of ["/api/audit", "/api/audit.ndjson", "/audit"]) {
    const response = await server.request(`${path}?${query}`);
    expect([path, response.status]).toStrictEqual([path, 400]);
    await response.text();
  }
});

test("pages follow each other without a gap, and a far one is empty", async () => {
  await server.own.query(
    `INSERT INTO audit_events (at, action, actor, details)
     SELECT now(), 'team.change', 'token', jsonb_build_object('n', n) FROM generate_series(1, 250) AS n`,
  );
  const seen: number[] = [];
  for (let before: number | null | "" = ""; before !== null;) {
    const response = await server.request(`/api/audit?action=team.change&before=${before}`);
    const body = (await response.json()) as { events: EventJson[]; before: number | null; page_size: number };
    expect(body.page_size).toBe(100);
    seen.push(...body.events.map(({ details }) => details["n"] as number));
    before = body.before;
  }
  expect(seen).toStrictEqual(Array.from({ length: 250 }, (_, index) => 250 - index));
  expect(await listAudit(server, { before: "1" })).toStrictEqual([]);

  const first = await (await browser.get("/audit?action=team.change")).text();
  const [, older] = /href="(\/audit\?action=team\.change&amp;before=\d+)">Older/.exec(first) ?? [];
  const next = await (await browser.get(older!.replace("&amp;", "&"))).text();
  expect([first, next].map((html) => [...html.matchAll(/<tr id="event-/g)].length)).toStrictEqual([50, 50]);
  expect(next).toContain('<a href="/audit?action=team.change">Newest</a>');
  expect(await (await browser.get(`/audit?before=${"9".repeat(15)}`)).text()).toContain("<tr id=");
});

test("the NDJSON has every event that matches, a line each, whatever is in it", async () => {
  const nasty = 'line\nbreak\r\n{"id":1}\u2028\u0085 "quoted" \\';
  const { slug } = await server.createClip(`SELECT '${nasty.replaceAll("'", "''")}' AS a`, { title: nasty });
  await (await server.request(`/clips/${slug}.csv`)).text();
  await until(async () => (await listAudit(server, { clip: slug })).length === 2);
  const response = await server.request(`/api/audit.ndjson?clip=${slug}`);
  expect(response.headers.get("Content-Type")).toBe("application/x-ndjson; charset=utf-8");
  expect(response.headers.get("Cache-Control")).toBe("no-store");
  const lines = (await response.text()).split("\n");
  expect(lines.pop()).toBe("");
  expect(lines.map((line) => JSON.parse(line))).toStrictEqual(await listAudit(server, { clip: slug }));
  expect(JSON.parse(lines[0]!)).toMatchObject({ action: "clip.run", clip: { title: nasty }, sql: expect.any(String) });

  const all = (await (await server.request("/api/audit.ndjson?action=team.change")).text()).trim().split("\n");
  expect(all.map((line) => JSON.parse(line).details.n)).toStrictEqual(
    Array.from({ length: 250 }, (_, index) => 250 - index),
  );
  expect(await (await server.request("/api/audit.ndjson?q=nothing-of-the-kind")).text()).toBe("");
});

test("an export that breaks is broken off", async () => {
  await server.own.query(
    `INSERT INTO audit_events (at, action, actor, details)
     SELECT now(), 'team.delete', 'token', jsonb_build_object('text', repeat('x', 20000)) FROM generate_series(1, 2000) AS n`,
  );
  const response = await server.request("/api/audit.ndjson?action=team.delete");
  expect(response.status).toBe(200);
  const reader = response.body!.getReader();
  expect((await reader.read()).done).toBe(false);
  const before = server.logged.length;
  await server.own.query("ALTER TABLE audit_events RENAME TO moved");
  const drain = async (): Promise<void> => {
    for (;;) if ((await reader.read()).done) return;
  };
  await expect(drain()).rejects.toThrow("terminated");
  await server.own.query("ALTER TABLE moved RENAME TO audit_events");
  expect(server.logged.slice(before)).toStrictEqual([
    expect.stringMatching(/^level=error event=audit_export_failed error=/),
  ]);
});

const ATTACK = `</textarea></title></pre>"'><img src=x onerror=alert(1)><script>alert(1)</script>`;

test("whatever is shown on the page is text", async () => {
  const { db } = server.deps;
  const clip = await server.createClip(`SELECT '${ATTACK.replaceAll("'", "''")}' AS a, {{word:x}}::text AS b`, {
    title: ATTACK,
  });
  await recordEvent(db, {
    action: "session.fail",
    actor: "anonymous",
    actorName: ATTACK,
    address: ATTACK,
    details: { email: ATTACK, [ATTACK]: [{ [ATTACK]: ATTACK }], error: ATTACK },
  });
  await recordEvent(db, { action: "person.change", actor: `person:${ATTACK}`, actorName: ATTACK, address: null });
  await recordEvent(db, { action: "person.change", actor: ATTACK, actorName: "", address: null });
  await server.own.query("INSERT INTO audit_events (action, actor, clip_id, details) VALUES ($1, $2, $3, $4)", [
    ATTACK,
    `share:${ATTACK}`,
    clip.id,
    { version: ATTACK },
  ]);
  await server.request(`/clips/${clip.slug}.csv?word=${encodeURIComponent(ATTACK)}`);
  await until(async () => (await listAudit(server, { clip: clip.slug, action: "clip.run" })).length === 1);
  for (const path of ["/audit", `/audit?q=${encodeURIComponent(ATTACK)}&person=${encodeURIComponent(ATTACK)}`]) {
    const response = await browser.get(path);
    expect(response.status).toBe(200);
    const html = await response.text();
    expect(html).not.toContain("<img");
    expect(html).not.toContain("<script");
    expect(html).toContain("&lt;img src=x onerror=alert(1)&gt;");
  }
  const page = await browser.get("/audit");
  expect(page.headers.get("Content-Security-Policy")).toContain("default-src 'none'");
  expect(page.headers.get("Cache-Control")).toBe("no-store");
});

test("only administrators read the audit, with no key but theirs", async () => {
  const { db } = server.deps;
  const statuses = async (headers: Record<string, string>): Promise<number[]> => {
    const answers = ["/audit", "/api/audit", "/api/audit.ndjson", "/api/audit?action=clip.run"].map(async (path) => {
      const response = await fetch(server.url + path, { redirect: "manual", headers });
      await response.text();
      return response.status;
    });
    return Promise.all(answers);
  };
  expect(await statuses({})).toStrictEqual([401, 401, 401, 401]);
  expect(await statuses({ Cookie: browser.cookie })).toStrictEqual([200, 200, 200, 200]);
  for (const role of ["viewer", "editor"] as const) {
    expect(await statuses({ Cookie: (await signInBrowser(server, role)).cookie })).toStrictEqual([403, 403, 403, 403]);
  }
  const { id } = await addPerson(db, "administrator");
  for (const [draft, status] of [
    [{ scope: "read" }, 403],
    [{ scope: "write" }, 403],
    [{ scope: "admin" }, 200],
    // It would read of other databases.
    [{ scope: "admin", databases: ["test"] }, 403],
  ] as const) {
    const { key } = await createKey(db, id, { name: "K", ...draft });
    const found = await statuses({ Authorization: `Bearer ${key}` });
    expect([draft, found]).toStrictEqual([draft, [status, status, status, status]]);
  }
});

test("a clip's page leads administrators to its audit, and nobody else", async () => {
  const { slug } = await server.createClip("SELECT 1 AS a");
  const link = `<a href="/audit?clip=${slug}">`;
  expect(await (await browser.get(`/clips/${slug}`)).text()).toContain(link);
  const editor = await signInBrowser(server, "editor");
  expect(await (await editor.get(`/clips/${slug}`)).text()).not.toContain(link);
  expect(await (await browser.get(`/audit?clip=${slug}`)).text()).toContain("made the clip");
});
