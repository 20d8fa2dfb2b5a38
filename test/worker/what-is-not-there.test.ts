import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { startWorker } from "../support/worker-runtime.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(({ primaryUrl }) => ({ primary: primaryUrl }));
});
afterAll(async () => {
  await until(async () => (await server.busySessions()).length === 0);
  await server.close();
});

test.for(["/clips/{slug}.png", "/api/databases/test/helpers", "/databases/test/helpers"])(
  "%s says that it is not there on Workers, and what to do",
  async (path) => {
    const { slug } = await server.createClip("SELECT 'a' AS name, 1 AS count", { max_age_seconds: 3600 });
    const response = await server.request(path.replace("{slug}", slug));
    expect([response.status, await response.text()]).toStrictEqual([501, expect.stringContaining("on Workers")]);
  },
);

test("a link to a database of the configuration, whose address only Workers know", async () => {
  const response = await server.request("/api/databases/test/links", {
    method: "POST",
    json: { name: "mirror", to: "test", tables: ["numbers"] },
  });
  expect([response.status, await response.json()]).toMatchObject([501, { error: { code: "not_on_workers" } }]);
});

test("a drawing is there, as SVG", async () => {
  const { slug } = await server.createClip("SELECT n AS x, n * n AS y FROM generate_series(1, 9) AS n");
  const response = await server.request(`/clips/${slug}.svg`);
  expect([response.status, await response.text()]).toStrictEqual([200, expect.stringMatching(/^<svg/)]);
});

test.for([
  [{}, {}],
  [{ DATACLIPS_TOKEN: "short" }, { DATABASE_URL: "postgres://dataclips:unused@127.0.0.1:1/dataclips" }],
] as const)("a configuration with faults is an answer, and no crash: %j", async ([settings, hyperdrives]) => {
  const worker = await startWorker(settings, hyperdrives, { buckets: [] });
  try {
    const response = await fetch(worker.url);
    expect([response.status, await response.json()]).toStrictEqual([
      500,
      {
        error: {
          code: "internal_error",
          message: "This installation's configuration has faults.",
          hint: "The Worker's log (wrangler tail) says which.",
        },
      },
    ]);
  } finally {
    await worker.close();
  }
});
