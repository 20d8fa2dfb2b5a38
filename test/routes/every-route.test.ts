import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ROUTE_ACTIONS } from "../../src/routes/route-actions.ts";
import { startTestServer, TOKEN, type TestServer, until } from "../support/test-server.ts";
import { makeShare, type MadeShare } from "./make-share.ts";
import { embedPath, signedOf } from "./sign-embed.ts";
import { type SignedInBrowser, signInBrowser } from "./sign-in-browser.ts";

let server: TestServer;
let browser: SignedInBrowser;
let share: MadeShare;
let embed: string;
beforeAll(async () => {
  server = await startTestServer();
  browser = await signInBrowser(server);
  share = await makeShare(server, { requests_per_minute: 1_000_000 }, { sql: "SELECT {{n:1}}::int AS n" });
  embed = embedPath(await signedOf(server, share.slug));
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(() => server.close());

const EVIL = "https://evil.example";

/** An address of a route, with something that is there in each place of its pattern. */
function addressOf(path: string): string {
  if (path.startsWith("/shares/:secret")) return path.replace("/shares/:secret", share.path);
  if (path.startsWith("/shares/:file")) return `${share.path}.json`;
  if (path.startsWith("/embeds/:secret")) return path.replace("/embeds/:secret", embed);
  if (path.startsWith("/embeds/:file")) return `${embed}.json`;
  return path
    .replace(/^\/(share-list|api\/shares)\/:id/, `/$1/${share.id}`)
    .replace(/:file\{[^}]*\}/, `${share.slug}.json`)
    .replace(":slug", share.slug)
    .replace(/:(?:database|name)/, "test")
    .replaceAll(/:\w+/g, "00000000-0000-0000-0000-000000000000");
}

const GETS = Object.keys(ROUTE_ACTIONS).flatMap((route) => (route.startsWith("GET ") ? [route.slice(4)] : []));

test.each(GETS)("GET %s: no frame, no other site, no sniffing, no shared cache, whoever asks", async (path) => {
  const isShare = /^\/(?:shares|embeds)\//.test(path);
  const isData = path.includes(":file{.+");
  for (const headers of [
    { Cookie: browser.cookie, Accept: "text/html" },
    { Authorization: `Bearer ${TOKEN}`, Accept: "text/html" },
    { Accept: "text/html" },
    {},
  ] as Record<string, string>[]) {
    const response = await fetch(server.url + addressOf(path), {
      redirect: "manual",
      headers: { ...headers, Origin: EVIL },
    });
    const said = Object.fromEntries(response.headers);
    await response.arrayBuffer();
    expect({ path, ...said }).toMatchObject({
      path,
      "content-security-policy": expect.stringContaining("frame-ancestors 'none'; base-uri 'none'"),
      "x-frame-options": "DENY",
      "x-content-type-options": "nosniff",
      "referrer-policy": "same-origin",
    });
    expect([path, said["access-control-allow-origin"], said["access-control-allow-credentials"]]).toStrictEqual([
      path,
      isShare && isData ? "*" : undefined,
      undefined,
    ]);
    const isPublic = path.startsWith("/assets/") || path === "/embed.js" || isShare;
    expect([path, isPublic || /private|no-store/.test(said["cache-control"]!)]).toStrictEqual([path, true]);
    // A redirect stays on this server.
    expect([path, said["location"] ?? "/"]).toStrictEqual([path, expect.stringMatching(/^\/(?![/\\])/)]);
  }
});

const CHANGES = Object.keys(ROUTE_ACTIONS).filter((route) => !route.startsWith("GET "));

test.each(CHANGES)("%s: a browser that another site makes send it is refused, signed in or not", async (route) => {
  const [method, path] = route.split(" ") as [string, string];
  const before = await counts();
  for (const cookie of [{ Cookie: browser.cookie }, {}] as Record<string, string>[]) {
    for (const from of [
      {},
      { Origin: EVIL },
      { Origin: "null" },
      { "Sec-Fetch-Site": "cross-site", Origin: server.url },
      { "Sec-Fetch-Site": "same-site" },
      { "Sec-Fetch-Site": "none" },
      { Referer: server.url, Origin: EVIL },
    ] as Record<string, string>[]) {
      const headers = { ...cookie, ...from, "Content-Type": "application/x-www-form-urlencoded" };
      const response = await fetch(server.url + addressOf(path), { method, redirect: "manual", headers, body: "a=1" });
      const { error } = (await response.json()) as { error: { message: string } };
      expect([from, response.status, error.message]).toStrictEqual([
        from,
        403,
        "This request did not come from a page of this server.",
      ]);
      expect(response.headers.getSetCookie()).toStrictEqual([]);
    }
  }
  expect(await counts()).toStrictEqual(before);
});

/** What forged requests could have changed. */
async function counts(): Promise<unknown> {
  const { rows } = await server.own.query(
    `SELECT (SELECT count(*) FROM clips WHERE deleted_at IS NULL) AS clips,
            (SELECT count(*) FROM shares WHERE revoked_at IS NULL) AS shares, (SELECT count(*) FROM sessions) AS sessions`,
  );
  return rows[0];
}
