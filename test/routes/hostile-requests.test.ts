import { connect } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startTestServer, TOKEN, type TestServer, until } from "../support/test-server.ts";
import { ENDINGS, makeShare, type MadeShare } from "./make-share.ts";
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

test("a method in a header, a field or an address is none", async () => {
  const clip = `/api/clips/${share.slug}`;
  const headers = { Authorization: `Bearer ${TOKEN}` };
  for (const name of ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Original-Method"]) {
    const response = await fetch(server.url + clip, { headers: { ...headers, [name]: "DELETE" } });
    expect([name, response.status]).toStrictEqual([name, 200]);
    expect(((await response.json()) as { slug: string }).slug).toBe(share.slug);
  }
  expect((await server.request(`${clip}?_method=DELETE`)).status).toBe(200);
  const posted = await fetch(`${server.url}${clip}`, {
    method: "POST",
    headers,
    body: new URLSearchParams({ _method: "DELETE" }),
  });
  expect(posted.status).toBe(405);
  expect((await server.request(clip)).status).toBe(200);
});

test("OPTIONS allows no other site anything, and TRACE and unknown methods do nothing", async () => {
  for (const path of [
    "/",
    "/clips",
    `/clips/${share.slug}`,
    "/api/clips",
    `/api/clips/${share.slug}`,
    share.path,
    `${share.path}.json`,
    `${embed}.json`,
    "/sign-in",
  ]) {
    const preflight = await fetch(server.url + path, {
      method: "OPTIONS",
      headers: {
        Origin: EVIL,
        Cookie: browser.cookie,
        "Access-Control-Request-Method": "DELETE",
        "Access-Control-Request-Headers": "authorization",
      },
    });
    const allows = [...preflight.headers.keys()].filter((name) => name.startsWith("access-control-allow-"));
    expect([path, preflight.status, allows]).toStrictEqual([path, 405, []]);
    const put = await fetch(server.url + path, { method: "PROPFIND", headers: { Authorization: `Bearer ${TOKEN}` } });
    expect([path, put.status]).toStrictEqual([path, 405]);
  }
  // fetch() sends no TRACE. What was sent must not come back: it would show cookies to a script.
  const answer = await raw("TRACE / HTTP/1.1\r\nHost: x\r\nCookie: a=SECRET\r\nConnection: close\r\n\r\n");
  expect(answer).not.toContain("SECRET");
  expect(answer).not.toMatch(/^HTTP\/1\.1 200/);
});

test("HEAD is GET without a body: the same fields, and it changes nothing", async () => {
  const before = await counts();
  for (const path of [
    ...Object.values(ENDINGS).map((ending) => share.path + ending),
    `${embed}.csv`,
    `/clips/${share.slug}.csv`,
  ]) {
    const headers = { Authorization: `Bearer ${TOKEN}` };
    const [head, get] = [
      await fetch(server.url + path, { method: "HEAD", headers }),
      await fetch(server.url + path, { headers }),
    ];
    const said = (response: Response): Record<string, string> => {
      // What is of the connection, and what changes by the second.
      const left = /^(?:date|age|cache-control|content-length|connection|keep-alive)$/;
      return Object.fromEntries([...response.headers].filter(([name]) => !left.test(name)));
    };
    await get.arrayBuffer();
    expect([path, head.status, said(head), await head.text()]).toStrictEqual([path, get.status, said(get), ""]);
  }
  for (const path of ["/sign-in/out", `/clips/${share.slug}/delete`, `/share-list/${share.id}/revoke`]) {
    const head = await fetch(server.url + path, { method: "HEAD", headers: { Cookie: browser.cookie } });
    expect([path, head.status]).toStrictEqual([path, 405]);
  }
  expect(await counts()).toStrictEqual(before);
  expect((await browser.get("/")).status).toBe(200);
});

