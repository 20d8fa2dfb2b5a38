import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AsSent, fetchAsSent } from "../support/fetch-as-sent.ts";
import { startTestServer, TOKEN, type TestServer, until } from "../support/test-server.ts";
import { shareOf } from "./make-share.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

interface Subject {
  slug: string;
  /** The same result, as those who may see the clip, and those who have a link, ask for it. */
  addresses: { url: string; headers: Record<string, string> }[];
  etag: string;
  startedAt: number;
}

/** A clip whose newest result began at a time, and a share of it that is answered from memory. */
async function makeSubject(
  startedAt: string,
  sql = "SELECT n, md5(n::text) FROM generate_series(1, 200) AS n",
): Promise<Subject> {
  const { id, slug } = await server.createClip(sql, { refresh: "manual" });
  await server.request(`/api/clips/${slug}/runs`, { method: "POST", json: { wait: true } });
  await server.own.query("UPDATE results SET started_at = $2 WHERE clip_id = $1", [id, startedAt]);
  const { path } = await shareOf(server, slug, {});
  const addresses = [
    { url: `${server.url}/clips/${slug}.csv`, headers: { Authorization: `Bearer ${TOKEN}` } },
    { url: `${server.url}${path}.csv`, headers: {} },
  ];
  await until(() => server.deps.changes!.isCurrent());
  let etag = "";
  for (let n = 0; n < 3; n++) etag = (await fetchAsSent(addresses[1]!.url)).headers.etag!;
  return { slug, addresses, etag, startedAt: Date.parse(startedAt) };
}

/** What each address answers to the same request. */
async function ask({ addresses }: Subject, headers: Record<string, string>): Promise<AsSent[]> {
  return Promise.all(addresses.map((address) => fetchAsSent(address.url, { ...address.headers, ...headers })));
}

async function statuses(subject: Subject, headers: Record<string, string>): Promise<(number | undefined)[]> {
  return (await ask(subject, headers)).map(({ status }) => status);
}

const at = ({ startedAt }: Subject, seconds: number): string => new Date(startedAt + seconds * 1000).toUTCString();

test("Last-Modified is what If-Modified-Since and If-Unmodified-Since go by", async () => {
  const subject = await makeSubject("2026-11-20T10:00:00.700Z");
  for (const { status, headers } of await ask(subject, {})) {
    expect([status, headers["last-modified"]]).toStrictEqual([200, "Fri, 20 Nov 2026 10:00:00 GMT"]);
  }
  expect(await statuses(subject, { "If-Modified-Since": at(subject, 0) })).toStrictEqual([304, 304]);
  expect(await statuses(subject, { "If-Modified-Since": at(subject, 60) })).toStrictEqual([304, 304]);
  expect(await statuses(subject, { "If-Modified-Since": at(subject, -1) })).toStrictEqual([200, 200]);
  expect(await statuses(subject, { "If-Unmodified-Since": at(subject, 0) })).toStrictEqual([200, 200]);
  expect(await statuses(subject, { "If-Unmodified-Since": at(subject, 60) })).toStrictEqual([200, 200]);
  expect(await statuses(subject, { "If-Unmodified-Since": at(subject, -1) })).toStrictEqual([412, 412]);
  // 304 has no body, and the tag by which one asks from then on.
  for (const { body, headers } of await ask(subject, { "If-Modified-Since": at(subject, 0) })) {
    expect([body.length, headers.etag]).toStrictEqual([0, subject.etag]);
  }
});

test("the obsolete forms of a time are understood, and what is none is ignored", async () => {
  const subject = await makeSubject("2026-11-20T10:00:00Z");
  for (const time of ["Friday, 20-Nov-26 10:00:00 GMT", "Fri Nov 20 10:00:00 2026"]) {
    expect(await statuses(subject, { "If-Modified-Since": time })).toStrictEqual([304, 304]);
    expect(await statuses(subject, { "If-Unmodified-Since": time })).toStrictEqual([200, 200]);
  }
  for (const time of ["yesterday", "2026-11-20T10:00:00Z", "1763632800", "", "Fri, 20 Nov 2026 10:00:00"]) {
    expect(await statuses(subject, { "If-Modified-Since": time })).toStrictEqual([200, 200]);
    expect(await statuses(subject, { "If-Unmodified-Since": time })).toStrictEqual([200, 200]);
  }
});

