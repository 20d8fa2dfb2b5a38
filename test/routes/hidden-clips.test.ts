import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { createSlug } from "../../src/clips/slug.ts";
import { type Action, ACTIONS } from "../../src/people/permissions.ts";
import { ROLES } from "../../src/people/tables.ts";
import { createTeam } from "../../src/people/teams.ts";
import { hasSubject } from "../../src/routes/find-subject.ts";
import { ROUTE_ACTIONS } from "../../src/routes/route-actions.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";
import { signInAs, type Somebody, withKey } from "./people-of-teams.ts";

/** What there is of a clip of the team Finance, on the database `ledger`; the first team has neither. */
interface Hidden {
  slug: string;
  deleted: string;
  run: string;
  share: string;
  database: string;
}

let server: TestServer;
let hidden: Hidden;
let finance: number;
beforeAll(async () => {
  server = await startTestServer({}, undefined, { alsoDatabases: ["ledger"] });
  finance = (await createTeam(server.deps.db, { name: "Finance", databases: ["ledger"] })).id;
  // The first team may use one database only.
  await server.own.query("UPDATE teams SET databases = '{test}' WHERE id = 1");
  const fields = { database: "ledger", team_id: finance, title: "The secret of finance" };
  const { slug } = await server.createClip("SELECT 4711 AS secret", fields);
  const deleted = await server.createClip("SELECT 4711 AS secret", fields);
  const run = await server.request(`/api/clips/${slug}/runs`, { method: "POST", json: { wait: true } });
  const share = await server.request(`/api/clips/${slug}/shares`, { method: "POST", json: { name: "Secret" } });
  await server.request(`/api/clips/${deleted.slug}`, { method: "DELETE" });
  hidden = {
    slug,
    deleted: deleted.slug,
    run: ((await run.json()) as { id: string }).id,
    share: ((await share.json()) as { id: string }).id,
    database: "ledger",
  };
});
afterAll(() => server.close());

/** Ids at which nothing ever was. */
const nothing = (): Hidden => ({
  slug: createSlug(),
  deleted: createSlug(),
  run: randomUUID(),
  share: randomUUID(),
  database: "nowher",
});

const subjects = (): string[] => {
  const routes = createApp(server.deps).routes.map(({ method, path }) => `${method} ${path}`);
  return [...new Set(routes)].filter((route) => hasSubject(route.split(" ")[1]!));
};

function addressOf(route: string, { slug, deleted, run, share, database }: Hidden): string {
  const pattern = route.split(" ")[1]!;
  return pattern
    .replace(/:file\{.*\}/, `${slug}-any-words.csv`)
    .replace(":slug", pattern.endsWith("/undelete") ? deleted : slug)
    .replace(/\/runs\/:id/, `/runs/${run}`)
    .replace(/:id/, share)
    .replace(/:(name|database)/, database)
    .replace(":schema/:table", "public/numbers")
    .replace(":link", "some_link");
}

/** All that somebody is told, but for the time, and with what they sent themselves taken out. */
async function answer(who: Somebody, route: string, ids: Hidden): Promise<unknown> {
  const method = route.split(" ")[0]!;
  const response = await who.send(method, addressOf(route, ids), method === "GET" ? undefined : {});
  const { date: _, ...headers } = Object.fromEntries(response.headers);
  const sent = (text: string): string =>
    Object.entries(ids).reduce((told, [name, id]) => told.replaceAll(id as string, name), text);
  return { status: response.status, headers, body: sent(await response.text()) };
}

const WHO: Record<string, [role: (typeof ROLES)[number], make: (s: TestServer) => Promise<Somebody>]> = {
  "a viewer": ["viewer", (s) => signInAs(s, "viewer")],
  "an editor": ["editor", (s) => signInAs(s, "editor")],
  "an editor of no team": ["editor", (s) => signInAs(s, "editor", { teamIds: [] })],
  "an editor's key": ["editor", (s) => withKey(s, "editor", "write")],
  "an administrator's key for another database": [
    "administrator",
    (s) => withKey(s, "administrator", "admin", { databases: ["test"] }),
  ],
  "an administrator's key for no database": [
    "administrator",
    (s) => withKey(s, "administrator", "admin", { databases: [] }),
  ],
};

test.each(Object.keys(WHO))("%s is told in every byte what one is told of nothing", async (name) => {
  const [role, make] = WHO[name]!;
  const who = await make(server);
  const mine = subjects().filter(
    (route) => ROLES.indexOf(role) >= ROLES.indexOf(ACTIONS[ROUTE_ACTIONS[route] as Action]),
  );
  expect(mine.length).toBeGreaterThan(14);
  for (const route of mine) {
    const told = await answer(who, route, hidden);
    expect([route, told]).toStrictEqual([route, await answer(who, route, nothing())]);
    expect([route, told]).toMatchObject([route, { status: 404 }]);
    expect([route, JSON.stringify(told)]).not.toMatchObject([route, expect.stringMatching(/4711|finance|ledger/i)]);
  }
});

