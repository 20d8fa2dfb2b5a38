import { afterAll, beforeAll, expect, test } from "vitest";
import { removeOldEvents, startAuditRetention } from "../../src/people/audit-retention.ts";
import { recordEvent } from "../../src/people/audit.ts";
import { collectLog } from "../support/collect-log.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const EVENT = { action: "clip.edit", actor: "token", actorName: "", address: "127.0.0.1" } as const;

/** A statement of Dataclips' own role; `asRetention` in a transaction that says of itself what the retention rule's does. */
async function asOwn(sql: string, asRetention = false): Promise<unknown> {
  const client = await server.deps.db.$client.connect();
  try {
    await client.query("BEGIN");
    if (asRetention) await client.query("SET LOCAL dataclips.audit_retention = on");
    return await client.query(sql);
  } finally {
    await client.query("ROLLBACK");
    client.release();
  }
}

const texts = async (): Promise<string[]> => {
  const { rows } = await server.own.query("SELECT details->>'text' AS text FROM audit_events ORDER BY id");
  return rows.map(({ text }) => text);
};

test("an event is not changed, not removed and not swept away, by Dataclips' own role either", async () => {
  await recordEvent(server.deps.db, { ...EVENT, details: { text: "first" } });
  for (const [sql, asRetention] of [
    ["UPDATE audit_events SET actor = 'nobody'"],
    ["DELETE FROM audit_events"],
    ["DELETE FROM audit_events WHERE at < now() - interval '400 days' OR true"],
    ["TRUNCATE audit_events"],
    [
      "INSERT INTO audit_events (id, action, actor) OVERRIDING SYSTEM VALUE SELECT id, 'x', 'y' FROM audit_events ON CONFLICT (id) DO UPDATE SET actor = 'z'",
    ],
    ["MERGE INTO audit_events USING (VALUES (1)) AS v ON true WHEN MATCHED THEN DELETE"],
    // What the retention rule says of itself lets nothing be changed.
    ["UPDATE audit_events SET actor = 'x'", true],
    ["TRUNCATE audit_events", true],
  ] as const) {
    expect([sql, await asOwn(sql, asRetention).catch(({ message }: Error) => message)]).toStrictEqual([
      sql,
      "audit events are only added, and removed by the retention rule alone",
    ]);
  }
  expect(await texts()).toStrictEqual(["first"]);
});

test("what PostgreSQL cannot hold is replaced, and what is too long is cut: the event is written", async () => {
  const long = "x".repeat(1_000_000);
  await recordEvent(server.deps.db, {
    ...EVENT,
    actorName: "A\0da",
    details: { text: "a\0b \ud800 c", deep: [{ long }], line: "\u2028\n" },
  });
  const { rows } = await server.own.query("SELECT actor_name, details FROM audit_events ORDER BY id DESC LIMIT 1");
  expect(rows[0]).toStrictEqual({
    actor_name: "A\uFFFDda",
    details: {
      text: "a\uFFFDb \uFFFD c",
      deep: [{ long: `${"x".repeat(2000)}… (1000000 characters)` }],
      line: "\u2028\n",
    },
  });
});

test("the retention rule removes what is older than its days, however much that is, and nothing else", async () => {
  await server.own.query(
    `INSERT INTO audit_events (at, action, actor, details)
     SELECT now() - interval '31 days' - n * interval '1 second', 'clip.run', 'token', '{"text": "old"}' FROM generate_series(1, 12000) AS n`,
  );
  await server.own.query(
    `INSERT INTO audit_events (at, action, actor, details) VALUES (now() - interval '29 days', 'clip.run', 'token', '{"text": "young"}')`,
  );
  const removed = await Promise.all([1, 2].map(() => removeOldEvents(server.deps.db, 30)));
  expect(removed.reduce((sum, count) => sum + count)).toBe(12_000);
  expect((await texts()).filter((text) => text === "old" || text === "young")).toStrictEqual(["young"]);
  // It says so for its own transaction only.
  await expect(asOwn("DELETE FROM audit_events")).rejects.toThrow("only added");
});

test("it is applied at the start, and a failure is logged", async () => {
  await server.own.query(
    "INSERT INTO audit_events (at, action, actor, details) VALUES (now() - interval '2 days', 'x', 'token', '{\"text\": \"old\"}')",
  );
  const logged: string[] = [];
  const start = (): (() => Promise<void>) =>
    startAuditRetention({ db: server.deps.db, keepDays: 1, log: collectLog(logged) });
  const stop = start();
  await until(async () => !(await texts()).includes("old"));
  await stop();
  await server.own.query("ALTER TABLE audit_events RENAME TO moved");
  const stopAgain = start();
  await until(() => logged.length > 0);
  await stopAgain();
  await server.own.query("ALTER TABLE moved RENAME TO audit_events");
  expect(logged).toStrictEqual([expect.stringContaining("event=audit_retention_failed")]);
});
