import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../support/test-server.ts";
import { type SignedInBrowser, signInBrowser } from "./sign-in-browser.ts";

let server: TestServer;
let browser: SignedInBrowser;
beforeAll(async () => {
  server = await startTestServer(({ primaryUrl }) => ({ primary: primaryUrl }));
  browser = await signInBrowser(server);
});
afterAll(() => server.close());

const API = "/api/databases/test/links";
const PAGE = "/databases/test/links";
const json = async (response: Response) => [response.status, await response.json()];

describe("the API", () => {
  test("adds, shows, refreshes and removes a link, which clips can read", async () => {
    expect(await json(await server.request(API))).toEqual([200, { links: [] }]);
    const body = { name: "mirror", to: "test", tables: ["numbers"] };
    const dry = await server.request(API, { method: "POST", json: { ...body, dry_run: true } });
    expect(await json(dry)).toMatchObject([200, { dry_run: true, tables: ["numbers"], followers: [] }]);
    expect(await json(await server.request(API))).toEqual([200, { links: [] }]);

    const added = await server.request(API, { method: "POST", json: body });
    expect(await json(added)).toMatchObject([
      201,
      { name: "mirror", tables: ["numbers"], unreadable: [], followers: [{ name: "follower", arrived: true }] },
    ]);
    const { slug } = await server.createClip("SELECT max(id) FROM mirror.numbers");
    expect(await (await server.request(`/clips/${slug}.csv`)).text()).toBe("max\n20000\n");

    expect(await json(await server.request(API))).toMatchObject([
      200,
      { links: [{ name: "mirror", ok: true, to: { database: "test" }, tables: [{ name: "numbers", columns: 5 }] }] },
    ]);
    await server.primary.query("ALTER TABLE numbers ADD extra int");
    await server.catchUp();
    const refreshed = await server.request(`${API}/mirror/refresh`, { method: "POST", json: { fetch_size: 200 } });
    expect(await json(refreshed)).toMatchObject([200, { drift: [{ column: "extra", change: "added" }] }]);
    expect((await server.request(`${API}/mirror`, { method: "DELETE" })).status).toBe(204);
    expect(await json(await server.request(API))).toEqual([200, { links: [] }]);
  });

  test.each<[string, string, string, unknown, number, object]>([
    ["a database that is not there", "GET", "/api/databases/nope/links", undefined, 404, { code: "not_found" }],
    ["a link that is not there", "DELETE", `${API}/nope`, undefined, 404, { code: "not_found" }],
    ["a link that is not there", "POST", `${API}/nope/refresh`, {}, 404, { code: "not_found" }],
    ["a name that is none", "POST", API, { name: "No!", to: "test" }, 400, { code: "invalid_request" }],
    ["no address", "POST", API, { name: "x" }, 400, { code: "invalid_request" }],
    ["a field too many", "POST", API, { name: "x", to: "test", tabels: [] }, 400, { code: "invalid_request" }],
    ["a name that is taken", "POST", API, { name: "app", to: "test" }, 409, { code: "conflict" }],
    [
      "a server that is not there",
      "POST",
      API,
      { name: "x", to: "postgres://bob:s3cret@127.0.0.1:1/x" },
      400,
      { message: "The database server cannot read from the other one: nothing listens there." },
    ],
  ])("says what is wrong: %s", async (_, method, path, body, status, error) => {
    const response = await server.request(path, { method, ...(body === undefined ? {} : { json: body }) });
    const text = await response.text();
    expect([response.status, JSON.parse(text)]).toMatchObject([status, { error }]);
    expect(text).not.toContain("s3cret");
  });

  test("is for the administrator", async () => {
    for (const [method, path] of [
      ["GET", API],
      ["POST", API],
      ["POST", `${API}/x/refresh`],
      ["DELETE", `${API}/x`],
      ["GET", PAGE],
      ["POST", PAGE],
      ["POST", `${PAGE}/x/remove`],
    ] as const) {
      const response = await fetch(server.url + path, { method, headers: { "Sec-Fetch-Site": "same-origin" } });
      expect([method, path, response.status]).toEqual([method, path, 401]);
    }
  });

  test("logs no secrets", () => {
    expect(server.logged.join("\n")).not.toContain("s3cret");
  });
});

describe("the page", () => {
  test("is linked from that of the databases, and makes, mends and removes a link by plain forms", async () => {
    expect(await (await browser.get("/databases")).text()).toContain(`href="${PAGE}"`);
    const added = await browser.post(PAGE, { name: "mirror", to: "test", schema: "public", tables: "numbers\n" });
    expect([added.status, added.headers.get("Location")]).toEqual([303, PAGE]);
    const shown = await (await browser.get(PAGE)).text();
    expect(shown).toContain("<code>mirror.numbers</code>");
    expect(shown).toContain("follower: works.");

    await server.primary.query("ALTER TABLE numbers ADD later int");
    await server.catchUp();
    expect(await (await browser.get(PAGE)).text()).toContain("numbers.later (integer) is new there");
    expect((await browser.post(`${PAGE}/mirror/refresh`)).status).toBe(303);
    expect(await (await browser.get(PAGE)).text()).not.toContain("is new there");

    await server.primary.query("CREATE VIEW theirs AS SELECT id FROM mirror.numbers");
    const kept = await browser.post(`${PAGE}/mirror/remove`);
    expect(kept.status).toBe(409);
    const text = await kept.text();
    expect(text).toContain("view public.theirs depends on view mirror.numbers");
    expect(text).toContain("<code>mirror.numbers</code>");
    await server.primary.query("DROP VIEW theirs");
    expect((await browser.post(`${PAGE}/mirror/remove`)).status).toBe(303);
    expect(await (await browser.get(PAGE)).text()).toContain("There are none yet.");
  });

  test("says what is wrong beside the form, keeps what was written, and never sends a password back", async () => {
    const wrong = await browser.post(PAGE, { name: "x", to: "test", schema: "<nope>", tables: "a, b" });
    expect(wrong.status).toBe(400);
    const text = await wrong.text();
    expect(text).toContain("The other database has no schema");
    expect(text).toMatch(/value="&lt;nope&gt;"/);
    expect(text).toContain("a, b");

    const secret = await browser.post(PAGE, { name: "x", to: "postgres://bob:s3cret@127.0.0.1:1/x" });
    expect(secret.status).toBe(400);
    const secretText = await secret.text();
    expect(secretText).toContain("nothing listens there");
    expect(secretText).not.toContain("s3cret");
  });

  test("refuses what another site sends", async () => {
    for (const path of [PAGE, `${PAGE}/mirror/refresh`, `${PAGE}/mirror/remove`]) {
      const response = await fetch(server.url + path, {
        method: "POST",
        headers: { Cookie: browser.cookie, "Sec-Fetch-Site": "cross-site" },
        body: new URLSearchParams({ name: "x", to: "test" }),
      });
      expect([path, response.status]).toEqual([path, 403]);
    }
  });

  test("of a database without a primary says so", async () => {
    const other = await startTestServer();
    try {
      const response = await other.request(API);
      expect(await json(response)).toMatchObject([409, { error: { code: "no_primary" } }]);
      const signedIn = await signInBrowser(other);
      const page = await signedIn.get(PAGE);
      expect(page.status).toBe(409);
      expect(await page.text()).toContain("names no primary");
      expect(await (await signedIn.get("/databases")).text()).not.toContain(`href="${PAGE}"`);
    } finally {
      await other.close();
    }
  });
});
