import type { Log } from "../log.ts";
import type { Follower } from "../databases/follower.ts";
import { AppError } from "../errors.ts";
import { ON_WORKERS } from "../on-workers.ts";
import type { ChunkStore } from "../results/chunk-bucket.ts";
import { readChunk } from "../results/read-chunk.ts";
import { createRecording } from "../results/recording.ts";
import type { ResultEnd, ResultHead, ResultSource } from "../results/result.ts";
import { createSpool } from "../results/spool.ts";
import { addResult, nextResultNumber, removeResult, sealResult, storeRecording } from "../results/store.ts";
import type { Field } from "../row-stream.ts";
import { execute, type Place } from "./execute.ts";
import { resultKey, type RunRequest } from "./run-request.ts";

/** What an attempt needs beside what is to be run. */
export interface AttemptDeps {
  store: ChunkStore;
  /** The run's id. */
  id: string;
  /** Where not to execute it, if there is another follower. */
  avoid: Follower | undefined;
  /** Ends it; its reason is what it fails with. */
  signal: AbortSignal;
  /** The time on the database's clock: see run-clock.ts. */
  now: () => Date;
  /** Called once it executes. */
  onFollower: (follower: Follower) => void;
  /** Called with what settles when the session on the server has ended. */
  onClosing: (closed: Promise<void>) => void;
  log: Log;
}

/** One execution of a run, and the result that it makes. A run that a follower did not let end makes another one. */
export interface Attempt {
  /** Rows and bytes so far. */
  progress(): { rowCount: number; bytes: number };
  /** Known once the first row is there. */
  head(): ResultHead | undefined;
  /** Known once the last row is there. */
  end(): ResultEnd | undefined;
  /** The result, with its first row in hand; rejects with what the attempt failed with. */
  opened: Promise<ResultSource>;
  /** Resolves when the last row is there. */
  executed: Promise<void>;
  /** Stores what is not stored yet, and seals the result: from then on it is served. */
  seal(): Promise<void>;
  /** Readers get what it failed with; nothing of the result is left. Never rejects. */
  discard(reason: AppError): Promise<void>;
  /** Lets go of what it has on this server's disk. */
  close(): Promise<void>;
}

/** Begins to execute. It goes on by itself; its owner seals or discards it, and then closes it. */
export function startAttempt(request: RunRequest, deps: AttemptDeps): Attempt {
  const { store, id, now, log } = deps;
  /** Aborted when the result cannot be stored. */
  const unstored = new AbortController();
  const failStore = (reason: unknown): void => unstored.abort(storeFailed(reason));
  const { clip, version, database, template, parameters, asker } = request;
  const opened = Promise.withResolvers<ResultSource>();
  opened.promise.catch(() => {});
  let head: ResultHead | undefined;
  let end: ResultEnd | undefined;
  let failure: AppError | undefined;
  /** Settles when the result has its number and its row in the store, and is being stored. */
  let opening: Promise<void> | undefined;
  let resultId: Promise<number> | undefined;
  let storing: Promise<number> | undefined;
  let resume = (): void => {};

  // A file of Workers would be in their memory.
  const spool = ON_WORKERS ? null : createSpool();
  const recording = createRecording(
    async (chunk) => {
      try {
        return await (spool?.read(chunk) ?? readChunk(store, await resultId!, chunk));
      } catch (reason) {
        // What a failed attempt had is gone: readers that are behind get its error.
        throw failure ?? reason;
      }
    },
    () => resume(),
  );

  /** Gives the result its number and its columns' types, tells the readers, and begins to store. */
  const open = async (fields: readonly Field[], { follower, status }: Place, started: Started): Promise<void> => {
    const [types, number] = await Promise.all([
      database.types(fields.map((field) => field.typeOid)),
      nextResultNumber(store.db, clip.id),
    ]);
    const { lagSeconds, lagBytes, walLsn } = status;
    head = {
      title: clip.title,
      version,
      number,
      database: database.name,
      follower: { name: follower.name, lagSeconds, lagBytes, walLsn },
      columns: fields.map(({ name, typeOid }) => ({ name, type: types.get(typeOid)! })),
      ...started,
    };
    resultId = addResult(store.db, resultKey(request), parameters, { asker, runId: id }, head);
    resultId.catch(() => {});
    opened.resolve(recording.source(head));
    storing = storeRecording(store, resultId, recording, spool);
    storing.catch(failStore);
  };

  const perform = async (): Promise<void> => {
    let begin: (() => Promise<void>) | undefined;
    let place: Place | undefined;
    let started: Started | undefined;
    let pause = (): void => {};
    const executed = await execute({
      database,
      template,
      values: template.parameters.map(({ name }) => parameters[name] ?? null),
      avoid: deps.avoid,
      signal: AbortSignal.any([deps.signal, unstored.signal]),
      onStart: (found, stream) => {
        place = found;
        started = { startedAt: now(), startedMs: performance.now() };
        deps.onFollower(found.follower);
        ({ pause, resume } = stream);
      },
      onFields: (fields) => {
        begin = () => {
          opening ??= open(fields, place!, started!);
          opening.catch(failStore);
          return opening;
        };
      },
      onRows: (frames, rows) => {
        void begin?.();
        recording.append(frames, rows);
        if (recording.isFull()) pause();
      },
      onClosing: deps.onClosing,
    });
    if (begin === undefined) throw noColumns();
    end = recording.finish({ ...executed, finishedAt: now() });
    await begin();
  };

  // Readers get a result only with its first row in hand: an error of the query is then a proper status.
  const firstRows = recording.firstRows.then(() => opened.promise);
  firstRows.catch(() => {});

  return {
    progress: () => ({ rowCount: recording.rowCount, bytes: recording.bytes }),
    head: () => head,
    end: () => end,
    opened: firstRows,
    executed: perform(),
    async seal() {
      await sealResult(store.db, await resultId!, end!, await storing!);
    },
    async discard(reason) {
      failure = reason;
      recording.fail(reason);
      opened.reject(reason);
      // It may just be getting its row in the store: that would stay.
      await opening?.catch(() => {});
      await storing?.catch(() => {});
      const stored = await resultId?.catch(() => undefined);
      if (stored === undefined) return;
      await removeResult(store.db, stored).catch((error: unknown) =>
        log.error("result_not_removed", error, { run: id }),
      );
    },
    close: async () => spool?.close(),
  };
}

type Started = Pick<ResultHead, "startedAt" | "startedMs">;

/** What a run fails with whose result cannot be stored. */
export function storeFailed(cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  return new AppError("store_failed", "The result could not be stored, so it was not kept.", {
    hint: "Try again in a moment. If it happens again, look at Dataclips' own database: its log, and its disk.",
    retryAfterSeconds: 10,
    cause,
  });
}

/** What a statement that gives no columns fails with. */
export function noColumns(): AppError {
  return new AppError("query_failed", "The query returns no rows.", { hint: "A clip is a SELECT." });
}
