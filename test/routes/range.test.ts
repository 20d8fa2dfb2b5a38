import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AsSent, digestOf, fetchAsSent } from "../support/fetch-as-sent.ts";
import { startTestServer, TOKEN, type TestServer } from "../support/test-server.ts";

let server: TestServer;
const paths: Record<string, string> = {};
beforeAll(async () => {
  server = await startTestServer();
  paths["a small result"] = await storedPath("SELECT n, md5(n::text) AS hash FROM generate_series(1, 200) AS n");
  paths["a large result"] = await storedPath(
    "SELECT a.*, b AS again FROM numbers AS a, generate_series(1, 2) AS b ORDER BY b, id",
  );
});
afterAll(() => server.close());

async function storedPath(sql: string): Promise<string> {
  const { slug } = await server.createClip(sql);
  await server.request(`/api/clips/${slug}/runs`, { method: "POST", json: { wait: true } });
  return `/clips/${slug}.csv?result=1`;
}

const get = (path: string, headers: Record<string, string> = {}, method?: string): Promise<AsSent> =>
  fetchAsSent(server.url + path, { Authorization: `Bearer ${TOKEN}`, ...headers }, method);

describe.each(["a small result", "a large result"])("%s", (which) => {
  let path: string;
  let whole: Buffer;
  let etag: string;
  beforeAll(async () => {
    path = paths[which]!;
    // The first request of a large one: its length is not known yet, and is counted.
    const first = await get(path, { Range: "bytes=0-9" });
    expect([first.status, first.body.length]).toStrictEqual([206, 10]);
    const { body, headers } = await get(path);
    whole = body;
    etag = headers.etag!;
    expect([headers["accept-ranges"], headers["content-length"]]).toStrictEqual(["bytes", String(whole.length)]);
  });

  test("gives a part, and says which", async () => {
    const { length } = whole;
    const ranges: [string, number, number][] = [
      ["bytes=0-0", 0, 0],
      ["bytes=100-1999", 100, 1999],
      [`bytes=${length - 5}-`, length - 5, length - 1],
      ["bytes=-1000", length - 1000, length - 1],
      [`bytes=17-${length + 5}`, 17, length - 1],
    ];
    for (const [range, first, last] of ranges) {
      const { status, headers, body, broken } = await get(path, { Range: range });
      expect([range, status, broken]).toStrictEqual([range, 206, false]);
      expect(body.equals(whole.subarray(first, last + 1))).toBe(true);
      expect(headers).toMatchObject({
        etag,
        "content-range": `bytes ${first}-${last}/${length}`,
        "content-length": String(last + 1 - first),
        "repr-digest": digestOf(whole),
      });
      expect([digestOf(body), undefined]).toContain(headers["content-digest"]);
    }
  });

  test("one past the end is refused, with the length", async () => {
    const { status, headers, body } = await get(path, { Range: `bytes=${whole.length}-` });
    expect([status, headers["content-range"]]).toStrictEqual([416, `bytes */${whole.length}`]);
    expect(headers).not.toHaveProperty("content-disposition");
    expect(JSON.parse(body.toString()).error).toMatchObject({
      code: "range_not_satisfiable",
      message: `The result has ${whole.length} bytes, and none in this range.`,
    });
  });

  test("several, malformed and unknown ones are answered with the whole", async () => {
    for (const range of ["bytes=0-1,5-6", "bytes=5-2", "bytes=x", "rows=1-2", "bytes"]) {
      const { status, headers, body } = await get(path, { Range: range });
      expect([range, status, headers["content-range"]]).toStrictEqual([range, 200, undefined]);
      expect(body.equals(whole)).toBe(true);
    }
  });

  test("If-Range completes the same bytes only", async () => {
    const asked = { Range: "bytes=10-" };
    const same = await get(path, { ...asked, "If-Range": etag, "Accept-Encoding": "zstd, gzip" });
    expect([same.status, same.headers["content-encoding"]]).toStrictEqual([206, undefined]);
    expect(same.body.equals(whole.subarray(10))).toBe(true);
    const { headers } = await get(path);
    for (const other of [`W/${etag}`, '"other"', etag.replace(/"$/, '-gzip"'), headers["last-modified"]!, "x"]) {
      const { status, body } = await get(path, { ...asked, "If-Range": other });
      expect([other, status, body.length]).toStrictEqual([other, 200, whole.length]);
    }
  });

  test("is of GET, of the plain body, and behind If-None-Match", async () => {
    const head = await get(path, { Range: "bytes=0-9" }, "HEAD");
    expect([head.status, head.headers["content-length"]]).toStrictEqual([200, String(whole.length)]);
    const coded = await get(path, { Range: "bytes=0-9", "Accept-Encoding": "gzip" });
    expect([coded.status, coded.headers["content-encoding"], coded.body.toString()]).toStrictEqual([
      206,
      undefined,
      whole.toString("utf8", 0, 10),
    ]);
    expect((await get(path, { Range: "bytes=0-9", "If-None-Match": etag })).status).toBe(304);
  });
});

test("a live result has no ranges yet", async () => {
  const { slug } = await server.createClip(
    "SELECT n, repeat('x', 20000), pg_sleep(0.05) FROM generate_series(1, 4) AS n",
  );
  const { status, headers } = await get(`/clips/${slug}.csv`, { Range: "bytes=0-9" });
  expect([status, headers["accept-ranges"], headers["content-range"]]).toStrictEqual([200, undefined, undefined]);
});
