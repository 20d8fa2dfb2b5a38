import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { asBrowser, ENDINGS, makeShare, patch, shareOf } from "./make-share.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(() => server.close());

const SQL = "SELECT {{n:1}}::int AS n, {{customer:7}}::int AS customer, {{word:x}}::text AS word";

/** The status and the code of what is refused, and 200 of what is not. */
async function answer(url: string, options: RequestInit = {}): Promise<unknown> {
  const response = await fetch(url, options);
  if (response.status === 200) {
    await response.arrayBuffer();
    return 200;
  }
  const { error } = (await response.json()) as { error: { code: string } };
  return [response.status, error.code];
}

test.each(Object.keys(ENDINGS) as (keyof typeof ENDINGS)[])(
  "a share of %s alone gives that and nothing else",
  async (only) => {
    const { url } = await makeShare(server, { formats: [only] });
    for (const [format, ending] of Object.entries(ENDINGS)) {
      expect([format, await answer(url + ending)]).toStrictEqual([format, format === only ? 200 : [403, "forbidden"]]);
      const head = await fetch(url + ending, { method: "HEAD" });
      expect([format, head.status]).toStrictEqual([format, format === only ? 200 : 403]);
      const part = await fetch(url + ending, { headers: { Range: "bytes=0-1", "If-None-Match": "*" } });
      expect([format, part.status === 403]).toStrictEqual([format, format !== only]);
    }
  },
);

