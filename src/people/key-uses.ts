import type { Log } from "../log.ts";
import { sql } from "drizzle-orm";
import { ageOf, gatherWrites } from "../gather-writes.ts";
import type { OwnDatabase } from "../own-database.ts";
import { apiKeys } from "./tables.ts";

/** A key's last use is written down at most this often. */
const WRITE_MS = 60_000;

/** Notes when keys were last used, and from where, without holding up whoever uses them. */
export interface KeyUses {
  record(keyId: string, address: string): void;
  /** Writes down what is not yet. */
  write(): Promise<void>;
  close(): Promise<void>;
}

/** The first use is written at once, the last of those after it a minute later. Takes memory for each key in use. */
export function createKeyUses({ db, log }: { db: OwnDatabase; log: Log }): KeyUses {
  const { put, write } = gatherWrites<{ ms: number; address: string }>(WRITE_MS, async (uses) => {
    try {
      await db.execute(sql`
        UPDATE ${apiKeys} SET last_used_at = now() - make_interval(secs => used.age), last_address = used.address
          FROM jsonb_to_recordset(${JSON.stringify(uses.map(([id, { ms, address }]) => ({ id, age: ageOf(ms), address })))}::jsonb)
               AS used (id uuid, age double precision, address text)
         WHERE ${apiKeys}.id = used.id AND coalesce(${apiKeys}.last_used_at <= now() - make_interval(secs => used.age), true)`);
    } catch (error) {
      log.error("key_uses_lost", error);
    }
  });

  return { record: (keyId, address) => put(keyId, () => ({ ms: performance.now(), address })), write, close: write };
}
