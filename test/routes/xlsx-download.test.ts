import { createHash } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { readZip } from "../results/read-zip.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ maxRows: 2_000_000, timeoutMs: 60_000 });
});
afterEach(() => until(async () => (await server.busySessions()).length === 0));
afterAll(() => server.close());

const TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

async function download(path: string, headers: Record<string, string> = {}) {
  const response = await server.request(path, { headers });
  return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) };
}

function sheetOf(archive: Buffer): string {
  return readZip(archive)["xl/worksheets/sheet1.xml"]!.toString();
}

test("a small result is a file to keep, says all about itself, and is known by its tag", async () => {
  const { slug } = await server.createClip("SELECT '=1+1' AS f, 1 AS n", { title: "Für Excel", max_age_seconds: 3600 });
  const { status, headers, body } = await download(`/clips/${slug}.xlsx`, { "Accept-Encoding": "gzip, zstd, br" });
  expect(status).toBe(200);
  expect(Object.fromEntries(headers)).toMatchObject({
    "content-type": TYPE,
    "content-disposition": 'attachment; filename="fur-excel.xlsx"',
    "content-length": String(body.length),
    "content-digest": `sha-256=:${createHash("sha256").update(body).digest("base64")}:`,
    "x-row-count": "1",
    "x-truncated": "false",
  });
  // It is compressed already.
  expect(headers.get("Content-Encoding")).toBeNull();
  expect(sheetOf(body)).toContain('<t xml:space="preserve">=1+1</t>');
  expect(sheetOf(body)).not.toContain("<f>");
  const known = await download(`/clips/${slug}.xlsx`, { "If-None-Match": headers.get("ETag")! });
  expect([known.status, known.body.length]).toStrictEqual([304, 0]);
  const option = await download(`/clips/${slug}.xlsx?bom=1`);
  expect([option.status, JSON.parse(option.body.toString()).error.hint]).toStrictEqual([
    ...[400, "bom goes with csv; xlsx has none."],
  ]);
});

test("a large result is the same bytes live, from the store, and by the threads; its rows are numbered on", async () => {
  const { slug } = await server.createClip("SELECT n, 'row ' || n AS t FROM generate_series(1, 100000) AS n");
  const live = await download(`/clips/${slug}.xlsx`);
  await server.deps.runs.drain(60_000);
  const stored = await download(`/clips/${slug}.xlsx?result=${live.headers.get("X-Result")}`);
  expect(stored.headers.get("X-Row-Count")).toBe("100000");
  expect(stored.body.equals(live.body)).toBe(true);
  const again = await download(`/clips/${slug}.xlsx?result=1`);
  expect(again.headers.get("Content-Digest")).toBe(
    `sha-256=:${createHash("sha256").update(live.body).digest("base64")}:`,
  );
  const rows = [
    ...sheetOf(stored.body).matchAll(/<row r="(\d+)"><c r="A(\d+)" s="\d"><v>(\d+)<\/v><\/c><c r="B(\d+)"/g),
  ];
  expect(rows).toHaveLength(100_000);
  expect(
    rows.every(([, row, a, n, b], at) => [row, a, b, String(Number(n) + 1)].every((x) => x === String(at + 2))),
  ).toBe(true);
});

test("a result of more rows than a sheet has is refused once it is complete; live it breaks", async () => {
  const { slug } = await server.createClip("SELECT FROM generate_series(1, 1048576)");
  const live = await server.request(`/clips/${slug}.xlsx`);
  expect(live.status).toBe(200);
  await expect(live.arrayBuffer()).rejects.toThrow("terminated");
  await server.deps.runs.drain(60_000);
  const stored = await download(`/clips/${slug}.xlsx?result=1`);
  expect([stored.status, JSON.parse(stored.body.toString()).error]).toStrictEqual([
    400,
    {
      code: "invalid_request",
      message: "This result has 1,048,576 rows; a sheet of XLSX holds 1,048,575 and the header.",
      hint: "Ask for CSV, JSON or NDJSON: they have no limit. Or ask for fewer rows.",
    },
  ]);
  expect(stored.headers.get("ETag")).toBeNull();
  expect(stored.headers.get("Content-Disposition")).toBeNull();
});

test("a failure after the first row breaks the transfer", async () => {
  const { slug } = await server.createClip(
    "SELECT repeat('x', 1000), 1 / (50000 - n) FROM generate_series(1, 60000) AS n",
  );
  const response = await server.request(`/clips/${slug}.xlsx`);
  expect(response.status).toBe(200);
  await expect(response.arrayBuffer()).rejects.toThrow("terminated");
});

test("the pages link to it, and a share has it", async () => {
  const { slug } = await server.createClip("SELECT 1 AS a", { max_age_seconds: 3600 });
  const page = await (await server.request(`/clips/${slug}`, { headers: { Accept: "text/html" } })).text();
  expect(page).toMatch(new RegExp(`href="/clips/${slug}[^"]*\\.xlsx\\?result=1">XLSX</a>`));
  const share = await server.request(`/api/clips/${slug}/shares`, { method: "POST" });
  const { url } = (await share.json()) as { url: string };
  const shared = await fetch(`${url}.xlsx`);
  expect([shared.status, shared.headers.get("Content-Type")]).toStrictEqual([200, TYPE]);
  expect(await (await fetch(url, { headers: { Accept: "text/html" } })).text()).toContain(".xlsx");
});
