import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installHelpers } from "../../src/helpers/install-helpers.ts";
import { removeHelpers } from "../../src/helpers/remove-helpers.ts";
import { hasPljs } from "../support/pljs.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(({ primaryUrl }) => ({ primary: primaryUrl }));
});
afterAll(() => server.close());

describe.runIf(hasPljs)("with PL/JS", () => {
  test("a clip that calls an installed helper is materialized, and refreshed, beside the helpers", async () => {
    await installHelpers(server.deps.databases.get("test"), { waitMs: 10_000 });
    const { slug } = await server.createClip(
      "SELECT id, dataclips.humanize_number(id * 1000) AS words FROM numbers WHERE id <= 20",
    );
    const path = `/api/clips/${slug}/materialized`;
    const made = await server.request(path, { method: "PUT", json: { name: "in_words" } });
    expect(await made.json()).toMatchObject({ row_count: 20, index_columns: ["id"], error: null });
    const refreshed = await server.request(`${path}/refresh`, { method: "POST" });
    expect(await refreshed.json()).toMatchObject({ row_count: 20, error: null });
    // While a view calls it, it is not removed; the rest of the schema is nobody's concern.
    await expect(removeHelpers(server.deps.databases.get("test"), { waitMs: 10_000 })).rejects.toMatchObject({
      code: "conflict",
    });
    // Installing again finds all as it was: the view is no helper, and not in the way of one.
    const again = await installHelpers(server.deps.databases.get("test"), { waitMs: 10_000 });
    expect(again).toMatchObject({ changed: false });
    expect((await server.request(path, { method: "DELETE" })).status).toBe(204);
  });

  test("helpers come into the schema that a materialized clip has made, and leave it as they found it", async () => {
    await server.primary.query("DROP SCHEMA dataclips CASCADE");
    const { slug } = await server.createClip("SELECT id FROM numbers WHERE id <= 20");
    const path = `/api/clips/${slug}/materialized`;
    expect((await server.request(path, { method: "PUT", json: { name: "first" } })).status).toBe(200);
    const database = server.deps.databases.get("test");
    expect(await installHelpers(database, { waitMs: 10_000 })).toMatchObject({ changed: true });
    await removeHelpers(database, { waitMs: 10_000 });
    expect((await server.request(`${path}/refresh`, { method: "POST" })).status).toBe(200);
    expect((await server.primary.query("SELECT count(*)::int AS n FROM dataclips.first")).rows).toStrictEqual([
      { n: 20 },
    ]);
  });
});
