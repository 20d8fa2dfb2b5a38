import type { Database } from "../databases/databases.ts";
import type { Follower } from "../databases/follower.ts";
import { AppError, errorBody, rootCause, toAppError } from "../errors.ts";
import { ON_WORKERS } from "../on-workers.ts";
import type { ChunkStore } from "../results/chunk-bucket.ts";
import { createRecording } from "../results/recording.ts";
import { readChunk } from "../results/read-chunk.ts";
import type { ResultEnd, ResultHead, ResultSource } from "../results/result.ts";
import {
  addResult,
  nextResultNumber,
  removeResult,
  type ResultKey,
  sealResult,
  storeRecording,
} from "../results/store.ts";
import { createSpool } from "../results/spool.ts";
import type { CheckedSql } from "./check-sql.ts";
import { execute, type Executed, type Place } from "./execute.ts";
import { type ParameterValues, parametersKey } from "./parameters.ts";
import type { Queue } from "./queue.ts";
import type { Field } from "../row-stream.ts";
import { failedState, type RunInfo, type RunState, updateRun } from "./run-records.ts";
import { takeTurn } from "./turn.ts";
import { tryElsewhere } from "./try-elsewhere.ts";

/** One execution to be: checked, and with a value for every parameter. */
export interface RunRequest {
  clip: { id: number; slug: string; title: string; maskedParameters: readonly string[] };
  version: number;
  database: Database;
  template: CheckedSql;
  parameters: ParameterValues;
  /** Who wants it, for a fair queue (see {@link Queue}), and for the history: see the table of results. */
  asker: string;
  /** For people's eyes, and where they ask from; this server itself, where nothing is said. */
  askerName?: string | undefined;
  address?: string | null | undefined;
}

/** What a run's result will answer. */
export function resultKey({ clip, database, version, parameters }: RunRequest): ResultKey {
  return { clipId: clip.id, database: database.name, version, parametersKey: parametersKey(parameters) };
}

/** A run on this server, from its start until it is stored or has failed. */
export interface LiveRun {
  key: ResultKey;
  info(): RunInfo;
  /** What it failed with, if it has. */
  failure(): AppError | undefined;
  /** The result, as soon as its columns are known and its first row is there; rejects with what the run failed with. */
  opened: Promise<ResultSource>;
  /** Resolves when nothing is left to do: stored and sealed, or failed, and the session ended. Never rejects. */
  finished: Promise<RunInfo>;
  /** Counts someone who waits for the run; when the last one leaves before the last row came, the run is cancelled. */
  join(): () => void;
  /** Who started it. */
  asker: string;
  /** While the run waits in the queue, it waits as this asker too. */
  waitAs(asker: string): void;
  cancel(): void;
  /** The number of its result, once it has one. */
  resultNumber(): number | undefined;
  /** Whether its last row is there, so that only storing is left. */
  hasAllRows(): boolean;
  /** When its query began on the follower, once it has. */
  startedAt(): Date | undefined;
  /** Whether somebody who asks now may have this run's result: it is under way, or began late enough. */
  canJoin(notBefore: Date): boolean;
}

export interface LiveRunDeps {
  store: ChunkStore;
  queue: Queue;
  id: string;
  createdAt: Date;
  /** Settles when the run's beginning is recorded. */
  recorded: Promise<unknown>;
  /** For what goes wrong where nobody waits for an answer. */
  log: (message: string, error: unknown) => void;
}

