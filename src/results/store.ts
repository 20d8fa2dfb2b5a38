import { and, desc, eq, gte, inArray, isNotNull, isNull, lt, sql } from "drizzle-orm";
import { AppError } from "../errors.ts";
import type { OwnDatabase } from "../own-database.ts";
import { clips, resultChunks, results, runs } from "../tables.ts";
import type { ResultCache } from "./cache.ts";
import { type ChunkStore, chunkKey } from "./chunk-bucket.ts";
import { isElsewhere, readChunk, readCompressed } from "./read-chunk.ts";
import { CODECS, DEFAULT_CODEC } from "./codecs.ts";
import type { Chunk, Recording } from "./recording.ts";
import type { ResultEnd, ResultHead, ResultSource } from "./result.ts";
import type { Spool } from "./spool.ts";

/** A sealed result as the store lists it. */
export interface StoredResult {
  id: number;
  key: ResultKey;
  head: ResultHead;
  end: ResultEnd;
  chunkCount: number;
  parameters: Readonly<Record<string, string | null>>;
}

/** What a result answers: one version of a clip, on one database, with one set of parameter values. */
export interface ResultKey {
  clipId: number;
  database: string;
  version: number;
  parametersKey: string;
}

/** Gives out the next result number of a clip. */
export async function nextResultNumber(db: OwnDatabase, clipId: number): Promise<number> {
  const [row] = await db
    .update(clips)
    .set({ lastResult: sql`${clips.lastResult} + 1` })
    .where(eq(clips.id, clipId))
    .returning({ number: clips.lastResult });
  if (row === undefined) throw new AppError("not_found", "The clip is gone.");
  return row.number;
}

/**
 * Adds a result that is not sealed yet, and so is served to nobody; returns its id.
 * @param origin who or what asked for it, and the run that makes it: see the table
 */
export async function addResult(
  db: OwnDatabase,
  key: ResultKey,
  parameters: StoredResult["parameters"],
  origin: { asker: string; runId: string },
  head: ResultHead,
): Promise<number> {
  const [row] = await db
    .insert(results)
    .values({
      ...key,
      parameters,
      ...origin,
      number: head.number,
      title: head.title,
      follower: head.follower.name,
      lagSeconds: head.follower.lagSeconds,
      lagBytes: head.follower.lagBytes,
      walLsn: head.follower.walLsn,
      columns: head.columns,
      startedAt: head.startedAt,
    })
    .returning({ id: results.id });
  return row!.id;
}

/**
 * Stores a recording; resolves with the count of its chunks when the last one is in. While the run goes on, chunks that
 * are too many for memory are only spooled: compressing and inserting them at the same time was measured to cost a
 * third of the run's throughput on two cores.
 * @param spool null where there is no disk: such chunks are then stored at once
 */
export async function storeRecording(
  store: ChunkStore,
  resultId: Promise<number>,
  recording: Recording,
  spool: Spool | null,
): Promise<number> {
  const spooled: Omit<Chunk, "buffer">[] = [];
  let stored = 0;
  for (let chunk = await recording.takeOverflow(); chunk !== null; chunk = await recording.takeOverflow()) {
    const { number, firstRow, firstByte, bytes } = chunk;
    if (spool === null) {
      await storeChunk(store, await resultId, chunk, true);
      stored++;
    } else {
      await spool.write(chunk);
      spooled.push({ number, firstRow, firstByte, bytes });
    }
    recording.saved(chunk);
  }
  const id = await resultId;
  for (const chunk of spooled)
    await storeChunk(store, id, { ...chunk, buffer: await spool!.read(chunk.number)! }, true);
  const rest = recording.rest();
  const isLarge = spooled.length + stored > 0;
  for (const chunk of rest) await storeChunk(store, id, chunk, isLarge);
  return stored + spooled.length + rest.length;
}

/** @param isLarge whether the result is one that a bucket is for: more than memory keeps of it */
async function storeChunk(
  { db, bucket }: ChunkStore,
  resultId: number,
  { buffer, ...chunk }: Chunk,
  isLarge: boolean,
): Promise<void> {
  const compressed = await CODECS[DEFAULT_CODEC].compress(buffer.subarray(0, chunk.bytes));
  const inBucket = isLarge && bucket !== undefined;
  if (inBucket) await bucket.put(chunkKey(resultId, chunk.number), compressed);
  const data = inBucket ? null : compressed;
  await db.insert(resultChunks).values({ ...chunk, resultId, codec: DEFAULT_CODEC, data });
}

/** Seals a result: from now on it is served. */
export async function sealResult(db: OwnDatabase, id: number, end: ResultEnd, chunkCount: number): Promise<void> {
  await db
    .update(results)
    .set({ ...end, chunkCount, sealedAt: new Date() })
    .where(eq(results.id, id));
}

/** Removes a result that will not be sealed, with its chunks. */
export async function removeResult(db: OwnDatabase, id: number): Promise<void> {
  await db.delete(results).where(eq(results.id, id));
}

