import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { createSlug } from "../../src/clips/slug.ts";
import { ACTIONS, type Action } from "../../src/people/permissions.ts";
import { ROLES } from "../../src/people/tables.ts";
import { authorize } from "../../src/routes/authorize.ts";
import type { Env } from "../../src/routes/env.ts";
import { hasSubject } from "../../src/routes/find-subject.ts";
import { ROUTE_ACTIONS } from "../../src/routes/route-actions.ts";
import { startTestServer, TOKEN, type TestServer } from "../support/test-server.ts";
import { sender, signInAs, type Somebody, withKey } from "./people-of-teams.ts";

let server: TestServer;
let routes: string[];
beforeAll(async () => {
  server = await startTestServer();
  routes = routesOf(server);
});
afterAll(() => server.close());

function routesOf({ deps }: TestServer): string[] {
  const all = createApp(deps).routes.map(({ method, path }) => `${method} ${path}`);
  return [...new Set(all)].filter((route) => route !== "ALL /*");
}

/** Those who ask, with the role that they have at most, and what they may not do even so. */
const NOT_BY_KEYS: Action[] = ["account.manage", "people.sign_in"];
const FOR_ALL: Action[] = ["people.manage", "teams.manage", "audit.read"];
const WHO: Record<string, [(s: TestServer) => Promise<Somebody>, (typeof ROLES)[number], Action[]]> = {
  "a viewer": [(s) => signInAs(s, "viewer"), "viewer", []],
  "an editor": [(s) => signInAs(s, "editor"), "editor", []],
  "an administrator": [(s) => signInAs(s, "administrator"), "administrator", []],
  "the administrator's token": [async (s) => sender(s, { Authorization: `Bearer ${TOKEN}` }), "administrator", []],
  "a viewer's key to read": [(s) => withKey(s, "viewer", "read"), "viewer", NOT_BY_KEYS],
  "a viewer's key to administer": [(s) => withKey(s, "viewer", "admin"), "viewer", NOT_BY_KEYS],
  "an administrator's key to read": [(s) => withKey(s, "administrator", "read"), "viewer", NOT_BY_KEYS],
  "an administrator's key to write": [(s) => withKey(s, "administrator", "write"), "editor", NOT_BY_KEYS],
  "an administrator's key to administer": [(s) => withKey(s, "administrator", "admin"), "administrator", NOT_BY_KEYS],
  "an administrator's key for one database": [
    (s) => withKey(s, "administrator", "admin", { databases: ["test"] }),
    "administrator",
    [...NOT_BY_KEYS, ...FOR_ALL],
  ],
};

/** An address of a route at which nothing is, so that who is let through changes nothing. */
function addressOf(route: string): [method: string, path: string] {
  const [method = "", pattern = ""] = route.split(/ (.*)/);
  const path = pattern
    .replace(/:file\{.*\}/, pattern.startsWith("/assets") ? "no-such-file.js" : `${createSlug()}.csv`)
    .replace(/:(slug|secret|token)/, createSlug())
    .replace("/teams/:id", "/teams/999999")
    .replace(/:(id|link)/, randomUUID())
    .replace(/:(name|database)/, "no-such-database");
  return [method, path];
}

/** What became of a request: refused for want of somebody, or of a right, or let through. */
async function outcome(who: Somebody, route: string): Promise<string> {
  const [method, path] = addressOf(route);
  const response = await who.send(method, path, method === "GET" ? undefined : {});
  const body = await response.text();
  if (response.status === 401 && body.includes('"unauthorized"')) return "unauthorized";
  if (response.status === 403 && /This takes an? |This is not for a key/.test(body)) return "forbidden";
  return response.status === 500 ? `an error: ${body}` : "let through";
}

test("every route is in the table, and every line of the table is a route", () => {
  expect(Object.keys(ROUTE_ACTIONS).toSorted()).toStrictEqual(routes.toSorted());
});

test("a route that is not in the table is closed, and the log says what to add", async () => {
  const app = new Hono<Env>();
  app.use(async (c, next) => {
    c.set("access", null);
    await next();
  });
  app.use(authorize(server.deps));
  app.get("/forgotten/:id", (c) => c.text("open"));
  let said: unknown;
  app.onError((error, c) => {
    said = error.message;
    return c.text("closed", 500);
  });
  const response = await app.request("/forgotten/7");
  expect([response.status, await response.text()]).toStrictEqual([500, "closed"]);
  expect(said).toContain('"GET /forgotten/:id": "clips.read",');
});

