import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { makeShare, shareOf } from "./make-share.ts";
import { embedPath, makeSigned } from "./sign-embed.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(() => server.close());

const RULES = { origins: ["https://one.example"] };
const ask = (url: string, others: Record<string, string> = {}): Promise<Response> =>
  fetch(`${server.url}/oembed?${new URLSearchParams({ url, ...others })}`);
const status = async (url: string, others?: Record<string, string>): Promise<number> => {
  const response = await ask(url, others);
  await response.arrayBuffer();
  return response.status;
};

test("a share's address becomes a frame", async () => {
  const { url } = await makeShare(server, RULES, { title: "Orders", sql: "SELECT {{n:1}}::int AS n" });
  const response = await ask(`${url}?n=2`);
  expect([response.status, response.headers.get("Content-Type")]).toStrictEqual([200, "application/json"]);
  expect(response.headers.get("Cache-Control")).toBe("private, no-cache");
  expect(response.headers.get("Access-Control-Allow-Origin")).toBeNull();
  expect(await response.json()).toStrictEqual({
    version: "1.0",
    type: "rich",
    title: "Orders",
    provider_name: "Dataclips",
    provider_url: server.url,
    html: `<iframe src="${url}/embed?n=2" title="Orders" width="800" height="520" loading="lazy" frameborder="0"></iframe>`,
    width: 800,
    height: 520,
  });
  const small = await (await ask(`${url}/embed?theme=dark&n=2`, { maxwidth: "320", maxheight: "200" })).json();
  expect(small).toMatchObject({
    html: expect.stringContaining(`src="${url}/embed?theme=dark&amp;n=2" title="Orders" width="320" height="200"`),
    width: 320,
    height: 200,
  });
  expect(await (await ask(url, { maxwidth: "5000", maxheight: "5000" })).json()).toMatchObject({
    width: 800,
    height: 520,
  });
  for (const wrong of ["0", "-1", "x", "1.5"]) expect(await status(url, { maxwidth: wrong })).toBe(400);
});

test("so does what an application signed", async () => {
  const share = await makeSigned(server, RULES, { title: "Signed" });
  const url = server.url + embedPath(share);
  expect(await (await ask(url)).json()).toMatchObject({
    type: "rich",
    title: "Signed",
    html: expect.stringContaining(`src="${url}/embed"`),
  });
});

test("one that no page may have in a frame is a link", async () => {
  const { slug, url } = await makeShare(server, {}, { title: "No frame" });
  const link = {
    version: "1.0",
    type: "link",
    title: "No frame",
    provider_name: "Dataclips",
    provider_url: server.url,
  };
  expect(await (await ask(url)).json()).toStrictEqual(link);
  expect(await (await ask((await shareOf(server, slug, { origins: [] })).url)).json()).toStrictEqual(link);
});

test("XML says the same, and no other format is given", async () => {
  const { url } = await makeShare(server, RULES, { title: "A < B & C\u0001" });
  const response = await ask(url, { format: "xml" });
  expect(response.headers.get("Content-Type")).toBe("text/xml; charset=utf-8");
  expect(await response.text()).toBe(
    '<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<oembed><version>1.0</version><title>A &lt; B &amp; C\ufffd</title>' +
      `<provider_name>Dataclips</provider_name><provider_url>${server.url}</provider_url><type>rich</type>` +
      `<html>&lt;iframe src=&quot;${url}/embed&quot; title=&quot;A &amp;lt; B &amp;amp; C\ufffd&quot; width=&quot;800&quot;` +
      " height=&quot;520&quot; loading=&quot;lazy&quot; frameborder=&quot;0&quot;&gt;&lt;/iframe&gt;</html>" +
      "<width>800</width><height>520</height></oembed>\n",
  );
  expect(await status(url, { format: "yaml" })).toBe(501);
});

test("what is no share of this server is not found, and what cannot be opened says no more than its page", async () => {
  const { slug, url, id } = await makeShare(server, RULES, { title: "Secret title" });
  const secret = "a".repeat(28);
  for (const other of [
    "https://example.com/shares/x",
    url.replace("127.0.0.1", "localhost"),
    `${server.url}/shares/${secret}`,
    `${server.url}/shares/`,
    `${server.url}/clips/${slug}`,
    `${url}.csv`,
    `${url}/embed/embed`,
    `${server.url}/`,
    "javascript:alert(1)",
    new URL(url).pathname,
    "x",
    "",
  ]) {
    expect([other, await status(other)]).toStrictEqual([other, 404]);
  }
  const missing = await fetch(`${server.url}/oembed`);
  expect([missing.status, await missing.json()]).toMatchObject([400, { error: { code: "invalid_request" } }]);
  const password = await shareOf(server, slug, { password: "correct horse" });
  const asked = await ask(password.url);
  const text = await asked.text();
  expect([asked.status, text.includes("Secret title")]).toStrictEqual([401, false]);
  const noPage = await shareOf(server, slug, { formats: ["csv"] });
  expect(await status(noPage.url)).toBe(403);
  expect(await status(`${url}?unknown=1`)).toBe(200);
  await server.own.query("UPDATE shares SET expires_at = now() - interval '1 second' WHERE id = $1", [id]);
  expect(await status(url)).toBe(404);
});

test("a pinned result keeps its title, and nothing is run for it", async () => {
  const { slug, url } = await makeShare(server, RULES, { title: "Before", max_age_seconds: 0 });
  const pinned = await shareOf(server, slug, { ...RULES, result: 1 });
  await server.request(`/api/clips/${slug}`, { method: "PATCH", json: { title: "After" } });
  const runs = async (): Promise<unknown> => (await server.own.query("SELECT count(*) FROM runs")).rows;
  const before = await runs();
  expect(await (await ask(pinned.url)).json()).toMatchObject({ title: "Before" });
  expect(await (await ask(url)).json()).toMatchObject({ title: "After" });
  expect(await runs()).toStrictEqual(before);
});
