import { sql } from "drizzle-orm";
import { rootCause } from "../errors.ts";
import type { OwnDatabase } from "../own-database.ts";
import { shareUses, UUID } from "../tables.ts";

/** Uses are written down at most this often, all in one statement. A server that is killed loses those since. */
const WRITE_MS = 60_000;

interface Use {
  uses: number;
  at: Date;
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
export function createShareUses({
  db,
  log,
}: {
  db: OwnDatabase;
  log: (message: string, error: unknown) => void;
}): ShareUses {
  let pending = new Map<string, Use>();
  let timer: NodeJS.Timeout | null = null;
  let writtenAt = -Infinity;
  let writing: Promise<void> = Promise.resolve();

  const add = async (uses: Map<string, Use>): Promise<void> => {
    try {
      // One that is being removed is waited for, and left out.
      // In one order, so that two servers that write the same rows wait for each other at most once.
      const rows = [...uses].toSorted(([a], [b]) => (a < b ? -1 : 1));
      await db.execute(sql`
        INSERT INTO ${shareUses} (share_id, uses, last_used_at, last_address)
        SELECT id, used.uses, used.at, used.address
          FROM jsonb_to_recordset(${JSON.stringify(rows.map(([id, { uses: count, at, address }]) => ({ id, uses: count, at, address })))}::jsonb)
               AS used (id uuid, uses bigint, at timestamptz, address text)
          JOIN shares USING (id)
         ORDER BY id
           FOR KEY SHARE OF shares
        ON CONFLICT (share_id) DO UPDATE
          SET uses = share_uses.uses + excluded.uses,
              last_address = CASE WHEN share_uses.last_used_at <= excluded.last_used_at
                                  THEN excluded.last_address ELSE share_uses.last_address END,
              last_used_at = greatest(share_uses.last_used_at, excluded.last_used_at)`);
    } catch (error) {
      log("uses of shares were not written down", rootCause(error));
    }
  };

  const write = (): Promise<void> => {
    if (timer) clearTimeout(timer);
    timer = null;
    const uses = pending;
    if (uses.size === 0) return writing;
    pending = new Map();
    writtenAt = performance.now();
    writing = writing.then(() => add(uses));
    return writing;
  };

  return {
    record(shareId, address) {
      const known = pending.get(shareId);
      if (known === undefined) {
        if (!UUID.test(shareId)) return;
        pending.set(shareId, { uses: 1, at: new Date(), address });
      } else {
        known.uses++;
        known.at = new Date();
        known.address = address;
      }
      timer ??= setTimeout(() => void write(), Math.max(0, writtenAt + WRITE_MS - performance.now())).unref();
    },
    write,
    close: write,
  };
}
