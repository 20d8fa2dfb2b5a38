import zlib from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type AsSent, digestOf, fetchAsSent } from "../support/fetch-as-sent.ts";
import { startTestServer, TOKEN, type TestServer, until } from "../support/test-server.ts";

let server: TestServer;
let small: string;
let large: string;
beforeAll(async () => {
  server = await startTestServer();
  small = await storedPath("SELECT n, md5(n::text) AS hash FROM generate_series(1, 200) AS n");
  large = await storedPath("SELECT a.*, b AS again FROM numbers AS a, generate_series(1, 2) AS b ORDER BY b, id");
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(() => server.close());

const DECODE = {
  zstd: zlib.zstdDecompressSync,
  br: zlib.brotliDecompressSync,
  gzip: zlib.gunzipSync,
  identity: (body: Buffer) => body,
};
type Coding = keyof typeof DECODE;
const CODINGS = Object.keys(DECODE) as Coding[];

/** The address of a clip's result that is in the store. */
async function storedPath(sql: string): Promise<string> {
  const { slug } = await server.createClip(sql);
  await server.request(`/api/clips/${slug}/runs`, { method: "POST", json: { wait: true } });
  return `/clips/${slug}.csv?result=1`;
}

const get = (path: string, headers: Record<string, string> = {}, method?: string): Promise<AsSent> =>
  fetchAsSent(server.url + path, { Authorization: `Bearer ${TOKEN}`, ...headers }, method);

describe.each(["a small result", "a large result"])("%s", (which) => {
  const path = (): string => (which === "a small result" ? small : large);

  test.each(CODINGS)("as %s: the same rows, with a tag and a digest of what is sent", async (coding) => {
    const plain = await get(path());
    expect(plain.headers).not.toHaveProperty("content-encoding");
    const sent = await get(path(), { "Accept-Encoding": coding });
    expect([sent.status, sent.headers["content-encoding"]]).toStrictEqual([
      200,
      coding === "identity" ? undefined : coding,
    ]);
    expect(DECODE[coding](sent.body).equals(plain.body)).toBe(true);
    expect(sent.headers.vary).toBe("Accept-Encoding");
    expect(sent.headers.etag).toBe(
      coding === "identity" ? plain.headers.etag : plain.headers.etag!.replace(/"$/, `-${coding}"`),
    );
    expect(sent.headers["content-digest"] ?? sent.trailers["content-digest"]).toBe(digestOf(sent.body));
    expect(sent.body.length < plain.body.length).toBe(coding !== "identity");

    // Asked for again, all is known when the headers go out.
    const again = await get(path(), { "Accept-Encoding": coding });
    expect(again.body.equals(sent.body)).toBe(true);
    expect(again.headers).toMatchObject({
      "content-digest": digestOf(sent.body),
      "content-length": String(sent.body.length),
    });
    expect(again.trailers).toStrictEqual({});

    const head = await get(path(), { "Accept-Encoding": coding }, "HEAD");
    expect([head.status, head.body.length]).toStrictEqual([200, 0]);
    const { date: _date, connection: _connection, ...said } = again.headers;
    expect(head.headers).toMatchObject(said);
  });

  test("304 for each coding's tag, if the client still takes that coding", async () => {
    const plain = (await get(path())).headers.etag!;
    for (const coding of CODINGS) {
      const tag = coding === "identity" ? plain : plain.replace(/"$/, `-${coding}"`);
      for (const known of [tag, `W/${tag}`, `"other", ${tag}`]) {
        const { status, headers, body } = await get(path(), {
          "Accept-Encoding": "gzip, br, zstd",
          "If-None-Match": known,
        });
        expect([status, headers.etag, headers.vary, body.length]).toStrictEqual([304, tag, "Accept-Encoding", 0]);
        expect(headers).not.toHaveProperty("content-encoding");
      }
      const refused = await get(path(), { "Accept-Encoding": `${coding};q=0`, "If-None-Match": tag });
      expect([coding, refused.status]).toStrictEqual([coding, coding === "identity" ? 304 : 200]);
    }
  });
});

test("small bodies and containers are sent as they are", async () => {
  const { slug } = await server.createClip("SELECT 1 AS a", { max_age_seconds: 3600 });
  for (const ending of [".csv", ".json"]) {
    const { headers, body } = await get(`/clips/${slug}${ending}`, { "Accept-Encoding": "zstd, br, gzip" });
    expect([headers["content-encoding"], headers.vary]).toStrictEqual([undefined, "Accept-Encoding"]);
    expect([headers.etag, headers["content-digest"]]).toStrictEqual([
      expect.stringMatching(/^"[0-9a-f]{32}"$/),
      digestOf(body),
    ]);
  }
  const xlsx = await get(small.replace(".csv", ".xlsx"), { "Accept-Encoding": "zstd, br, gzip" });
  expect([xlsx.status, xlsx.headers["content-encoding"]]).toStrictEqual([200, undefined]);
  expect(xlsx.headers["content-digest"]).toBe(digestOf(xlsx.body));
});

describe("a live result", () => {
  const SQL = `SELECT n, repeat('x', 100) AS text, CASE WHEN n = 30000 THEN pg_sleep(0.2) END AS late
                 FROM generate_series(1, 30000) AS n`;

  test.each(["zstd", "br", "gzip"] as const)("as %s: whole, with its trailers", async (coding) => {
    const { slug } = await server.createClip(SQL, { max_age_seconds: 0 });
    const { headers, trailers, body } = await get(`/clips/${slug}.csv`, { "Accept-Encoding": coding });
    expect([headers["content-encoding"], headers["cache-control"]]).toStrictEqual([coding, "no-store"]);
    expect(trailers).toStrictEqual({ "x-row-count": "30000", "x-truncated": "false" });
    expect(DECODE[coding](body).toString().split("\n")).toHaveLength(30_002);
  });

  test.each(["zstd", "br", "gzip"] as const)("as %s: each row goes out as it comes", async (coding) => {
    // PostgreSQL sends 8 KiB at a time: the first row leaves it when the second one comes.
    const { slug } = await server.createClip(
      "SELECT n, repeat('x', 20000) AS x, CASE WHEN n > 2 THEN pg_sleep(20) END FROM generate_series(1, 3) AS n",
    );
    const gone = new AbortController();
    const response = await fetch(`${server.url}/clips/${slug}.csv`, {
      headers: { Authorization: `Bearer ${TOKEN}`, "Accept-Encoding": coding },
      signal: gone.signal,
    });
    expect(response.headers.get("Content-Encoding")).toBe(coding);
    let text = "";
    for (const reader = response.body!.getReader(); !text.includes("\n1,");) {
      text += Buffer.from((await reader.read()).value!).toString();
    }
    expect(text.slice(0, 15)).toBe("n,x,case\n1,xxxx");
    gone.abort();
  });

  test.each(["zstd", "br", "gzip"] as const)(
    "as %s: a failure breaks it, and its last line can be read",
    async (coding) => {
      const { slug } = await server.createClip(
        "SELECT repeat('x', 1000), 1 / (50000 - n) FROM generate_series(1, 60000) AS n",
      );
      const { broken, body } = await get(`/clips/${slug}.ndjson`, { "Accept-Encoding": coding });
      expect(broken).toBe(true);
      const decoder = { zstd: zlib.createZstdDecompress, br: zlib.createBrotliDecompress, gzip: zlib.createGunzip }[
        coding
      ]();
      let text = "";
      decoder.on("data", (piece: Buffer) => (text = (text + piece.toString()).slice(-2000)));
      await new Promise((resolve) => void decoder.write(body, resolve));
      expect(JSON.parse(text.trimEnd().split("\n").at(-1)!).error).toMatchObject({
        code: "query_failed",
        sqlstate: "22012",
      });
      decoder.destroy();
    },
  );
});
