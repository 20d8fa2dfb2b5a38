import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../support/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

test("a clip is created, and says its parameters with PostgreSQL's types", async () => {
  const clip = await server.createClip("SELECT {{n:3}}::int AS n, {{day}}::date AS day", { title: "First" });
  expect(clip).toMatchObject({
    title: "First",
    version: 1,
    parameters: [
      { name: "n", type: "integer", default: "3" },
      { name: "day", type: "date", default: null },
    ],
  });
  expect(clip.slug).toMatch(/^[a-z]{28}$/);
  const response = await server.request(`/clips/${clip.slug}-whatever.csv?day=2026-11-22`);
  expect(await response.text()).toBe("n,day\n3,2026-11-22\n");
});
