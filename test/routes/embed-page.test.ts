import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { asBrowser, makeShare, patch, shareOf } from "./make-share.ts";
import { embedPath, makeSigned } from "./sign-embed.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(() => server.close());

const SQL = "SELECT {{n:1}}::int AS n, {{customer:7}}::int AS customer";
const SITE = "https://one.example";

const read = async (url: string, headers: Record<string, string> = {}) => {
  const response = await asBrowser(url, headers);
  return { response, html: await response.text() };
};

test("the page for a frame has the title, the rows, their time, and the way to the whole", async () => {
  const { url, path } = await makeShare(server, { origins: [SITE] }, { sql: SQL, title: "Numbers" });
  const { response, html } = await read(`${url}/embed?n=2&show=table`);
  expect([response.status, response.headers.get("Cache-Control")]).toStrictEqual([200, "private, no-cache"]);
  expect(response.headers.get("Content-Security-Policy")).toContain(`frame-ancestors ${SITE};`);
  expect(response.headers.get("X-Frame-Options")).toBeNull();
  expect(html).toContain("<h1>Numbers</h1>");
  expect(html).toContain('<td class="number">2</td><td class="number">7</td>');
  expect(html).toMatch(/1 row · <time datetime="20\d\d-/);
  expect(html).toContain(`<a href="${path}?n=2" target="_blank" rel="noopener">`);
  expect(html).toMatch(/<script type="module" src="\/assets\/embed-[\w-]{12}\.js"><\/script>/);
  expect(html).toContain('<meta name="robots" content="noindex"/>');
  expect(html).not.toMatch(/SELECT|<nav|<form|<header/);
});

test("one who has only what an application signed has it by that", async () => {
  const share = await makeSigned(server, { origins: [SITE] }, { sql: SQL, title: "Signed" });
  const path = embedPath(share, { parameters: { customer: 42 } });
  const { response, html } = await read(`${server.url}${path}/embed?n=3&show=both`);
  expect(response.status).toBe(200);
  expect(response.headers.get("Content-Security-Policy")).toContain(`frame-ancestors ${SITE};`);
  expect(html).toContain('<td class="number">3</td><td class="number">42</td>');
  expect(html).toContain(`href="${path}?n=3"`);
  for (const query of ["customer=7", "customer=42"]) {
    expect((await read(`${server.url}${path}/embed?${query}`)).response.status).toBe(400);
  }
  // Not the last letter: of a signature's two of its bits belong to no byte.
  const other = path.at(-9) === "A" ? "B" : "A";
  expect((await read(`${server.url}${path.slice(0, -9)}${other}${path.slice(-8)}/embed`)).response.status).toBe(404);
});

test("no page may have a share in a frame whose rules name no site", async () => {
  const { url, slug } = await makeShare(server);
  for (const each of [url, (await shareOf(server, slug, { origins: [] })).url]) {
    const { response } = await read(`${each}/embed`);
    expect([response.status, response.headers.get("X-Frame-Options")]).toStrictEqual([200, "DENY"]);
    expect(response.headers.get("Content-Security-Policy")).toContain("frame-ancestors 'none';");
  }
});

test("the colours and what is shown are the address's to choose, and nothing else is taken for them", async () => {
  const { url } = await makeShare(server, {}, { sql: "SELECT 'theme' AS theme" });
  expect((await read(`${url}/embed`)).html).toContain('<html lang="en"><head>');
  expect((await read(`${url}/embed?theme=auto`)).html).toContain('<html lang="en"><head>');
  expect((await read(`${url}/embed?theme=dark`)).html).toContain('<html lang="en" data-theme="dark">');
  expect((await read(`${url}/embed?theme=light`)).html).toContain('<html lang="en" data-theme="light">');
  for (const query of ["theme=blue", "theme=", "show=all", "theme=dark&theme=dark", "show=Chart", "size=1"]) {
    const { response } = await read(`${url}/embed?${query}`);
    expect([query, response.status]).toStrictEqual([query, 400]);
  }
  const json = await (await fetch(`${url}/embed?theme=blue`)).json();
  expect(json).toMatchObject({ error: { message: "theme can be light or dark or auto, once, and nothing else." } });
  // What is wrong with them tells nobody that there is a share.
  expect((await read(`${server.url}/shares/${"x".repeat(28)}/embed?theme=blue`)).response.status).toBe(404);
});

test("a chart is shown where there is one, the table in its place, or both", async () => {
  const sql =
    "SELECT day::date, n * 1.5 AS amount FROM generate_series(1, 5) AS n, LATERAL (SELECT date '2026-01-01' + n) AS d (day)";
  const { url, path } = await makeShare(server, {}, { title: "Amounts", sql });
  const shown = async (query: string) => {
    const { html } = await read(`${url}/embed${query}`);
    return [/<svg[^>]*role="img"/.test(html), html.includes('class="result rows"')];
  };
  expect(await shown("")).toStrictEqual([true, false]);
  expect(await shown("?show=chart")).toStrictEqual([true, false]);
  expect(await shown("?show=table")).toStrictEqual([false, true]);
  expect(await shown("?show=both")).toStrictEqual([true, true]);
  const none = await makeShare(server, {}, { sql, chart: { type: "none", x: null, y: [] } });
  const { html } = await read(`${none.url}/embed`);
  expect([html.includes("<svg"), html.includes('class="result rows"')]).toStrictEqual([false, true]);
  expect((await read(none.url)).html).not.toContain("og:image");

  // The picture for cards is the chart's own, and as large as it says.
  const page = (await read(`${url}?_x=1`)).html;
  const meta = (name: string) => new RegExp(`property="${name}" content="([^"]*)"`).exec(page)?.[1];
  expect(meta("og:image:type")).toBe("image/png");
  expect(page).toContain('<meta name="twitter:card" content="summary_large_image"');
  const address = meta("og:image")!;
  expect(address).toContain(`${server.url}${path}.png`);
  const picture = await fetch(address);
  expect([picture.status, picture.headers.get("Content-Type")]).toStrictEqual([200, "image/png"]);
  // A PNG's first chunk has its size (RFC 2083, section 4.1.1).
  const bytes = Buffer.from(await picture.arrayBuffer());
  expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toStrictEqual([
    Number(meta("og:image:width")),
    Number(meta("og:image:height")),
  ]);
});

test("the same rules: revoked, expired, without a page, locked values", async () => {
  const { slug, url, id } = await makeShare(server, { locked_parameters: { customer: "5" } }, { sql: SQL });
  expect((await read(`${url}/embed`)).html).toContain('<td class="number">5</td>');
  expect((await read(`${url}/embed?customer=6`)).response.status).toBe(400);
  expect((await read(`${url}/embed?result=1`)).response.status).toBe(400);
  await server.own.query("UPDATE shares SET expires_at = now() - interval '1 second' WHERE id = $1", [id]);
  expect((await read(`${url}/embed`)).response.status).toBe(404);
  const data = await shareOf(server, slug, { formats: ["csv"] });
  expect((await read(`${data.url}/embed`)).response.status).toBe(403);
  const revoked = await shareOf(server, slug, {});
  expect((await server.request(`/api/shares/${revoked.id}`, { method: "DELETE" })).status).toBe(204);
  expect((await read(`${revoked.url}/embed`)).response.status).toBe(404);
});

test("a password is asked for in the frame, and leads back to it", async () => {
  const { url, path } = await makeShare(server, { password: "correct horse", origins: [SITE] }, { title: "Hidden" });
  const asked = await read(`${url}/embed?theme=dark`);
  expect(asked.response.status).toBe(401);
  expect(asked.response.headers.get("Content-Security-Policy")).toContain(`frame-ancestors ${SITE};`);
  expect(asked.html).toContain(`method="post" action="${path}/embed?theme=dark"`);
  expect(asked.html).not.toContain("Hidden");
  const post = (password: string): Promise<Response> =>
    fetch(`${url}/embed?theme=dark`, {
      method: "POST",
      redirect: "manual",
      headers: { Accept: "text/html", "Sec-Fetch-Site": "same-origin" },
      body: new URLSearchParams({ password }),
    });
  expect((await post("wrong")).status).toBe(401);
  const right = await post("correct horse");
  expect([right.status, right.headers.get("Location")]).toStrictEqual([303, `${path}/embed?theme=dark`]);
  // A path's cookie is sent to all that is below it (RFC 6265, section 5.1.4).
  const cookie = right.headers.getSetCookie().find((each) => each.includes(`Path=${path};`))!;
  const { response, html } = await read(`${url}/embed`, { Cookie: cookie.split(";")[0]! });
  expect([response.status, response.headers.get("Cache-Control")]).toStrictEqual([200, "no-store"]);
  expect(html).toContain("<h1>Hidden</h1>");
});

test("page, frame and oEmbed are counted together", async () => {
  const { url } = await makeShare(server, { requests_per_minute: 3 });
  const oembed = `${server.url}/oembed?url=${encodeURIComponent(url)}`;
  const statuses: number[] = [];
  for (const each of [url, `${url}/embed`, oembed, `${url}/embed`, oembed, url]) {
    statuses.push((await read(each)).response.status);
  }
  expect(statuses).toStrictEqual([200, 200, 200, 429, 429, 429]);
});

test("a pinned result keeps its title, a failure and a cut result are said", async () => {
  const { slug } = await makeShare(server, {}, { title: "Before", sql: "SELECT 1 / {{n:1}}::int AS a" });
  const pinned = await shareOf(server, slug, { result: 1 });
  const live = await shareOf(server, slug, {});
  await server.request(`/api/clips/${slug}`, { method: "PATCH", json: { title: "After" } });
  const { html } = await read(`${pinned.url}/embed`);
  expect(html).toContain("<h1>Before</h1>");
  expect(html).toContain("result 1, which does not change");
  const failed = await read(`${live.url}/embed?n=0`);
  expect([failed.response.status, failed.html.includes("division by zero")]).toStrictEqual([422, true]);
  expect(failed.html).toContain("<h1>After</h1>");
  await server.own.query("UPDATE results SET truncated = true");
  expect((await read(`${pinned.url}/embed`)).html).toContain("Cut short");
});

test("what somebody wrote is text, in the frame, on the page and in what is said to other programs", async () => {
  const title = `"'><img src=x onerror=alert(1)>`;
  const { url } = await makeShare(server, { origins: [SITE] }, { title, description: `${title} **first**` });
  const oembed = `${server.url}/oembed?url=${encodeURIComponent(url)}`;
  for (const each of [`${url}/embed`, url, `${oembed}&format=xml`]) {
    const { html } = await read(each);
    expect(html).not.toContain("<img");
    expect(html).toMatch(/&lt;img src=x onerror=alert\(1\)&gt;|&amp;lt;img/);
  }
  const { html, title: said } = (await (await fetch(oembed)).json()) as Record<string, string>;
  expect(said).toBe(title);
  expect(html).toContain('title="&quot;&#39;&gt;&lt;img src=x onerror=alert(1)&gt;"');
  expect(html).not.toContain("<img");
});

test("the page says to programs what it shows, where it asks no password", async () => {
  const fields = { title: "Orders & more", description: "**All** the orders\n\nof a week", sql: SQL };
  const { url, id } = await makeShare(server, {}, fields);
  const { html } = await read(`${url}?n=2`);
  const metas = Object.fromEntries(
    [...html.matchAll(/<meta (?:property|name)="((?:og|twitter):[\w:]+)" content="([^"]*)"/g)].map(
      ([, name, content]) => [name, content],
    ),
  );
  expect(metas).toMatchObject({
    "og:type": "website",
    "og:site_name": "Dataclips",
    "og:title": "Orders &amp; more",
    "og:description": "All the orders",
    "og:url": `${url}?n=2`,
  });
  expect(html).toContain(
    `<link rel="alternate" type="application/json+oembed" href="${server.url}/oembed?url=${encodeURIComponent(`${url}?n=2`)}&amp;format=json"`,
  );
  expect(html.indexOf("og:title")).toBeLessThan(html.indexOf("</head>"));
  await patch(server, id, { password: "correct horse" });
  const basic = { Authorization: `Basic ${Buffer.from("x:correct horse").toString("base64")}` };
  const hidden = await read(url, basic);
  expect(hidden.response.status).toBe(200);
  expect(hidden.html).not.toMatch(/og:|twitter:|oembed/);
});
