import { and, desc, eq, gte, inArray, isNotNull, isNull, lt, ne, notExists, type SQL, sql } from "drizzle-orm";
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

/** Seals a result: from now on it is served. Rejects if it is not there any more. */
export async function sealResult(db: OwnDatabase, id: number, end: ResultEnd, chunkCount: number): Promise<void> {
  const sealed = await db
    .update(results)
    .set({ ...end, chunkCount, sealedAt: sql`now()` })
    .where(eq(results.id, id))
    .returning({ id: results.id });
  if (sealed.length === 0) throw new Error("The result was removed while it was being stored.");
}

/** Removes a result that will not be sealed, with its chunks. */
export async function removeResult(db: OwnDatabase, id: number): Promise<void> {
  await db.delete(results).where(eq(results.id, id));
}

/** Removes what runs left that could not be stored, or whose server died: results that are not sealed and never will be. */
export async function sweepUnsealed(db: OwnDatabase): Promise<void> {
  const underWay = db
    .select({ id: runs.id })
    .from(runs)
    .where(and(eq(runs.id, results.runId), inArray(runs.state, ["queued", "running"])));
  await db.delete(results).where(and(isNull(results.sealedAt), notExists(underWay)));
}

/** A result that claims to be from later than now by more than this has been made under a clock that was wrong. */
const MOST_AHEAD_MS = 5_000;

/** A result's row, and its age by the database's clock. */
const RESULT = {
  row: results,
  ageMs: sql<number>`(extract(epoch FROM clock_timestamp() - ${results.startedAt}) * 1000)::float8`,
};

/**
 * The sealed results that a condition holds for, in an order; the first one.
 * @param order such as the newest number first
 */
export async function findFirstResult(
  db: OwnDatabase,
  where: SQL | undefined,
  ...order: SQL[]
): Promise<StoredResult | undefined> {
  const [found] = await db
    .select(RESULT)
    .from(results)
    .where(and(where, isNotNull(results.sealedAt)))
    .orderBy(...order)
    .limit(1);
  return found && toStoredResult(found.row, found.ageMs);
}

/** The newest sealed result of a key: that with the highest number, whatever the clocks of the servers said. */
export async function findNewestResult(db: OwnDatabase, key: ResultKey): Promise<StoredResult | undefined> {
  const ofKey = and(
    eq(results.clipId, key.clipId),
    eq(results.database, key.database),
    eq(results.version, key.version),
    eq(results.parametersKey, key.parametersKey),
  );
  return findFirstResult(db, ofKey, desc(results.number));
}

/** Whether no other stored result of a clip began in the same second, which is as exact as HTTP's times are. */
export async function isOnlyOfSecond(
  db: OwnDatabase,
  clipId: number,
  { number, startedAt }: Pick<ResultHead, "number" | "startedAt">,
): Promise<boolean> {
  const second = new Date(Math.floor(startedAt.getTime() / 1000) * 1000);
  const others = and(
    eq(results.clipId, clipId),
    ne(results.number, number),
    gte(results.startedAt, second),
    lt(results.startedAt, new Date(second.getTime() + 1000)),
  );
  return (await findFirstResult(db, others)) === undefined;
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
  return findFirstResult(db, and(eq(results.clipId, clipId), eq(results.number, number)));
}

/** A stored result, to be written in any format; small ones are read once and then kept in memory. @throws AppError store_failed for one in a bucket that is not here */
export async function openStored(store: ChunkStore, cache: ResultCache, stored: StoredResult): Promise<ResultSource> {
  if (!cache.fits(stored)) {
    await checkReadable(store, stored);
    return storedSource(store, stored);
  }
  const cached = cache.get(stored.key.clipId, stored.head.number);
  const frames = cached?.frames ?? (await readAll(store, stored));
  if (cached === undefined) cache.add({ result: stored, frames });
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

function toStoredResult(row: typeof results.$inferSelect, ageMs: number): StoredResult {
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
      startedMs: ageMs < -MOST_AHEAD_MS ? -Infinity : performance.now() - Math.max(0, ageMs),
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