/** After so long a result that is not sealed will not be: no run takes an hour and its storing another. */
const UNSEALED_MS = 2 * 3_600_000;

/**
 * Removes what servers that died left of results they were storing.
 * @param alone whether no other server uses the database: then nothing unsealed is still being stored
 */
export async function sweepUnsealed(db: OwnDatabase, alone: boolean): Promise<void> {
  const old = alone ? undefined : lt(results.startedAt, new Date(Date.now() - UNSEALED_MS));
  await db.delete(results).where(and(isNull(results.sealedAt), old));
}

/** The newest sealed result of a key that started after a time. */
export async function findNewestResult(
  db: OwnDatabase,
  key: ResultKey,
  after: Date | null,
): Promise<StoredResult | undefined> {
  const [row] = await db
    .select()
    .from(results)
    .where(
      and(
        eq(results.clipId, key.clipId),
        eq(results.database, key.database),
        eq(results.version, key.version),
        eq(results.parametersKey, key.parametersKey),
        isNotNull(results.sealedAt),
        after === null ? undefined : gte(results.startedAt, after),
      ),
    )
    .orderBy(desc(results.startedAt))
    .limit(1);
  return row && toStoredResult(row);
}

/** Whether a result is there that a run under way is storing, on whatever server. */
export async function isBeingStored(db: OwnDatabase, clipId: number, number: number): Promise<boolean> {
  const rows = await db
    .select({ id: results.id })
    .from(results)
    .innerJoin(runs, eq(runs.id, results.runId))
    .where(
      and(
        eq(results.clipId, clipId),
        eq(results.number, number),
        isNull(results.sealedAt),
        inArray(runs.state, ["queued", "running"]),
      ),
    );
  return rows.length > 0;
}

/** A clip's sealed result by its number. */
export async function findResult(db: OwnDatabase, clipId: number, number: number): Promise<StoredResult | undefined> {
  const [row] = await db
    .select()
    .from(results)
    .where(and(eq(results.clipId, clipId), eq(results.number, number), isNotNull(results.sealedAt)));
  return row && toStoredResult(row);
}

/** A stored result, to be written in any format; small ones are read once and then kept in memory. @throws AppError store_failed for one in a bucket that is not here */
export async function openStored(store: ChunkStore, cache: ResultCache, stored: StoredResult): Promise<ResultSource> {
  if (!cache.fits(stored)) {
    await checkReadable(store, stored);
    return storedSource(store, stored);
  }
  const cached = cache.get(stored.key.clipId, stored.head.number);
  const frames = cached?.frames ?? (await readAll(store, stored));
  if (cached === undefined) cache.add({ key: stored.key, result: stored, frames });
  return {
    head: stored.head,
    end: Promise.resolve(stored.end),
    async *frames() {
      yield frames;
    },
  };
}

/** Before the first byte goes out: a result that is in a bucket at all, is there with its first chunk. */
async function checkReadable({ db, bucket }: ChunkStore, { id, chunkCount }: StoredResult): Promise<void> {
  if (bucket !== undefined || chunkCount < 2) return;
  const rows = await db
    .select({ number: resultChunks.number })
    .from(resultChunks)
    .where(and(eq(resultChunks.resultId, id), eq(resultChunks.number, 0), isNull(resultChunks.data)));
  if (rows.length > 0) throw isElsewhere();
}

async function readAll(store: ChunkStore, stored: StoredResult): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of storedSource(store, stored).frames()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Reads chunk after chunk, one ahead of the reader. */
function storedSource(store: ChunkStore, { id, head, end, chunkCount }: StoredResult): ResultSource {
  return {
    head,
    end: Promise.resolve(end),
    chunks: { count: chunkCount, read: (number) => readCompressed(store, id, number) },
    async *frames() {
      let next = chunkCount > 0 ? readChunk(store, id, 0) : undefined;
      for (let number = 1; next !== undefined; number++) {
        const frames = await next;
        next = number < chunkCount ? readChunk(store, id, number) : undefined;
        // The reader may leave before it takes this one: its failure is then nobody's.
        next?.catch(() => {});
        yield frames;
      }
    },
  };
}

/** A sealed result from its row. */
export function toStoredResult(row: typeof results.$inferSelect): StoredResult {
  return {
    id: row.id,
    key: { clipId: row.clipId, database: row.database, version: row.version, parametersKey: row.parametersKey },
    parameters: row.parameters,
    chunkCount: row.chunkCount!,
    head: {
      title: row.title,
      version: row.version,
      number: row.number,
      database: row.database,
      follower: { name: row.follower, lagSeconds: row.lagSeconds, lagBytes: row.lagBytes, walLsn: row.walLsn },
      columns: row.columns,
      startedAt: row.startedAt,
    },
    end: {
      finishedAt: row.finishedAt!,
      durationMs: row.durationMs!,
      rowCount: row.rowCount!,
      bytes: row.bytes!,
      sha256: row.sha256!,
      truncated: row.truncated!,
    },
  };
}
