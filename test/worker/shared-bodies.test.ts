import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  await until(async () => (await server.busySessions()).length === 0);
  await server.close();
});

/** Of a size that no isolate keeps in its own memory. */
const LARGE = "SELECT n, md5(n::text) AS x FROM generate_series(1, 30000) AS n";

/** A body and its ETag; undefined: it broke off. */
async function get(address: string): Promise<{ status: number; etag: string | null; body: string } | undefined> {
  try {
    const response = await fetch(new URL(address, server.url));
    return { status: response.status, etag: response.headers.get("ETag"), body: await response.text() };
  } catch {
    return undefined;
  }
}

test("a large result from the store goes out again from the Cache API, and not to who may not have it any more", async () => {
  const { slug } = await server.createClip(LARGE, { max_age_seconds: 3600 });
  const made = await server.request(`/api/clips/${slug}/shares`, { method: "POST", json: {} });
  const share = (await made.json()) as { id: string; url: string };
  await (await server.request(`/clips/${slug}.csv`)).text();
  await server.settled();

  const address = `${new URL(share.url).pathname}.csv`;
  const first = await get(address);
  expect(first).toMatchObject({ status: 200, etag: expect.stringMatching(/^"/) });
  expect(first!.body.split("\n")).toHaveLength(30_002);
  // From here on there are no rows to make it of.
  await server.own.query("DELETE FROM result_chunks");
  let again: typeof first;
  // It is kept behind the response.
  await until(async () => (again = await get(address)) !== undefined);
  expect(again).toStrictEqual(first);

  await server.request(`/api/shares/${share.id}`, { method: "DELETE" });
  expect(await get(address)).toMatchObject({ status: 404 });
});

test("who has it already, is told so by its ETag", async () => {
  const { slug } = await server.createClip("SELECT 1 AS one", { max_age_seconds: 3600 });
  await (await server.request(`/clips/${slug}.csv`)).text();
  const known = await server.request(`/clips/${slug}.csv?result=1`);
  const again = await server.request(`/clips/${slug}.csv?result=1`, {
    headers: { "If-None-Match": known.headers.get("ETag")! },
  });
  expect([known.status, again.status, again.headers.get("ETag")]).toStrictEqual([200, 304, known.headers.get("ETag")]);
});
