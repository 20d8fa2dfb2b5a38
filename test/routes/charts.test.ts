import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { asBrowser, makeShare, shareOf } from "./make-share.ts";
import { embedPath, makeSigned } from "./sign-embed.ts";
import { type SignedInBrowser, signInBrowser } from "./sign-in-browser.ts";

let server: TestServer;
let browser: SignedInBrowser;
beforeAll(async () => {
  server = await startTestServer();
  browser = await signInBrowser(server);
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(() => server.close());

const BARS = `SELECT 'name ' || n AS name, n * {{times:1}}::int AS amount, n AS other FROM generate_series(1, 3) AS n`;
const NO_CHART = "SELECT 'a' AS a, 'b' AS b";

test("a clip's chart is given as SVG and as PNG, by result and by parameters", async () => {
  const { slug } = await makeShare(server, {}, { sql: BARS, title: 'Bars & <b>"more"' });
  const svg = await browser.get(`/clips/${slug}.svg?times=7`);
  expect(svg.status).toBe(200);
  expect(Object.fromEntries(svg.headers)).toMatchObject({
    "content-type": "image/svg+xml; charset=utf-8",
    "content-disposition": 'inline; filename="bars-b-more.svg"',
    "content-security-policy": expect.stringContaining("default-src 'none'"),
    "x-content-type-options": "nosniff",
    "cache-control": "private, no-cache",
  });
  const text = await svg.text();
  expect(text).toContain("Bars &amp; &lt;b&gt;&quot;more&quot;");
  expect(text).toContain("<title>name 3: amount 21</title>");
  expect(text).not.toMatch(/<b>|<script|<style| style=/);
  const again = await browser.get(`/clips/${slug}.svg?times=7`);
  expect(again.headers.get("ETag")).toBe(svg.headers.get("ETag"));

  const png = await browser.get(`/clips/${slug}.png?result=1&_download=1&_theme=dark`);
  expect([png.status, png.headers.get("Content-Type")]).toStrictEqual([200, "image/png"]);
  expect(png.headers.get("Content-Disposition")).toBe('attachment; filename="bars-b-more.png"');
  const bytes = Buffer.from(await png.arrayBuffer());
  expect(bytes.toString("latin1", 1, 4)).toBe("PNG");
  expect(bytes.readUInt32BE(16)).toBe(1584);
});

test.each(["svg", "png"])("a result without a chart, and a clip that is not there, have no .%s", async (ending) => {
  const { slug } = await makeShare(server, {}, { sql: NO_CHART });
  const none = await server.request(`/clips/${slug}.${ending}`);
  expect(none.status).toBe(404);
  expect(await none.text()).toContain("This result has no chart.");
  expect((await server.request(`/clips/${"a".repeat(28)}.${ending}`)).status).toBe(404);
});

test("who may not see the clip is not shown its chart", async () => {
  const { slug } = await makeShare(server, {}, { sql: BARS });
  const response = await fetch(`${server.url}/clips/${slug}.svg`, { redirect: "manual" });
  expect(response.status).toBe(401);
  expect(await response.text()).not.toContain("<svg");
});

test("a share's chart is for whom its page is: not without html, not after it is revoked, not without its password", async () => {
  const { slug, url, id } = await makeShare(server, {}, { sql: BARS });
  const open = await asBrowser(`${url}.svg`);
  expect([open.status, await open.text()]).toStrictEqual([200, expect.stringContaining("name 3: amount 3")]);
  const tag = open.headers.get("ETag")!;
  expect((await asBrowser(`${url}.svg`, { "If-None-Match": tag })).status).toBe(304);
  expect((await asBrowser(`${url}.png`)).headers.get("Content-Type")).toBe("image/png");
  const other = { "If-None-Match": '"other"' };

  const rows = await shareOf(server, slug, { formats: ["csv"] });
  const locked = await shareOf(server, slug, { password: "correct horse battery" });
  for (const ending of ["svg", "png"]) {
    for (const each of [rows, locked]) {
      const response = await asBrowser(`${each.url}.${ending}`, other);
      expect(response.status).toBe(each === rows ? 403 : 401);
      expect(await response.text()).not.toMatch(/<svg|PNG/);
    }
  }
  expect((await server.request(`/api/shares/${id}`, { method: "DELETE" })).ok).toBe(true);
  const revoked = await asBrowser(`${url}.svg`, { "If-None-Match": tag });
  expect(revoked.status).toBe(404);
});

test("what an application signed opens the chart, with the parameters that it fixed", async () => {
  const share = await makeSigned(server, {}, { sql: BARS });
  const path = embedPath(share, { parameters: { times: 9 } });
  const response = await asBrowser(`${server.url}${path}.svg`);
  expect([response.status, await response.text()]).toStrictEqual([200, expect.stringContaining("name 3: amount 27")]);
  expect((await asBrowser(`${server.url}${path}.svg?times=1`)).status).toBe(400);
  // Not the last letter: of its six bits two belong to no byte of the signature.
  const other = path.at(-9) === "A" ? "B" : "A";
  expect((await asBrowser(`${server.url}${path.slice(0, -9)}${other}${path.slice(-8)}.svg`)).status).toBe(404);
});

test("the form on the clip's page saves a chart, without a new version, and the audit log says so", async () => {
  const { slug, path } = await makeShare(server, {}, { sql: BARS, title: "Drawn" });
  const page = await (await browser.get(`/clips/${slug}-drawn`)).text();
  expect(page).toContain('<figure class="chart-figure">');
  expect(page).toContain(`action="/clips/${slug}-drawn/chart"`);
  const saved = await browser.post(`/clips/${slug}-drawn/chart`, { type: "line", x: "name", y: "other", result: "1" });
  expect([saved.status, saved.headers.get("Location")]).toStrictEqual([303, `/clips/${slug}-drawn?result=1#result`]);
  const clip = async () => (await (await server.request(`/api/clips/${slug}`)).json()) as Record<string, unknown>;
  expect(await clip()).toMatchObject({ version: 1, chart: { type: "line", x: "name", y: ["other"] } });
  const { events } = (await (await server.request("/api/audit?action=clip.edit")).json()) as {
    events: { clip: { slug: string }; details: unknown }[];
  };
  expect(JSON.stringify(events)).toContain("chart");

  expect((await browser.post(`/clips/${slug}/chart`, { type: "none" })).status).toBe(303);
  expect(await (await browser.get(`/clips/${slug}-drawn`)).text()).not.toContain("chart-figure");
  expect(await (await asBrowser(server.url + path)).text()).not.toContain("chart-figure");
  expect((await browser.post(`/clips/${slug}/chart`, { type: "" })).status).toBe(303);
  expect(await clip()).toMatchObject({ version: 1, chart: null });
  expect((await browser.post(`/clips/${slug}/chart`, { type: "pie" })).status).toBe(400);
});