test("what is public is what has to be", () => {
  const open = routes.filter((route) => ROUTE_ACTIONS[route] === "public").map((route) => route.split("/")[1]);
  expect([...new Set(open)].toSorted()).toStrictEqual([
    "assets",
    "embed.js",
    "embeds",
    "invitations",
    "oembed",
    "set-up",
    "shares",
    "sign-in",
  ]);
});

test("what changes something is no reader's, but for a run, and for what is one's own", () => {
  const changing = routes.filter((route) => !route.startsWith("GET ") && ROUTE_ACTIONS[route] !== "public");
  const viewers = changing.filter((route) => ACTIONS[ROUTE_ACTIONS[route] as Action] === "viewer");
  // Keys and favourites are one's own.
  expect(viewers.filter((route) => !/\/account|\/api\/keys|\/(?:un)?favourite$/.test(route))).toStrictEqual([
    "POST /api/clips/:slug/runs",
    "DELETE /api/runs/:id",
    "POST /clips/:slug/run",
  ]);
});

test("nobody gets in anywhere else", async () => {
  const nobody = sender(server, { "Sec-Fetch-Site": "same-origin" });
  const closed = routes.filter((route) => ROUTE_ACTIONS[route] !== "public");
  const seen: Record<string, string> = {};
  for (const route of closed) seen[route] = await outcome(nobody, route);
  expect(seen).toStrictEqual(Object.fromEntries(closed.map((route) => [route, "unauthorized"])));
});

test("nobody is told by HEAD either, nor whether there is an address at all", async () => {
  for (const path of ["/", "/people", "/api/people", `/clips/${createSlug()}`, "/no-such-address", "/api/none"]) {
    const response = await fetch(server.url + path, { method: "HEAD", headers: { Accept: "application/json" } });
    expect([path, response.status]).toStrictEqual([path, 401]);
  }
});

test("a browser that is not signed in is sent to do it, from every page", async () => {
  const pages = routes.filter(
    (route) => route.startsWith("GET ") && ROUTE_ACTIONS[route] !== "public" && !/\/api\/|\{/.test(route),
  );
  for (const route of pages) {
    const [, path] = addressOf(route);
    const response = await fetch(server.url + path, { redirect: "manual", headers: { Accept: "text/html" } });
    expect([route, response.status, response.headers.get("Location")]).toStrictEqual([
      route,
      303,
      `/sign-in?next=${encodeURIComponent(path)}`,
    ]);
  }
  expect(pages.length).toBeGreaterThan(10);
});

test.each(Object.keys(WHO))("%s gets through where the table says so, and nowhere else", async (name) => {
  const [make, role, not] = WHO[name]!;
  const who = await make(server);
  // Some public ones end the session.
  const tried = routes.filter((route) => ROUTE_ACTIONS[route] !== "public");
  const seen: Record<string, string> = {};
  for (const route of tried) seen[route] = await outcome(who, route);
  const expected = tried.map((route) => {
    const action = ROUTE_ACTIONS[route] as Action | "somebody";
    const may =
      action === "somebody" || (ROLES.indexOf(role) >= ROLES.indexOf(ACTIONS[action]) && !not.includes(action));
    return [route, may ? "let through" : "forbidden"];
  });
  expect(seen).toStrictEqual(Object.fromEntries(expected));
});

test("whatever an address names is looked at before its route is", () => {
  const named = routes.filter((route) => ROUTE_ACTIONS[route] !== "public" && route.includes(":"));
  // These are for administrators, who see all, or are somebody's own.
  const others = named.filter((route) => !hasSubject(route.split(" ")[1]!)).map((route) => route.split(/[ :]/)[1]);
  expect([...new Set(others)].toSorted()).toStrictEqual([
    "/account/keys/",
    "/account/sessions/",
    "/api/invitations/",
    "/api/keys/",
    "/api/people/",
    "/api/teams/",
    "/people/",
    "/people/invitations/",
    "/teams/",
  ]);
});
