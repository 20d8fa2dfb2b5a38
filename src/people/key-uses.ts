import { sql } from "drizzle-orm";
import { rootCause } from "../errors.ts";
import { gatherWrites } from "../gather-writes.ts";
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
export function createKeyUses({
  db,
  log,
}: {
  db: OwnDatabase;
  log: (message: string, error: unknown) => void;
}): KeyUses {
  const { put, write } = gatherWrites<{ at: Date; address: string }>(WRITE_MS, async (uses) => {
    try {
      await db.execute(sql`
        UPDATE ${apiKeys} SET last_used_at = used.at, last_address = used.address
          FROM jsonb_to_recordset(${JSON.stringify(uses.map(([id, use]) => ({ id, ...use })))}::jsonb)
               AS used (id uuid, at timestamptz, address text)
         WHERE ${apiKeys}.id = used.id AND coalesce(${apiKeys}.last_used_at <= used.at, true)`);
    } catch (error) {
      log("uses of API keys were not written down", rootCause(error));
    }
  });

  return { record: (keyId, address) => put(keyId, () => ({ at: new Date(), address })), write, close: write };
}