test("the page links to the formats that are given, and an error names them", async () => {
  const { url, path } = await makeShare(server, { formats: ["xlsx", "html"] });
  const html = await (await asBrowser(url)).text();
  expect(html).toContain(`href="${path}.xlsx"`);
  expect(html).not.toMatch(/\.(csv|json|ndjson)"/);
  expect(await (await fetch(`${url}.csv`)).json()).toStrictEqual({
    error: { code: "forbidden", message: "This link does not give CSV.", hint: "It gives HTML, XLSX." },
  });
});

test("a locked parameter is its value in every format, and no address changes it", async () => {
  const { url } = await makeShare(server, { locked_parameters: { customer: 42 } }, { sql: SQL });
  expect(await (await fetch(`${url}.csv`)).text()).toBe("n,customer,word\n1,42,x\n");
  expect(await (await fetch(`${url}.csv?n=2&word=y`)).text()).toBe("n,customer,word\n2,42,y\n");
  expect(await (await fetch(`${url}.json?n=2`)).json()).toMatchObject({ values: [[2, 42, "x"]] });
  expect(await (await fetch(`${url}.ndjson`)).text()).toContain('[1,42,"x"]');
  expect(await (await asBrowser(`${url}?n=3`)).text()).toContain('<td class="number">3</td><td class="number">42</td>');
  const encoded = [...Buffer.from("customer")].map((byte) => `%${byte.toString(16)}`).join("");
  for (const query of [
    "customer=7",
    // Not even the value that it has: then it would be told by trying.
    "customer=42",
    "customer=",
    "customer",
    "customer=7&customer=42",
    "customer=42&customer=7",
    `${encoded}=7`,
    "Customer=7",
    "CUSTOMER=7",
    "customer%20=7",
    "%20customer=7",
    "customer%00=7",
    "customer[]=7",
    "customer[0]=7",
    "parameters[customer]=7",
    "parameters.customer=7",
    "parameters=%7B%22customer%22%3A7%7D",
    "locked_parameters[customer]=7",
    "customer;=7",
    "n=1;customer=7",
    "c%u0075stomer=7",
  ]) {
    for (const ending of Object.values(ENDINGS)) {
      expect([query, ending, ((await answer(`${url}${ending}?${query}`)) as number[])[0]]).toStrictEqual([
        query,
        ending,
        400,
      ]);
    }
  }
  // What is left out of every address, and what a fragment or a body says, counts for nothing.
  for (const query of ["_customer=7", "utm_customer=7", "__proto__=7", "_=7#customer=7"]) {
    expect(await (await fetch(`${url}.csv?${query}`)).text()).toBe("n,customer,word\n1,42,x\n");
  }
  const posted = await fetch(`${url}.csv`, { method: "POST", body: new URLSearchParams({ customer: "7" }) });
  expect(posted.status).toBeGreaterThanOrEqual(400);
  const form = await fetch(url, {
    method: "POST",
    redirect: "manual",
    headers: { "Sec-Fetch-Site": "same-origin" },
    body: new URLSearchParams({ customer: "7", password: "x" }),
  });
  expect([form.status, form.headers.get("Location")]).toStrictEqual([303, new URL(url).pathname]);
});

test("a locked value is not shown where it is not the result's, and has no input", async () => {
  const { url, path } = await makeShare(
    server,
    { locked_parameters: { word: "SECRET-WORD", customer: "8" } },
    { sql: "SELECT {{n:1}}::int AS n WHERE {{word}}::text = 'SECRET-WORD' AND {{customer}}::int = 8" },
  );
  const html = await (await asBrowser(`${url}?n=5`)).text();
  expect(html).toContain('name="n"');
  expect(html).not.toMatch(/SECRET-WORD|name="word"|name="customer"/);
  expect(html).toContain(`${path}.csv?n=5"`);
  expect(await (await fetch(`${url}.csv?word=x`)).text()).not.toContain("SECRET-WORD");
});

test("only the open parameters can be chosen; the others are the clip's defaults", async () => {
  const { slug, url } = await makeShare(server, { open_parameters: ["n"] }, { sql: SQL });
  expect(await (await fetch(`${url}.csv?n=2`)).text()).toBe("n,customer,word\n2,7,x\n");
  for (const query of ["customer=1", "word=x", "customer=7&n=1"]) {
    expect(await answer(`${url}.csv?${query}`)).toStrictEqual([400, "invalid_parameter"]);
  }
  const none = await shareOf(server, slug, { open_parameters: [] });
  expect(await answer(`${none.url}.csv?n=2`)).toStrictEqual([400, "invalid_parameter"]);
  expect(await (await asBrowser(none.url)).text()).not.toContain("<input");
  const both = await shareOf(server, slug, { open_parameters: ["n"], locked_parameters: { word: null } });
  expect(await (await fetch(`${both.url}.csv?n=2`)).text()).toBe("n,customer,word\n2,7,\n");
  // One that the clip gets later is not open either, and a locked one that it loses stops the share.
  await server.request(`/api/clips/${slug}`, {
    method: "PATCH",
    json: { sql: "SELECT {{n:1}}::int AS n, {{later:0}}::int AS later" },
  });
  expect(await (await fetch(`${url}.csv?n=2`)).text()).toBe("n,later\n2,0\n");
  expect(await answer(`${url}.csv?later=1`)).toStrictEqual([400, "invalid_parameter"]);
  expect(await answer(`${both.url}.csv`)).toStrictEqual([400, "invalid_parameter"]);
});

test("as_of, wait and the compare pages give no way around a locked parameter", async () => {
  const sql = "SELECT {{customer:7}}::int AS customer";
  const { slug, url } = await makeShare(server, { locked_parameters: { customer: "42" } }, { sql });
  // The result of customer 7 is stored; nothing of customer 42 is, as of before the share was used.
  const now = new Date().toISOString();
  expect(await answer(`${url}.csv?as_of=${now}`)).toStrictEqual([404, "not_found"]);
  expect(await answer(`${url}.csv?as_of=${now}&customer=7`)).toStrictEqual([400, "invalid_parameter"]);
  expect(await (await fetch(`${url}.csv?wait=fresh`)).text()).toBe("customer\n42\n");
  const later = "2999-01-01";
  await until(async () => (await fetch(`${url}.csv?as_of=${later}`)).status === 200);
  expect(await (await fetch(`${url}.csv?as_of=${later}`)).text()).toBe("customer\n42\n");
  // A version that did not know the parameter has nothing for this share.
  await server.request(`/api/clips/${slug}`, { method: "PATCH", json: { sql: "SELECT 'all customers' AS customer" } });
  await server.request(`/api/clips/${slug}/runs`, { method: "POST", json: { wait: true } });
  expect(await (await fetch(`${url}.csv?as_of=${later}`)).text()).toBe("customer\n42\n");
  expect(await answer(`${url}.csv?result=1`)).toStrictEqual([400, "invalid_request"]);
  expect(await answer(`${url}.csv?version=2`)).toStrictEqual([400, "invalid_request"]);
  for (const path of ["/compare?from=1&to=2", "/results", "/versions", "/compare.csv?from=1&to=2"]) {
    expect([path, (await fetch(url + path)).status]).toStrictEqual([path, path.startsWith("/compare.csv") ? 404 : 401]);
    expect([path, (await fetch(`${server.url}/clips/${slug}${path}`)).status]).toStrictEqual([path, 401]);
  }
});

test("parameters are checked against the clip when a share is made and changed", async () => {
  const { slug, id } = await makeShare(server, {}, { sql: SQL });
  const make = async (json: object): Promise<unknown> => {
    const response = await server.request(`/api/clips/${slug}/shares`, { method: "POST", json });
    return [response.status, ((await response.json()) as any).error.message];
  };
  for (const name of ["none", "N", "toString", "constructor"]) {
    const message = `This clip has no parameter "${name}".`;
    expect(await make({ locked_parameters: { [name]: "1" } })).toStrictEqual([400, message]);
    expect(await make({ open_parameters: [name] })).toStrictEqual([400, message]);
    expect((await patch(server, id, { locked_parameters: { [name]: "1" } })).status).toBe(400);
  }
  const both = 'The parameter "n" cannot be locked and open.';
  expect(await make({ locked_parameters: { n: 1 }, open_parameters: ["n", "word"] })).toStrictEqual([400, both]);
  expect((await patch(server, id, { locked_parameters: { n: "1" } })).status).toBe(200);
  expect((await patch(server, id, { open_parameters: ["n"] })).body.error.message).toBe(both);
  expect(await make({ result: 1, locked_parameters: { n: 1 } })).toStrictEqual([
    400,
    "A link to one result has no parameters to lock or to open.",
  ]);
});

test("an origin that is listed may read and frame, and no other one", async () => {
  const origins = ["https://one.example", "http://localhost:8080", "http://[::1]:81"];
  const { url } = await makeShare(server, { origins });
  for (const ending of [".csv", ".json", ".ndjson", ".xlsx"]) {
    for (const origin of origins) {
      const { headers } = await fetch(url + ending, { headers: { Origin: origin } });
      expect([headers.get("Access-Control-Allow-Origin"), headers.get("Vary")]).toStrictEqual([
        origin,
        "Origin, Accept-Encoding",
      ]);
      expect(headers.get("Access-Control-Allow-Credentials")).toBeNull();
    }
    for (const origin of [
      "https://two.example",
      "https://one.example.evil.example",
      "https://evil-one.example",
      "http://one.example",
      "https://one.example:444",
      "https://ONE.example",
      "https://one.example/",
      "null",
      "*",
      "",
    ]) {
      const { headers, status } = await fetch(url + ending, { headers: { Origin: origin } });
      expect([origin, status, headers.get("Access-Control-Allow-Origin")]).toStrictEqual([origin, 200, null]);
      expect(headers.get("Vary")).toContain("Origin");
    }
  }
  const refused = await fetch(`${url}.csv?result=1`, { headers: { Origin: origins[0]! } });
  expect([refused.status, refused.headers.get("Access-Control-Allow-Origin")]).toStrictEqual([400, origins[0]]);
  const page = await asBrowser(url);
  expect(page.headers.get("Content-Security-Policy")).toBe(
    `default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors ${origins.join(" ")}; base-uri 'none'; script-src 'self'; connect-src 'self'`,
  );
  expect(page.headers.get("X-Frame-Options")).toBeNull();
  expect(page.headers.get("Access-Control-Allow-Origin")).toBeNull();
});

test("without a list every program may read and nobody may frame; with an empty one neither", async () => {
  const all = await makeShare(server);
  const none = await shareOf(server, all.slug, { origins: [] });
  const said = async (url: string) => {
    const { headers } = await fetch(`${url}.csv`, { headers: { Origin: "https://one.example" } });
    const page = await asBrowser(url);
    expect(page.headers.get("Content-Security-Policy")).toContain("frame-ancestors 'none'");
    expect(page.headers.get("X-Frame-Options")).toBe("DENY");
    return [headers.get("Access-Control-Allow-Origin"), headers.get("Vary")];
  };
  expect(await said(all.url)).toStrictEqual(["*", "Accept-Encoding"]);
  expect(await said(none.url)).toStrictEqual([null, "Origin, Accept-Encoding"]);
});

test("no origin brings anything else into a header", async () => {
  const { slug, id } = await makeShare(server);
  for (const origin of [
    "https://*.example",
    "*",
    "null",
    "https://one.example/path",
    "https://one.example?q",
    "https://one.example:443",
    "https://user@one.example",
    "https://one.example; script-src *",
    "https://one.example;script-src",
    "https://one.example,two.example",
    "https://one.example 'self'",
    "https://one.example\r\nSet-Cookie: a=b",
    "https://one.example\nX: y",
    "https://one.example\u0000",
    "javascript:alert(1)",
    "data:text/html,x",
    "file:///etc",
    "ftp://one.example",
    "https://'self'",
    "https://",
    "https://ex ample",
    "https://münchen.example",
    `https://${"a".repeat(300)}.example`,
    7,
    null,
  ]) {
    for (const refused of [
      (await server.request(`/api/clips/${slug}/shares`, { method: "POST", json: { origins: [origin] } })).status,
      (await patch(server, id, { origins: [origin] })).status,
    ]) {
      expect([origin, refused]).toStrictEqual([origin, 400]);
    }
  }
  const { body } = await patch(server, id, { origins: [" HTTPS://One.Example/ ", "https://one.example"] });
  expect(body.origins).toStrictEqual(["https://one.example"]);
});

test("no title and no name brings anything into a header or a file's name", async () => {
  const name = 'a"; filename=evil.exe\r\nSet-Cookie: a=b\u2028é';
  const { url } = await makeShare(server, { name, note: name }, { title: 'T"; filename="x.exe\r\nX-Evil: 1' });
  for (const ending of Object.values(ENDINGS)) {
    const { headers } = await fetch(url + ending);
    expect(headers.get("X-Evil")).toBeNull();
    expect(headers.getSetCookie()).toStrictEqual([]);
  }
  const csv = await fetch(`${url}.csv`);
  expect(csv.headers.get("Content-Disposition")).toBe('attachment; filename="t-filename-x-exe-x-evil-1.csv"');
});

test("wrong, revoked, expired, rotated, or of a deleted clip: the same status, fields and body in every format", async () => {
  const rules = {
    origins: ["https://one.example"],
    formats: ["csv"],
    password: "a long password",
    requests_per_minute: 1,
  };
  const [revoked, expired, rotated, deleted] = [
    await makeShare(server, rules),
    await makeShare(server, rules),
    await makeShare(server, rules),
    await makeShare(server, rules),
  ];
  await server.request(`/api/shares/${revoked.id}`, { method: "DELETE" });
  await server.own.query("UPDATE shares SET expires_at = now() WHERE id = $1", [expired.id]);
  await server.request(`/api/shares/${rotated.id}/rotate`, { method: "POST" });
  await server.request(`/api/clips/${deleted.slug}`, { method: "DELETE" });
  const never = { url: `${server.url}/shares/${"q".repeat(28)}` };
  const said = async (url: string, options: RequestInit): Promise<unknown> => {
    const response = await fetch(url, { redirect: "manual", ...options });
    const headers = Object.fromEntries(response.headers);
    delete headers["date"];
    // A page has the form's action in it, and no such page must.
    return [response.status, headers, await response.text()];
  };
  const ways: [string, RequestInit][] = [
    ...Object.values(ENDINGS).flatMap((ending): [string, RequestInit][] => [
      [ending, {}],
      [ending, { method: "HEAD" }],
      [`${ending}?result=1&n=2`, {}],
      [ending, { headers: { "If-None-Match": "*", Range: "bytes=0-1" } }],
      [ending, { headers: { Authorization: "Basic eDphIGxvbmcgcGFzc3dvcmQ=", Origin: "https://one.example" } }],
    ]),
    ["", { headers: { Accept: "text/html" } }],
    [
      "",
      {
        method: "POST",
        headers: { "Sec-Fetch-Site": "same-origin", Accept: "text/html" },
        body: new URLSearchParams({ password: "a long password" }),
      },
    ],
    ["", { method: "POST", headers: { "Sec-Fetch-Site": "same-origin" }, body: "{" }],
  ];
  for (const [ending, options] of ways) {
    const expected = await said(never.url + ending, options);
    expect(expected).toHaveProperty("0", 404);
    for (const { url } of [revoked, expired, rotated, deleted]) {
      expect(await said(url + ending, options)).toStrictEqual(expected);
    }
  }
});

test("an expiry has to be in the future, and one that is over can be put off", async () => {
  const { slug, id, url } = await makeShare(server);
  for (const expires_at of ["2020-01-01", "tomorrow", "", "2026-13-01", 7, {}]) {
    expect((await patch(server, id, { expires_at })).status).toBe(400);
    const made = await server.request(`/api/clips/${slug}/shares`, { method: "POST", json: { expires_at } });
    expect(made.status).toBe(400);
  }
  await server.own.query("UPDATE shares SET expires_at = now() - interval '1 second' WHERE id = $1", [id]);
  expect((await fetch(`${url}.csv`)).status).toBe(404);
  const listed = (await (await server.request(`/api/clips/${slug}/shares`)).json()) as { shares: object[] };
  expect(listed.shares).toMatchObject([{ id, expired: true }]);
  const { status, body } = await patch(server, id, { expires_at: "2999-01-01" });
  expect([status, body]).toMatchObject([200, { expires_at: "2999-01-01T23:59:59.999Z", expired: false }]);
  expect((await fetch(`${url}.csv`)).status).toBe(200);
  expect((await patch(server, id, { expires_at: null })).body.expires_at).toBeNull();
});
