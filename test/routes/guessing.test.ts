import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Role } from "../../src/people/access.ts";
import { createInvitation, revokeInvitation } from "../../src/people/invitations.ts";
import { createKey, KEY_PREFIX, revokeKey } from "../../src/people/keys.ts";
import { createSignInLink } from "../../src/people/sign-in.ts";
import { FIRST_TEAM } from "../../src/people/tables.ts";
import { ROUTE_ACTIONS } from "../../src/routes/route-actions.ts";
import { addPerson } from "../support/add-person.ts";
import { startTestServer, TOKEN, type TestServer, until } from "../support/test-server.ts";
import { makeShare } from "./make-share.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(() => server.close());

/** Everything that a response says, but for the time. */
async function said(path: string, options: RequestInit): Promise<unknown> {
  const response = await fetch(server.url + path, { redirect: "manual", ...options });
  const headers = Object.fromEntries(response.headers);
  delete headers["date"];
  return [response.status, headers, await response.text()];
}

/** What an address can name, and what never was. */
interface Named {
  slug: string;
  share: string;
  run: string;
}
const NEVER: Named = {
  slug: "q".repeat(28),
  share: "00000000-0000-4000-8000-000000000000",
  run: "00000000-0000-4000-8000-000000000001",
};

/** Every route whose address names a clip, a share or a run, as far as these are looked at. */
const ROUTES = Object.keys(ROUTE_ACTIONS).filter((route) =>
  / (?:\/api)?\/(?:clips\/:(?:slug|file)|shares\/:id|share-list\/:id|runs\/:id)/.test(route),
);

/** A request to a route, for something. */
function requestTo(route: string, { slug, share, run }: Named): [path: string, method: string] {
  const [method, pattern] = route.split(" ") as [string, string];
  const path = pattern
    .replace(/^\/(share-list|api\/shares)\/:id/, `/$1/${share}`)
    .replace("/api/runs/:id", `/api/runs/${run}`)
    .replace("/shares/:id/", `/shares/${share}/`)
    .replace(/:file\{[^}]*\}/, `${slug}.csv`)
    .replace(":slug", slug);
  return [path, method];
}

/** A clip with a share and a run of a team that nobody in the tests is in. */
async function makeForeign(): Promise<Named> {
  const { slug, id } = await makeShare(server);
  const { rows } = await server.own.query(
    `WITH team AS (INSERT INTO teams (name) VALUES (gen_random_uuid()::text) RETURNING id)
     UPDATE clips SET team_id = (SELECT id FROM team) WHERE slug = $1
     RETURNING (SELECT runs.id FROM runs WHERE clip_id = clips.id LIMIT 1) AS run`,
    [slug],
  );
  return { slug, share: id, run: rows[0].run };
}

/** The header of a key of somebody in the first team. */
async function keyOf(role: Role, databases: readonly string[] | null = null): Promise<Record<string, string>> {
  const person = await addPerson(server.deps.db, role);
  const { key } = await createKey(server.deps.db, person.id, { name: "K", scope: "admin", databases });
  return { Authorization: `Bearer ${key}` };
}