test("who may see it, is let through by each of these routes", async () => {
  const who = await signInAs(server, "editor", { teamIds: [finance] });
  const read = subjects().filter(
    (route) => route.startsWith("GET ") && ACTIONS[ROUTE_ACTIONS[route] as Action] !== "administrator",
  );
  const seen: Record<string, number> = {};
  for (const route of read) seen[route] = (await who.send("GET", addressOf(route, hidden))).status;
  const other = Object.entries(seen).filter(([, status]) => status !== 200);
  expect(Object.fromEntries(other)).toStrictEqual({
    // There is nothing to compare, nothing materialized, and no primary.
    "GET /api/clips/:slug/compare": 400,
    "GET /api/clips/:slug/compare.csv": 400,
    "GET /api/clips/:slug/materialized": 404,
    "GET /api/databases/:name/helpers": 409,
    "GET /api/databases/:database/links": 409,
    "GET /databases/:name/helpers": 409,
    "GET /databases/:database/links": 409,
  });
});

test("lists show what one may see, and their totals count no more", async () => {
  const shown = await server.createClip("SELECT 1", { title: "Shown" });
  await server.request(`/api/clips/${shown.slug}/shares`, { method: "POST", json: { name: "Open" } });
  const lists = async (who: Somebody): Promise<unknown> => {
    const json = async (path: string): Promise<any> => (await who.send("GET", path)).json();
    const [clips, deleted, searched, shares, databases] = await Promise.all(
      ["/api/clips", "/api/clips?deleted=true", "/api/clips?q=4711", "/api/shares", "/api/databases"].map(json),
    );
    return {
      clips: clips.clips.map(({ title }: any) => title),
      total: clips.total,
      deleted: deleted.total,
      searched: searched.total,
      shares: shares.shares.map(({ name }: any) => name),
      sharesTotal: shares.total,
      databases: databases.map(({ name }: any) => name),
    };
  };
  const none = { deleted: 0, searched: 0 };
  const first = { clips: ["Shown"], total: 1, ...none, shares: ["Open"], sharesTotal: 1, databases: ["test"] };
  const secret = { deleted: 1, searched: 1, shares: ["Secret"], sharesTotal: 1, databases: ["ledger"] };
  const second = { clips: ["The secret of finance"], total: 1, ...secret };
  expect(await lists(await signInAs(server, "editor"))).toStrictEqual(first);
  expect(await lists(await signInAs(server, "editor", { teamIds: [finance] }))).toStrictEqual(second);
  expect(await lists(await signInAs(server, "editor", { teamIds: [] }))).toStrictEqual({
    ...{ clips: [], total: 0, ...none, shares: [], sharesTotal: 0, databases: [] },
  });
  expect(await lists(await withKey(server, "administrator", "admin", { databases: ["ledger"] }))).toStrictEqual(second);
  expect(await lists(await signInAs(server, "administrator"))).toStrictEqual({
    clips: ["Shown", "The secret of finance"],
    total: 2,
    deleted: 1,
    searched: 1,
    shares: ["Open", "Secret"],
    sharesTotal: 2,
    databases: ["test", "ledger"],
  });
});

test("the pages of lists show the same, and no button that one may not use", async () => {
  const viewer = await signInAs(server, "viewer");
  const page = async (who: Somebody, path: string): Promise<string> => (await who.send("GET", path)).text();
  const shown = await server.createClip("SELECT 1 AS one", { title: "For viewers" });
  for (const path of ["/", "/clips/deleted", "/databases", `/clips/${shown.slug}`]) {
    const html = await page(viewer, path);
    expect(html).not.toMatch(
      /4711|finance|ledger|\/edit"|\/delete"|\/fork"|\/undelete"|share-list|\/shares"|\/clips\/new|\/people"/i,
    );
  }
  expect(await page(viewer, `/clips/${shown.slug}`)).toContain("of the team Everyone");
  const editor = await page(await signInAs(server, "editor"), `/clips/${shown.slug}`);
  for (const button of ["/edit", "/delete", "/fork", "/shares"]) expect(editor).toContain(`${button}"`);
  expect(editor).not.toContain('href="/people"');
  expect(await page(await signInAs(server, "administrator"), "/")).toContain('href="/people"');
});

test("who leaves a team is out with the next request", async () => {
  const who = await signInAs(server, "editor", { teamIds: [finance] });
  expect((await who.send("GET", `/api/clips/${hidden.slug}`)).status).toBe(200);
  await server.request(`/api/people/${who.personId}`, { method: "PATCH", json: { team_ids: [1] } });
  expect((await who.send("GET", `/api/clips/${hidden.slug}`)).status).toBe(404);
  expect((await who.send("GET", `/clips/${hidden.slug}.csv`)).status).toBe(404);
});
