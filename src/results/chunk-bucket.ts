import { inArray } from "drizzle-orm";
import type { OwnPool } from "../own-database.ts";
import { results } from "../tables.ts";

/**
 * Where the chunks of large results are kept beside Dataclips' own database, such as Cloudflare R2. The database knows
 * which chunks there are; the bucket has their bytes.
 */
export interface ChunkBucket {
  put(key: string, data: Uint8Array): Promise<void>;
  /** The bytes; null: there are none. */
  get(key: string): Promise<Uint8Array | null>;
  /** The keys that begin with this, page by page. */
  list(prefix: string): AsyncIterable<readonly string[]>;
  delete(keys: readonly string[]): Promise<void>;
}

/** Where the store keeps chunks: in the database, or, of large results, in the bucket, if there is one. */
export interface ChunkStore {
  db: OwnPool;
  bucket?: ChunkBucket | undefined;
}

const PREFIX = "results/";

/** The key of a chunk. */
export function chunkKey(resultId: number, number: number): string {
  return `${PREFIX}${resultId}/${number}`;
}

/** Removes the chunks of results that are no more: a result is in the database before its first chunk is in the bucket. */
export async function sweepBucket({ db, bucket }: ChunkStore & { bucket: ChunkBucket }): Promise<void> {
  for await (const keys of bucket.list(PREFIX)) {
    const ids = new Set(keys.map(resultOf));
    const kept = await db
      .select({ id: results.id })
      .from(results)
      .where(inArray(results.id, [...ids]));
    const keptIds = new Set(kept.map(({ id }) => id));
    const gone = keys.filter((key) => !keptIds.has(resultOf(key)));
    if (gone.length > 0) await bucket.delete(gone);
  }
}

function resultOf(key: string): number {
  return Number.parseInt(key.slice(PREFIX.length), 10);
}
