import { afterAll, beforeAll, expect, test } from "vitest";
import { createShareUses } from "../../src/clips/share-uses.ts";
import { makeShare } from "../routes/make-share.ts";
import { collectLog } from "../support/collect-log.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const logged: string[] = [];
const log = collectLog(logged);

async function usesOf(id: string): Promise<unknown> {
  const { rows } = await server.own.query("SELECT uses::int, last_address FROM share_uses WHERE share_id = $1", [id]);
  return rows[0];
}

test("the first use is written at once, the next ones together, a minute later or at the end", async () => {
  const { id } = await makeShare(server);
  const uses = createShareUses({ db: server.deps.db, log });
  uses.record(id, "1.1.1.1");
  await until(async () => (await usesOf(id)) !== undefined);
  for (let n = 0; n < 1000; n++) uses.record(id, "2.2.2.2");
  expect(await usesOf(id)).toStrictEqual({ uses: 1, last_address: "1.1.1.1" });
  await uses.close();
  expect(await usesOf(id)).toStrictEqual({ uses: 1001, last_address: "2.2.2.2" });
});

test("two servers add up, and the later use is the last one", async () => {
  const [one, two] = [await makeShare(server), await makeShare(server)];
  const servers = [1, 2].map(() => createShareUses({ db: server.deps.db, log }));
  for (let n = 0; n < 10; n++) {
    for (const [index, uses] of servers.entries()) {
      for (const { id } of index === 0 ? [one, two] : [two, one]) uses.record(id, `1.1.1.${index}`);
    }
    await Promise.all(servers.map((uses) => uses.write()));
  }
  expect([await usesOf(one.id), await usesOf(two.id)]).toMatchObject([{ uses: 20 }, { uses: 20 }]);
  expect(logged).toStrictEqual([]);
});

test("a share that is gone by then holds up no other one", async () => {
  const [gone, there] = [await makeShare(server), await makeShare(server)];
  const uses = createShareUses({ db: server.deps.db, log });
  uses.record(gone.id, "1.1.1.1");
  await server.own.query("DELETE FROM shares WHERE id = $1", [gone.id]);
  uses.record(there.id, "1.1.1.1");
  uses.record("not a uuid", "1.1.1.1");
  await uses.close();
  expect([await usesOf(gone.id), await usesOf(there.id), logged]).toMatchObject([undefined, { uses: 1 }, []]);
});

test("a database that does not answer holds up nobody, and is logged", async () => {
  const { id } = await makeShare(server);
  await server.own.query("ALTER TABLE share_uses RENAME TO moved");
  const uses = createShareUses({ db: server.deps.db, log });
  uses.record(id, "1.1.1.1");
  await uses.close();
  await server.own.query("ALTER TABLE moved RENAME TO share_uses");
  expect(logged).toStrictEqual([expect.stringMatching(/^level=error event=share_uses_lost error=/)]);
});
