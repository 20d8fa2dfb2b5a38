import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { ENDINGS, makeShare, patch, shareOf } from "./make-share.ts";

let server: TestServer;
let proxied: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  proxied = await startTestServer({}, undefined, { trustedProxies: ["127.0.0.0/8", "10.0.0.0/8"] });
});
afterAll(async () => {
  await server.close();
  await proxied.close();
});

/** The status of one request after the other. */
async function statuses(count: number, ask: (n: number) => Promise<Response>): Promise<number[]> {
  const said: number[] = [];
  for (let n = 0; n < count; n++) {
    const response = await ask(n);
    await response.arrayBuffer();
    said.push(response.status);
  }
  return said;
}

test("one more than the rule says is refused, in every format, and says when to come again", async () => {
  const endings = Object.values(ENDINGS);
  const { slug, url } = await makeShare(server, { requests_per_minute: 10 });
  const other = await shareOf(server, slug, {});
  const said = await statuses(11, (n) => fetch(url + endings[n % endings.length]!));
  expect(said).toStrictEqual([...Array.from({ length: 10 }, () => 200), 429]);
  for (const ending of endings) {
    for (const method of ["GET", "HEAD"]) expect((await fetch(url + ending, { method })).status).toBe(429);
    for (const headers of [{ "If-None-Match": "*" }, { Range: "bytes=0-1" }, { "X-Forwarded-For": "1.2.3.4" }]) {
      expect((await fetch(url + ending, { headers: headers as never })).status).toBe(429);
    }
  }
  const refused = await fetch(`${url}.json`);
  const wait = Number(refused.headers.get("Retry-After"));
  expect([wait >= 1, wait <= 60]).toStrictEqual([true, true]);
  expect([refused.headers.get("Access-Control-Allow-Origin"), await refused.json()]).toStrictEqual([
    "*",
    {
      error: {
        code: "too_many_requests",
        message: "This link answers 10 requests a minute of one address.",
        hint: "Wait, or ask less often: what it shows does not change that fast.",
      },
    },
  ]);
  expect((await fetch(`${other.url}.csv`)).status).toBe(200);
});

test("hot and conditional answers are counted like the others, once each", async () => {
  const { url, id } = await makeShare(server, { requests_per_minute: 20 });
  await until(() => server.deps.changes!.isCurrent());
  const etag = (await fetch(`${url}.csv`)).headers.get("ETag")!;
  const said = await statuses(20, (n) =>
    fetch(`${url}.csv`, { headers: n % 2 === 0 ? {} : { "If-None-Match": n % 4 === 1 ? etag : '"another"' } }),
  );
  expect(said.slice(0, 4)).toStrictEqual([200, 200, 200, 200].map((ok, n) => (n === 1 ? 304 : ok)));
  expect(said.map((status) => status === 429)).toStrictEqual(Array.from({ length: 20 }, (_, n) => n === 19));
  // What anybody is refused empties nothing, and a rule that is widened counts at once.
  expect((await patch(server, id, { requests_per_minute: 40 })).status).toBe(200);
  expect((await fetch(`${url}.csv`)).status).toBe(200);
});

test("300 a minute without a rule, of which 30 may start a run", async () => {
  const { url } = await makeShare(server, {}, { sql: "SELECT {{n:1}}::int AS n" });
  const runs = await statuses(31, (n) => fetch(`${url}.csv?n=${n + 100}`));
  expect(runs).toStrictEqual([...Array.from({ length: 30 }, () => 200), 429]);
  const refused = await fetch(`${url}.csv?n=1000`);
  expect([refused.headers.get("Retry-After"), await refused.json()]).toMatchObject([
    expect.stringMatching(/^\d+$/),
    { error: { message: "This link runs its query 30 times a minute for one address." } },
  ]);
  const page = await fetch(`${url}?n=1000`, { headers: { Accept: "text/html" } });
  expect([page.status, page.headers.get("Retry-After")]).toStrictEqual([429, expect.stringMatching(/^\d+$/)]);
  // What is there can still be read.
  const stored = await statuses(300 - 33, (n) => fetch(`${url}.csv?n=${(n % 30) + 100}`));
  expect(new Set(stored)).toStrictEqual(new Set([200]));
  expect((await fetch(`${url}.csv`)).status).toBe(429);
}, 60_000);

test("an old result has to do where no run may be started any more", async () => {
  const { slug, url } = await makeShare(server, { requests_per_minute: 3 }, { sql: "SELECT {{n:1}}::int AS n" });
  const wide = await shareOf(server, slug, { requests_per_minute: 1 });
  await server.own.query("UPDATE results SET started_at = started_at - interval '2 hours'");
  const again = await statuses(2, () => fetch(`${url}.csv`));
  expect([again, (await fetch(`${wide.url}.csv`)).status]).toStrictEqual([[200, 200], 200]);
});

test("X-Forwarded-For counts for nothing without trusted proxies", async () => {
  const { url } = await makeShare(server, { requests_per_minute: 2 });
  const said = await statuses(3, (n) => fetch(`${url}.csv`, { headers: { "X-Forwarded-For": `1.2.3.${n}` } }));
  expect(said).toStrictEqual([200, 200, 429]);
});

test("behind trusted proxies each address has its own count, and cannot take another's", async () => {
  const { url } = await makeShare(proxied, { requests_per_minute: 2 });
  await until(() => proxied.deps.changes!.isCurrent());
  const from = (address: string) => (): Promise<Response> =>
    fetch(`${url}.csv`, { headers: { "X-Forwarded-For": address } });
  expect(await statuses(3, from("1.2.3.4"))).toStrictEqual([200, 200, 429]);
  // What the client wrote itself stands before what the proxies heard.
  expect(await statuses(1, from("9.9.9.9, 1.2.3.4"))).toStrictEqual([429]);
  expect(await statuses(1, from("9.9.9.9, 1.2.3.4, 10.1.2.3"))).toStrictEqual([429]);
  expect(await statuses(3, from("5.6.7.8:1234, 10.1.2.3"))).toStrictEqual([200, 200, 429]);
  // A subscriber's /64 is one.
  expect(await statuses(1, from("2001:db8::1"))).toStrictEqual([200]);
  expect(await statuses(2, from("2001:db8:0:0:ffff::2"))).toStrictEqual([200, 429]);
  expect(await statuses(1, from("2001:db8:0:1::2"))).toStrictEqual([200]);
  // Words are no addresses: those before them, of the proxy itself, count.
  expect(await statuses(3, from("unknown"))).toStrictEqual([200, 200, 429]);
  await proxied.deps.shareUses!.write();
});

test("a rule is a whole number from 1 to a million", async () => {
  const { id } = await makeShare(server);
  for (const requests_per_minute of [0, -1, 1.5, 1_000_001, "10", {}]) {
    expect((await patch(server, id, { requests_per_minute })).status).toBe(400);
  }
  for (const requests_per_minute of [1, 1_000_000, null]) {
    expect((await patch(server, id, { requests_per_minute })).body.requests_per_minute).toBe(requests_per_minute);
  }
});