test.each(ROUTES)("%s: what is not yours, is revoked or deleted is in every byte what never was", async (route) => {
  const foreign = await makeForeign();
  const revoked = await makeForeign();
  await server.request(`/api/shares/${revoked.share}`, { method: "DELETE" });
  const deleted = await makeForeign();
  await server.request(`/api/clips/${deleted.slug}`, { method: "DELETE" });
  for (const headers of [
    {},
    await keyOf("viewer"),
    await keyOf("editor"),
    // One that is not for the clips' database, whoever's it is.
    await keyOf("administrator", ["another"]),
  ] as Record<string, string>[]) {
    for (const Accept of ["application/json", "text/html"]) {
      const ask = async (named: Named): Promise<unknown> => {
        const [path, method] = requestTo(route, named);
        const options = { method, headers: { ...headers, Accept, "Sec-Fetch-Site": "same-origin" } };
        const answer = JSON.stringify(await said(path, options));
        // Where to go after signing in.
        return answer
          .replaceAll(named.slug, "<slug>")
          .replaceAll(named.share, "<share>")
          .replaceAll(named.run, "<run>");
      };
      const never = await ask(NEVER);
      expect(never).toMatch(/^\[(?:303|401|403|404),/);
      for (const named of [foreign, revoked, deleted]) expect(await ask(named)).toBe(never);
    }
  }
});

test("the administrator still sees what others do not", async () => {
  const { slug, share, run } = await makeForeign();
  for (const path of [
    `/api/clips/${slug}`,
    `/clips/${slug}.csv`,
    `/api/shares/${share}`,
    `/share-list/${share}`,
    `/api/runs/${run}`,
  ]) {
    expect([path, (await server.request(path)).status]).toStrictEqual([path, 200]);
  }
});

test("a key that never was, is revoked or expired, or whose owner may not sign in: one answer", async () => {
  const { db } = server.deps;
  const make = async (draft: object = {}) => {
    const person = await addPerson(db, "administrator");
    return { person, ...(await createKey(db, person.id, { name: "K", scope: "admin", ...draft })) };
  };
  const [revoked, expired, disabled, works] = [
    await make(),
    await make({ expiresAt: new Date(0) }),
    await make(),
    await make(),
  ];
  await revokeKey(db, revoked.id, null);
  await server.own.query("UPDATE people SET disabled_at = now() WHERE id = $1", [disabled.person.id]);
  const ask = (bearer: string): Promise<unknown> =>
    said("/api/clips", { headers: { Authorization: `Bearer ${bearer}` } });
  const never = await ask(KEY_PREFIX + randomBytes(32).toString("base64url"));
  expect(never).toHaveProperty("0", 401);
  for (const key of [
    revoked.key,
    expired.key,
    disabled.key,
    works.key.slice(0, -1),
    `${works.key}A`,
    works.key.toUpperCase(),
    works.key.replace(KEY_PREFIX, ""),
    KEY_PREFIX,
    TOKEN.slice(0, -1),
    `${TOKEN}x`,
    TOKEN.toUpperCase(),
  ]) {
    expect([key, await ask(key)]).toStrictEqual([key, never]);
  }
  expect(await ask(works.key)).toHaveProperty("0", 200);
  expect(await ask(TOKEN)).toHaveProperty("0", 200);
});

test("an invitation that never was, is used, revoked or too old: one page, whatever is sent to it", async () => {
  const { db } = server.deps;
  const make = () => createInvitation(db, { email: null, role: "viewer", teamIds: [FIRST_TEAM], createdBy: "token" });
  const [used, revoked, old, works] = [await make(), await make(), await make(), await make()];
  await server.own.query("DELETE FROM invitations WHERE id = $1", [used.id]);
  await revokeInvitation(db, revoked.id);
  await server.own.query("UPDATE invitations SET expires_at = now() WHERE id = $1", [old.id]);
  const ways: RequestInit[] = [
    { headers: { Accept: "text/html" } },
    {},
    {
      method: "POST",
      headers: { Accept: "text/html", "Sec-Fetch-Site": "same-origin" },
      body: new URLSearchParams({ name: "Eve", email: "eve@example.com", password: "a long password" }),
    },
  ];
  const people = async (): Promise<unknown> => (await server.own.query("SELECT count(*) FROM people")).rows[0];
  const before = await people();
  for (const options of ways) {
    const ask = (token: string): Promise<unknown> => said(`/invitations/${token}`, options);
    const never = await ask(randomBytes(32).toString("base64url"));
    expect([404, 401, 410]).toContain((never as [number])[0]);
    for (const token of [used.token, revoked.token, old.token, works.token.slice(1), "x", "%00"]) {
      expect([token, await ask(token)]).toStrictEqual([token, never]);
    }
  }
  expect(await people()).toStrictEqual(before);
  expect(await said(`/invitations/${works.token}`, ways[0]!)).toHaveProperty("0", 200);
});

test("a one-time link that never was, is used or too old: one page, and no session", async () => {
  const { db } = server.deps;
  const make = async () => createSignInLink(db, (await addPerson(db, "administrator")).id);
  const [used, old] = [await make(), await make()];
  expect(await said(`/sign-in?link=${used}`, {})).toHaveProperty("0", 303);
  await server.own.query("UPDATE sign_in_links SET expires_at = now()");
  const ask = (link: string): Promise<unknown> => said(`/sign-in?link=${link}`, { headers: { Accept: "text/html" } });
  const never = await ask(randomBytes(32).toString("base64url"));
  expect(never).toHaveProperty("0", 401);
  for (const link of [used, old, "x"]) expect([link, await ask(link)]).toStrictEqual([link, never]);
  expect(JSON.stringify(never)).not.toContain("set-cookie");
});
