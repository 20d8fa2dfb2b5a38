import { get, type IncomingMessage } from "node:http";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { hasPgbouncer, type Pgbouncer, startPgbouncer } from "../databases/pgbouncer.ts";
import { startTestServer, type TestServer, TOKEN, until } from "../support/test-server.ts";

/** As Hyperdrive does, it gives a connection for a transaction, and in the next one perhaps another's. */
describe.skipIf(!hasPgbouncer)("through poolers by transactions", () => {
  let poolers: { primary: Pgbouncer; follower: Pgbouncer };
  let server: TestServer;
  beforeAll(async () => {
    const { admin, reader } = inject("cluster");
    poolers = { primary: await startPgbouncer(admin, 4), follower: await startPgbouncer(reader, 2) };
    const ports = { primary: poolers.primary.port, follower: poolers.follower.port };
    server = await startTestServer({}, undefined, { bindings: { ports } });
  });
  afterAll(async () => {
    await server?.close();
    await poolers?.primary.stop();
    await poolers?.follower.stop();
  });

  test("many runs at once, of different settings, have each their own", async () => {
    const clips = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        server.createClip(`SELECT ${n} AS n, count(*) FROM generate_series(1, ${n + 1}) AS s, pg_sleep(0.1)`),
      ),
    );
    const bodies = await Promise.all(
      clips.map(async ({ slug }) => (await server.request(`/clips/${slug}.csv`)).text()),
    );
    expect(bodies).toStrictEqual(clips.map((_, n) => `n,count\n${n},${n + 1}\n`));
    // The servers' own sessions are as many as the poolers may have, however many requests there were.
    const { rows } = await server.primary.query(
      "SELECT count(*)::int AS count FROM pg_stat_activity WHERE usename = 'dataclips' AND datname = $1",
      [server.own.database],
    );
    expect(rows[0].count).toBeLessThanOrEqual(4);
  });

  test("many rows, live and from the store", async () => {
    const { slug } = await server.createClip("SELECT n, md5(n::text) AS x FROM generate_series(1, 60000) AS n");
    const live = await (await server.request(`/clips/${slug}.csv`)).text();
    await server.settled();
    expect(live.split("\n")).toHaveLength(60_002);
    expect(await (await server.request(`/clips/${slug}.csv?result=1`)).text()).toBe(live);
  });

  test("who leaves ends the query, and the session serves others", async () => {
    const { slug } = await server.createClip("SELECT n, pg_sleep(0.005)::text FROM generate_series(1, 1000000) AS n");
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const request = get(
      `${server.url}/clips/${slug}.csv`,
      { headers: { Authorization: `Bearer ${TOKEN}` }, agent: false },
      resolve,
    );
    request.once("error", reject);
    const response = await promise;
    response.on("error", () => {});
    await new Promise<void>((done) => void response.once("readable", done));
    response.destroy();
    await until(async () => {
      const { rows } = await server.own.query(
        "SELECT state FROM runs JOIN clips ON clips.id = clip_id WHERE slug = $1",
        [slug],
      );
      return rows[0]?.state === "cancelled";
    });
    await until(async () => (await server.busySessions()).length === 0);
    const other = await server.createClip("SELECT 1 AS one");
    expect(await (await server.request(`/clips/${other.slug}.csv`)).text()).toBe("one\n1\n");
  });
});