test("two results of one second are not taken for one by their time", async () => {
  const subject = await makeSubject("2026-11-20T10:00:00.100Z", "SELECT clock_timestamp() AS at");
  await server.request(`/api/clips/${subject.slug}/runs`, { method: "POST", json: { wait: true } });
  await server.own.query("UPDATE results SET started_at = '2026-11-20T10:00:00.900Z' WHERE number = 2");
  expect(await statuses(subject, { "If-Modified-Since": at(subject, 0) })).toStrictEqual([200, 200]);
  expect(await statuses(subject, { "If-Unmodified-Since": at(subject, 0) })).toStrictEqual([412, 412]);
});

describe("If-Match", () => {
  test("of the result's tag, or any, lets it through; of another, or a weakened one, does not", async () => {
    const subject = await makeSubject("2026-11-20T10:00:00Z");
    const { etag } = subject;
    for (const tags of [etag, "*", `"other", ${etag}`]) {
      expect(await statuses(subject, { "If-Match": tags })).toStrictEqual([200, 200]);
    }
    for (const tags of ['"other"', `W/${etag}`, '"a", "b"']) {
      expect(await statuses(subject, { "If-Match": tags })).toStrictEqual([412, 412]);
    }
    const [{ body, headers }] = (await ask(subject, { "If-Match": '"other"' })) as [AsSent, AsSent];
    expect(JSON.parse(body.toString())).toStrictEqual({
      error: {
        code: "precondition_failed",
        message: "The result is another one than If-Match asks for.",
        hint: "Ask for it without that condition.",
      },
    });
    expect(headers["cache-control"]).toBe("no-store");
  });

  test("keeps a download from going on with another result", async () => {
    const subject = await makeSubject("2026-11-20T10:00:00Z", "SELECT clock_timestamp() AS at");
    const range = { Range: "bytes=3-", "If-Match": subject.etag };
    expect(await statuses(subject, range)).toStrictEqual([206, 206]);
    await server.request(`/api/clips/${subject.slug}/runs`, { method: "POST", json: { wait: true } });
    expect(await statuses(subject, range)).toStrictEqual([412, 412]);
  });
});

test("conditions are looked at in the order that HTTP says", async () => {
  const subject = await makeSubject("2026-11-20T10:00:00Z");
  const { etag } = subject;
  const [old, now] = [at(subject, -1), at(subject, 0)];
  const cases: [Record<string, string>, number][] = [
    // If-Match counts, and If-Unmodified-Since does not.
    [{ "If-Match": etag, "If-Unmodified-Since": old }, 200],
    [{ "If-Match": '"other"', "If-Unmodified-Since": now }, 412],
    // If-None-Match counts, and If-Modified-Since does not.
    [{ "If-None-Match": etag, "If-Modified-Since": old }, 304],
    [{ "If-None-Match": '"other"', "If-Modified-Since": now }, 200],
    // What must hold comes before what the client has.
    [{ "If-Match": '"other"', "If-None-Match": etag }, 412],
    [{ "If-Match": etag, "If-None-Match": etag }, 304],
    [{ "If-Unmodified-Since": old, "If-None-Match": etag }, 412],
    [{ "If-Unmodified-Since": now, "If-Modified-Since": now }, 304],
  ];
  for (const [headers, status] of cases) {
    expect([headers, await statuses(subject, headers)]).toStrictEqual([headers, [status, status]]);
  }
});

test("HEAD answers as GET does", async () => {
  const subject = await makeSubject("2026-11-20T10:00:00Z");
  for (const { url, headers } of subject.addresses) {
    const head = async (more: Record<string, string>): Promise<number> =>
      (await fetch(url, { method: "HEAD", headers: { ...headers, ...more } })).status;
    expect(await head({ "If-Modified-Since": at(subject, 0) })).toBe(304);
    expect(await head({ "If-Match": '"other"' })).toBe(412);
  }
});

test("a result that is being made is none that a client has", async () => {
  const { slug } = await server.createClip("SELECT n, pg_sleep(0.01)::text FROM generate_series(1, 100) AS n", {
    max_age_seconds: 0,
  });
  const status = async (headers: Record<string, string>): Promise<number> => {
    const response = await server.request(`/clips/${slug}.csv`, { headers });
    await response.body?.cancel();
    return response.status;
  };
  expect(await status({ "If-Match": '"any"' })).toBe(412);
  expect(await status({ "If-Unmodified-Since": new Date(Date.now() - 60_000).toUTCString() })).toBe(412);
  expect(await status({ "If-Match": "*" })).toBe(200);
  expect(await status({ "If-None-Match": '"any"' })).toBe(200);
  await server.deps.runs.drain(0);
});