test("what is too long is refused before it is read, and the server goes on", async () => {
  const long = "x".repeat(100_000);
  expect(await raw(`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${long}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
  expect(await raw(`GET ${share.path}.csv?x=${long} HTTP/1.1\r\nHost: x\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
  const many = Array.from({ length: 2000 }, (_, n) => `a${n}=1`).join("&");
  expect((await fetch(`${server.url}${share.path}.csv?${many.slice(0, 12_000)}`)).status).toBe(400);
  for (const body of ["[".repeat(1_000_000), `${'{"a":'.repeat(150_000)}1${"}".repeat(150_000)}`]) {
    const response = await server.request("/api/clips", { method: "POST", body });
    expect(response.status).toBe(400);
  }
  const fields = new URLSearchParams(Array.from({ length: 50_000 }, (_, n) => [`f${n}`, "1"]));
  expect((await browser.post(`/clips/${share.slug}/shares`, Object.fromEntries(fields))).status).toBe(400);
  expect((await fetch(`${share.url}.csv`)).status).toBe(200);
});

test("two lengths, two hosts and broken lines are refused", async () => {
  for (const request of [
    "POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
    "POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\nX: a\rb\r\n\r\n",
    "GET /a\u0000b HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET / HTTP/1.1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x/../y\r\n\r\n",
  ]) {
    expect([request, (await raw(request)).slice(0, 12)]).toStrictEqual([request, "HTTP/1.1 400"]);
  }
});

test("no path leads out of the assets", async () => {
  for (const path of [
    "/assets/../package.json",
    "/assets/%2e%2e/package.json",
    "/assets/..%2fpackage.json",
    "/assets/..%5cpackage.json",
    "/assets/%252e%252e%252fpackage.json",
    "/assets/....//package.json",
    "/assets/style.css/../../package.json",
    "/assets//etc/passwd",
    "/assets/file:///etc/passwd",
    "/assets/style.css%00.js",
    "/assets/editor-AAAAAAAAAAAA.js",
    "/package.json",
    "/.dataclips/token",
    "/src/app.ts",
    "/.git/config",
  ]) {
    // fetch() would take the dots away.
    const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect([path, /^HTTP\/1\.1 (?:404|401)/.test(answer)]).toStrictEqual([path, true]);
    expect([path, /"private": true|root:|defaultSrc|\[core\]/.test(answer)]).toStrictEqual([path, false]);
  }
});

test("data is data for browsers too, whatever they ask for", async () => {
  for (const path of [
    "/api/clips",
    `/api/clips/${share.slug}`,
    "/api/shares",
    "/api/databases",
    `/api/clips/${share.slug}/results`,
    "/api/nothing",
  ]) {
    const response = await fetch(server.url + path, {
      headers: { Authorization: `Bearer ${TOKEN}`, Accept: "text/html" },
    });
    expect([path, response.headers.get("Content-Type"), response.headers.get("X-Content-Type-Options")]).toStrictEqual([
      path,
      "application/json",
      "nosniff",
    ]);
    await expect(response.json()).resolves.toBeInstanceOf(Object);
  }
  const types = await Promise.all(
    Object.values(ENDINGS).map(async (ending) => {
      const response = await fetch(share.url + ending, { headers: { Accept: "text/html" } });
      return [ending, response.headers.get("Content-Type"), response.headers.get("X-Content-Type-Options")];
    }),
  );
  expect(types).toStrictEqual([
    ["", "text/html; charset=UTF-8", "nosniff"],
    [".csv", "text/csv; charset=utf-8; header=present", "nosniff"],
    [".json", "application/json; charset=utf-8", "nosniff"],
    [".ndjson", "application/x-ndjson; charset=utf-8", "nosniff"],
    [".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "nosniff"],
  ]);
});

test("a prototype in a body is a field that there is not, or nothing at all", async () => {
  const before = await counts();
  const bodies = [
    '"__proto__":{"role":"administrator","signed":true}',
    '"constructor":{"prototype":{"role":"administrator"}}',
  ];
  for (const polluted of bodies) {
    for (const [method, path, begin] of [
      ["POST", "/api/clips", '{"database":"test","title":"T"'],
      ["PATCH", `/api/clips/${share.slug}`, '{"title":7'],
      ["PATCH", `/api/shares/${share.id}`, '{"formats":[]'],
      ["POST", `/api/clips/${share.slug}/shares`, '{"formats":[]'],
      ["POST", `/api/clips/${share.slug}/runs`, '{"wait":7'],
      ["POST", `/api/clips/${share.slug}/shares`, '{"locked_parameters":{"none":"1","__proto__":"1"}'],
    ] as const) {
      const response = await server.request(path, { method, body: `${begin},${polluted}}` });
      expect([method, path, polluted, response.status]).toStrictEqual([method, path, polluted, 400]);
    }
  }
  const nested = '{"parameters":{"__proto__":{"n":"9"}},"wait":true}';
  const ran = await server.request(`/api/clips/${share.slug}/runs`, { method: "POST", body: nested });
  expect(ran.status).toBe(200);
  const { role, signed, n } = {} as Record<string, unknown>;
  expect([role, signed, n]).toStrictEqual([undefined, undefined, undefined]);
  expect(await counts()).toStrictEqual(before);
});

test("a share's cookie signs nobody in, and a session's opens no share", async () => {
  const locked = await makeShare(server, { password: "long enough" });
  const given = await fetch(locked.url, {
    method: "POST",
    redirect: "manual",
    headers: { Accept: "text/html", "Sec-Fetch-Site": "same-origin" },
    body: new URLSearchParams({ password: "long enough" }),
  });
  const [, ticket] = /^dataclips_share=([^;]+)/.exec(given.headers.getSetCookie()[0]!)!;
  const [name, token] = browser.cookie.split("=") as [string, string];
  for (const cookie of [`dataclips_share=${ticket}`, `${name}=${ticket}`, `dataclips_embed_${locked.id}=${ticket}`]) {
    for (const path of ["/api/clips", "/api/shares", `/api/clips/${locked.slug}`]) {
      expect((await fetch(server.url + path, { headers: { Cookie: cookie } })).status).toBe(401);
    }
  }
  for (const cookie of [browser.cookie, `dataclips_share=${token}`, `dataclips_share=${decodeURIComponent(token)}`]) {
    expect((await fetch(`${locked.url}.csv`, { headers: { Cookie: cookie } })).status).toBe(401);
  }
});

/** What forged requests could have changed. */
async function counts(): Promise<unknown> {
  const { rows } = await server.own.query(
    `SELECT (SELECT count(*) FROM clips WHERE deleted_at IS NULL) AS clips,
            (SELECT count(*) FROM shares WHERE revoked_at IS NULL) AS shares, (SELECT count(*) FROM sessions) AS sessions`,
  );
  return rows[0];
}

/** What the server answers to bytes that no client library would send, until it closes or says a whole head. */
async function raw(request: string): Promise<string> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  let answer = "";
  socket.setEncoding("latin1");
  socket.on("error", () => {});
  await new Promise<void>((resolve) => {
    socket.on("data", (text: string) => {
      answer += text;
      if (answer.includes("\r\n\r\n")) setTimeout(() => socket.destroy(), 50);
    });
    socket.on("close", () => resolve());
    socket.write(Buffer.from(request, "latin1"));
  });
  return answer;
}
