import type { Log } from "../log.ts";
import { sql } from "drizzle-orm";
import { ageOf, gatherWrites } from "../gather-writes.ts";
import type { OwnDatabase } from "../own-database.ts";
import { shareUses, UUID } from "../tables.ts";

/** Uses are written down at most this often, all in one statement. A server that is killed loses those since. */
const WRITE_MS = 60_000;

interface Use {
  uses: number;
  /** When, by `performance.now()`. */
  ms: number;
  address: string;
}

/** Counts how shares are used, without holding up whoever uses them. */
export interface ShareUses {
  /** One request that was let through. */
  record(shareId: string, address: string): void;
  /** Writes down what is not yet. */
  write(): Promise<void>;
  close(): Promise<void>;
}

/** The first use is written at once, those after it together, a minute later. Takes memory for each share in use. */
export function createShareUses({ db, log }: { db: OwnDatabase; log: Log }): ShareUses {
  const { put, write } = gatherWrites<Use>(WRITE_MS, async (uses) => {
    try {
      // One that is being removed is waited for, and left out.
      await db.execute(sql`
        INSERT INTO ${shareUses} (share_id, uses, last_used_at, last_address)
        SELECT id, used.uses, now() - make_interval(secs => used.age), used.address
          FROM jsonb_to_recordset(${JSON.stringify(uses.map(([id, { uses: count, ms, address }]) => ({ id, uses: count, age: ageOf(ms), address })))}::jsonb)
               AS used (id uuid, uses bigint, age double precision, address text)
          JOIN shares USING (id)
         ORDER BY id
           FOR KEY SHARE OF shares
        ON CONFLICT (share_id) DO UPDATE
          SET uses = share_uses.uses + excluded.uses,
              last_address = CASE WHEN share_uses.last_used_at <= excluded.last_used_at
                                  THEN excluded.last_address ELSE share_uses.last_address END,
              last_used_at = greatest(share_uses.last_used_at, excluded.last_used_at)`);
    } catch (error) {
      log.error("share_uses_lost", error);
    }
  });

  return {
    record(shareId, address) {
      if (!UUID.test(shareId)) return;
      put(shareId, (known) => ({ uses: (known?.uses ?? 0) + 1, ms: performance.now(), address }));
    },
    write,
    close: write,
  };
}
