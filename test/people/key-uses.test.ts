import { afterAll, beforeAll, expect, test } from "vitest";
import { createKeyUses } from "../../src/people/key-uses.ts";
import { createKey } from "../../src/people/keys.ts";
import { addPerson } from "../support/add-person.ts";
import { collectLog } from "../support/collect-log.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const logged: string[] = [];
const log = collectLog(logged);

async function newKey(): Promise<string> {
  const { id } = await addPerson(server.deps.db, "viewer");
  return (await createKey(server.deps.db, id, { name: "A key", scope: "read" })).id;
}

async function addressOf(id: string): Promise<string | null> {
  const { rows } = await server.own.query("SELECT last_address FROM api_keys WHERE id = $1", [id]);
  return rows[0].last_address;
}

test("the first use is written at once, the last of the next ones a minute later or at the end", async () => {
  const id = await newKey();
  const uses = createKeyUses({ db: server.deps.db, log });
  uses.record(id, "1.1.1.1");
  await until(async () => (await addressOf(id)) === "1.1.1.1");
  for (let n = 0; n < 100; n++) uses.record(id, `2.2.2.${n}`);
  expect(await addressOf(id)).toBe("1.1.1.1");
  await uses.close();
  expect(await addressOf(id)).toBe("2.2.2.99");
});

test("of two servers the later use counts, whoever writes first", async () => {
  const id = await newKey();
  const [early, late] = [createKeyUses({ db: server.deps.db, log }), createKeyUses({ db: server.deps.db, log })];
  early.record(id, "1.1.1.1");
  await new Promise((resolve) => void setTimeout(resolve, 5));
  late.record(id, "2.2.2.2");
  await late.close();
  await early.close();
  expect(await addressOf(id)).toBe("2.2.2.2");
});

test("a database that does not answer holds up nobody, and is logged", async () => {
  const id = await newKey();
  await server.own.query("ALTER TABLE api_keys RENAME TO moved");
  const uses = createKeyUses({ db: server.deps.db, log });
  uses.record(id, "1.1.1.1");
  await uses.close();
  await server.own.query("ALTER TABLE moved RENAME TO api_keys");
  expect(logged).toStrictEqual([expect.stringMatching(/^level=error event=key_uses_lost error=/)]);
});
