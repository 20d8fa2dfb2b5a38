import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { helperFiles } from "../../src/helpers/helper-files.ts";
import { hasPljs } from "../support/pljs.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";
import { type SignedInBrowser, signInBrowser } from "./sign-in-browser.ts";

const NAMES = helperFiles().map(({ name }) => name);

describe.runIf(hasPljs)("with a primary", () => {
  let server: TestServer;
  let browser: SignedInBrowser;

  beforeAll(async () => {
    server = await startTestServer(({ primaryUrl }) => ({ primary: primaryUrl }));
    browser = await signInBrowser(server);
  });
  afterAll(() => server.close());
  beforeEach(() =>
    server.primary.query(`
      DROP SCHEMA IF EXISTS dataclips, reporting CASCADE; DROP EXTENSION IF EXISTS pljs; DROP VIEW IF EXISTS listed`),
  );

  async function api(method: string, query = "", json?: object): Promise<{ status: number; body: unknown }> {
    const response = await server.request(`/api/databases/test/helpers${query}`, { method, ...(json && { json }) });
    return { status: response.status, body: await response.json() };
  }

  async function page(path: string): Promise<{ status: number; html: string }> {
    const response = await browser.get(`/databases/test/helpers${path}`);
    return { status: response.status, html: await response.text() };
  }

  describe("the API", () => {
    test("shows, installs, shows and removes the helpers", async () => {
      expect(await api("GET")).toMatchObject({
        status: 200,
        body: { database: "test", ok: false, helpers: NAMES.map((name) => ({ name, state: "missing" })) },
      });
      expect(await api("POST")).toMatchObject({
        status: 200,
        body: { changed: true, installed: NAMES, followers: [{ name: "follower", arrived: true, reason: null }] },
      });
      expect(await api("GET")).toMatchObject({
        status: 200,
        body: { ok: true, helpers: NAMES.map((name) => ({ name, state: "current", detail: null })) },
      });
      expect(await api("DELETE")).toMatchObject({ status: 200, body: { schema_dropped: true, extensions: ["pljs"] } });
      expect(await api("GET")).toMatchObject({ body: { ok: false } });
    });

    test("takes a schema, and replaces by force what was changed by hand", async () => {
      await api("POST", "", { schema: "reporting" });
      await server.primary.query("ALTER FUNCTION reporting.object_from_arrays STABLE");
      expect(await api("POST", "", { schema: "reporting" })).toMatchObject({
        status: 409,
        body: { error: { code: "conflict", hint: expect.stringContaining("force") } },
      });
      expect(await api("POST", "", { schema: "reporting", force: true })).toMatchObject({ status: 200 });
      expect(await api("GET", "?schema=reporting")).toMatchObject({ body: { ok: true } });
      expect(await api("DELETE", "?schema=reporting")).toMatchObject({ body: { schema_dropped: true } });
    });

    test("a dry run gives the SQL and changes nothing", async () => {
      const sql = expect.stringMatching(/^-- Installs .*\nBEGIN;\n[^]*\nCOMMIT;\n$/);
      expect(await api("POST", "?dry_run=true")).toEqual({ status: 200, body: { sql } });
      expect(await api("POST", "", { dry_run: true })).toEqual({ status: 200, body: { sql } });
      expect(await api("GET")).toMatchObject({ body: { installed: false, ok: false } });
      await api("POST");
      expect(await api("DELETE", "?dry_run=true")).toMatchObject({
        body: { sql: expect.stringContaining("DROP ROUTINE") },
      });
      expect(await api("GET")).toMatchObject({ body: { ok: true } });
    });

    test.each([
      ["POST", "?dry_run=maybe", undefined, 'dry_run is true or false, and not "maybe".'],
      ["POST", "", { force: "yes" }, "The request is not right: force: must be true or false."],
      ["POST", "", { schema: "pg_catalog" }, '"pg_catalog" cannot be the schema of helpers.'],
      ["GET", "?schema=a%20b", undefined, '"a b" cannot be the schema of helpers.'],
    ])("%s %s %j is refused", async (method, query, json, message) => {
      expect(await api(method, query, json)).toMatchObject({
        status: 400,
        body: { error: { code: "invalid_request", message } },
      });
    });

    test("a database that is not there is told, with those that are", async () => {
      const response = await server.request("/api/databases/nope/helpers");
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ error: { hint: "The databases are: test." } });
    });
  });

  describe("the page", () => {
    test("is linked, and installs and removes by its buttons", async () => {
      expect(await (await browser.get("/databases")).text()).toContain('href="/databases/test/helpers"');
      const { html } = await page("");
      expect(html).toContain("object_from_arrays(keys text[], vals text[]) returns json");
      expect(html).toContain("One JSON object of a list of keys and a list of values.");
      expect(html).toContain('<button class="primary">Install</button>');
      expect(html).not.toContain("<button>Remove</button>");

      const installed = await browser.post("/databases/test/helpers/install", { schema: "dataclips" });
      expect(installed.status).toBe(303);
      const target = installed.headers.get("Location")!;
      expect(target).toBe("/databases/test/helpers?schema=dataclips&done=installed");
      const after = await (await browser.get(target)).text();
      expect(after).toContain("The helpers are installed.");
      expect(after).toContain("follower: has what the primary has");
      expect(after).not.toContain(">Install</button>");

      const removed = await browser.post("/databases/test/helpers/remove", { schema: "dataclips" });
      expect(removed.headers.get("Location")).toBe("/databases/test/helpers?schema=dataclips&done=removed");
      expect((await page("?done=removed")).html).toContain("The helpers have been removed.");
    });

    test("shows the SQL before it is run", async () => {
      const { status, html } = await page("/install?schema=dataclips");
      expect(status).toBe(200);
      expect(html).toContain("CREATE EXTENSION pljs;");
      await api("POST");
      expect((await page("/remove?schema=dataclips")).html).toContain("DROP ROUTINE");
      expect(await api("GET")).toMatchObject({ body: { ok: true } });
    });

    test("says what stands in the way of a remove, beside what is there", async () => {
      await api("POST");
      await server.primary.query(
        "CREATE VIEW listed AS SELECT dataclips.object_from_arrays(ARRAY[name], ARRAY[name]) AS made FROM numbers",
      );
      const response = await browser.post("/databases/test/helpers/remove", { schema: "dataclips" });
      expect(response.status).toBe(409);
      const html = await response.text();
      expect(html).toContain("view public.listed depends on function");
      expect(html).toContain("<td>current</td>");
    });

    test("offers to replace what was changed by hand", async () => {
      await api("POST");
      await server.primary.query("ALTER FUNCTION dataclips.object_from_arrays STABLE");
      expect((await page("")).html).toContain('type="checkbox" name="force"');
      const refused = await browser.post("/databases/test/helpers/install", {});
      expect(refused.status).toBe(409);
      expect(await refused.text()).toContain(
        "Changed by hand since they were installed: object_from_arrays(text[], text[]).",
      );
      expect((await browser.post("/databases/test/helpers/install", { force: "on" })).status).toBe(303);
      expect(await api("GET")).toMatchObject({ body: { ok: true } });
    });

    test("says what has to be run by hand after an upgrade", async () => {
      await api("POST");
      await server.primary.query(`
        CREATE OR REPLACE FUNCTION dataclips.object_from_arrays(keys text[], vals text[]) RETURNS json
          LANGUAGE pljs IMMUTABLE STRICT PARALLEL SAFE AS 'return {}';
        CREATE INDEX by_made ON numbers ((dataclips.object_from_arrays(ARRAY[name], ARRAY[name]) ->> name))`);
      const response = await browser.post("/databases/test/helpers/install", { force: "on" });
      expect(response.status).toBe(200);
      expect(await response.text()).toContain("REINDEX INDEX CONCURRENTLY public.by_made;");
      await server.primary.query("DROP INDEX by_made");
    });

    test("takes no form of another site, and shows nothing to who is not signed in", async () => {
      const forged = await fetch(`${server.url}/databases/test/helpers/install`, {
        method: "POST",
        headers: { Cookie: browser.cookie, "Sec-Fetch-Site": "cross-site", Origin: "https://elsewhere.example" },
      });
      expect(forged.status).toBe(403);
      expect((await fetch(`${server.url}/databases/test/helpers`)).status).toBe(401);
      expect((await fetch(`${server.url}/api/databases/test/helpers`, { method: "DELETE" })).status).toBe(403);
      expect(await api("GET")).toMatchObject({ body: { installed: false } });
    });
  });
});

test("a database without a primary has no link, and its page and its API say what is missing", async () => {
  const server = await startTestServer();
  try {
    const browser = await signInBrowser(server);
    expect(await (await browser.get("/databases")).text()).not.toContain("/databases/test/helpers");
    const page = await browser.get("/databases/test/helpers");
    expect(page.status).toBe(409);
    expect(await page.text()).toContain("names no primary");
    for (const method of ["GET", "POST", "DELETE"]) {
      const response = await server.request("/api/databases/test/helpers", { method });
      expect(response.status).toBe(409);
      expect(await response.json()).toMatchObject({ error: { code: "no_primary" } });
    }
  } finally {
    await server.close();
  }
});