/** Starts a run. It goes on by itself; see {@link LiveRun}. */
export function startRun(request: RunRequest, { store, queue, log, id, createdAt, recorded }: LiveRunDeps): LiveRun {
  const { db } = store;
  const { clip, version, database, template, parameters } = request;
  const key = resultKey(request);
  const values = template.parameters.map(({ name }) => parameters[name] ?? null);
  const abort = new AbortController();
  const closings: Promise<void>[] = [];
  const opened = Promise.withResolvers<ResultSource>();
  opened.promise.catch(() => {});
  let state: RunState = "queued";
  let follower: string | null = null;
  let tried: Follower | undefined;
  let head: ResultHead | undefined;
  let end: ResultEnd | undefined;
  let error: AppError | undefined;
  let finishedAt: Date | null = null;
  let waiting = 0;
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
        // What a failed run had is gone: whoever is behind gets what it failed with.
        throw error ?? reason;
      }
    },
    () => resume(),
  );

  const info = (): RunInfo => {
    const position = state === "queued" ? turn.position() : null;
    return {
      id,
      clip: clip.slug,
      version,
      parameters,
      state,
      queue_position: position,
      queue_running: position === null ? null : queue.running,
      row_count: recording.rowCount,
      bytes: recording.bytes,
      duration_ms: end?.durationMs ?? null,
      follower,
      result: state === "done" ? (head?.number ?? null) : null,
      error: error === undefined ? null : errorBody(error).error,
      created_at: createdAt.toISOString(),
      finished_at: finishedAt?.toISOString() ?? null,
    };
  };

  /** Gives the result its number and its columns' types, tells the readers, and begins to store. */
  const open = async (fields: readonly Field[], place: Place): Promise<void> => {
    const [types, number] = await Promise.all([
      database.types(fields.map((field) => field.typeOid)),
      nextResultNumber(db, clip.id),
    ]);
    head = {
      title: clip.title,
      version,
      number,
      database: database.name,
      follower: {
        name: place.follower.name,
        lagSeconds: place.status.lagSeconds,
        lagBytes: place.status.lagBytes,
        walLsn: place.status.walLsn,
      },
      columns: fields.map(({ name, typeOid }) => ({ name, type: types.get(typeOid)! })),
      startedAt: place.startedAt,
    };
    resultId = addResult(db, key, parameters, { asker: request.asker, runId: id }, head);
    resultId.catch(() => {});
    opened.resolve(recording.source(head));
    storing = storeRecording(store, resultId, recording, spool);
    storing.catch((reason) => abort.abort(storeFailed(reason)));
  };

  /** Executes the query on a follower, once; from the first row on, its rows belong to the result. */
  const attempt = async (avoid?: Follower): Promise<void> => {
    let opening: Promise<void> | undefined;
    let begin: (() => Promise<void>) | undefined;
    let place: Place | undefined;
    let pause = (): void => {};
    const executed: Executed = await execute({
      database,
      template,
      values,
      avoid,
      signal: abort.signal,
      onStart: (started, stream) => {
        place = started;
        tried = started.follower;
        follower = started.follower.name;
        pause = stream.pause;
        resume = stream.resume;
      },
      onFields: (fields) => {
        begin = () => {
          opening ??= open(fields, place!);
          opening.catch((reason) => abort.abort(storeFailed(reason)));
          return opening;
        };
      },
      onRows: (frames, rows) => {
        void begin?.();
        recording.append(frames, rows);
        if (recording.isFull()) pause();
      },
      onClosing: (closed) => closings.push(closed),
    });
    if (begin === undefined) throw noColumns();
    end = recording.finish({ ...executed, finishedAt: new Date() });
    await begin();
  };

  const turn = takeTurn(queue, request.asker, abort.signal);
  const perform = async (): Promise<void> => {
    const release = await turn.place;
    try {
      state = "running";
      await tryElsewhere(attempt, {
        tried: () => tried,
        mayRetry: () => !abort.signal.aborted && recording.rowCount === 0,
      });
    } finally {
      void Promise.all(closings).then(release);
    }
    await sealResult(db, await resultId!, end!, await storing!);
  };

  recorded.catch(() => {});

  const conclude = async (): Promise<RunInfo> => {
    try {
      await perform();
      state = "done";
    } catch (failure) {
      error = end === undefined ? toAppError(failure) : storeFailed(failure);
      if (error.code === "internal_error" || error.code === "store_failed") log(`run ${id} failed`, rootCause(error));
      state = failedState(error);
      recording.fail(error);
      opened.reject(error);
      await storing?.catch(() => {});
      await resultId
        ?.then((stored) => removeResult(db, stored))
        .catch((reason) => log(`run ${id}: sweep`, rootCause(reason)));
    }
    await spool?.close();
    finishedAt = new Date();
    try {
      await recorded;
      await updateRun(db, info());
    } catch (failure) {
      log(`run ${id} could not be recorded`, rootCause(failure));
    }
    await Promise.all(closings);
    return info();
  };

  const cancel = (message: string): void => {
    if (end === undefined) abort.abort(new AppError("run_cancelled", message, { hint: "Run it again." }));
  };

  // Readers get a result only with its first row in hand: an error of the query is then a proper status.
  const firstRows = recording.firstRows.then(() => opened.promise);
  firstRows.catch(() => {});

  return {
    key,
    info,
    failure: () => error,
    opened: firstRows,
    finished: conclude(),
    asker: request.asker,
    waitAs: turn.waitAs,
    cancel: () => cancel("The run was cancelled."),
    resultNumber: () => head?.number,
    hasAllRows: () => end !== undefined,
    startedAt: () => head?.startedAt,
    canJoin: (notBefore) =>
      !abort.signal.aborted &&
      error === undefined &&
      (end === undefined || head === undefined || head.startedAt >= notBefore),
    join() {
      waiting++;
      let joined = true;
      return () => {
        if (!joined) return;
        joined = false;
        waiting--;
        if (waiting === 0) cancel("The run was cancelled: nobody was waiting for it any more.");
      };
    },
  };
}

function storeFailed(cause: unknown): AppError {
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
