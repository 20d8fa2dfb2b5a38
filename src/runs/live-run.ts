import type { Log } from "../log.ts";
import type { Follower } from "../databases/follower.ts";
import { AppError, errorBody, toAppError } from "../errors.ts";
import type { ChunkStore } from "../results/chunk-bucket.ts";
import type { ResultEnd, ResultHead, ResultSource } from "../results/result.ts";
import type { ResultKey } from "../results/store.ts";
import { type Attempt, startAttempt, storeFailed } from "./attempt.ts";
import type { Queue } from "./queue.ts";
import { failedState, type RunInfo, type RunState, updateRun } from "./run-records.ts";
import { resultKey, type RunRequest } from "./run-request.ts";
import { takeTurn } from "./turn.ts";
import { tryElsewhere } from "./try-elsewhere.ts";

/** A run on this server, from its start until it is stored or has failed. */
export interface LiveRun {
  key: ResultKey;
  info(): RunInfo;
  /** What it failed with, if it has. */
  failure(): AppError | undefined;
  /**
   * The result, as soon as its columns are known and its first row is there; rejects with what the run failed with. From
   * then on the run cannot begin again on another follower.
   */
  open(): Promise<ResultSource>;
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
  /** When its query began on the follower, once it has, by `performance.now()`. */
  startedMs(): number | undefined;
  /** Milliseconds since it was asked for. */
  elapsedMs(): number;
  /** Whether somebody who asks now may have this run's result: it is under way, or began late enough. */
  canJoin(notBeforeMs: number): boolean;
}

export interface LiveRunDeps {
  store: ChunkStore;
  queue: Queue;
  id: string;
  /** The run's clock, and its time when the run was recorded. */
  now: () => Date;
  createdAt: Date;
  /** Called when its result is stored, and from then on the newest. */
  onStored: () => void;
  /** For what goes wrong where nobody waits for an answer. */
  log: Log;
}

/** Starts a run that is recorded. It goes on by itself; see {@link LiveRun}. */
export function startRun(request: RunRequest, deps: LiveRunDeps): LiveRun {
  const { store, queue, log, id, now, createdAt } = deps;
  const { clip, version, parameters } = request;
  const abort = new AbortController();
  const closings: Promise<void>[] = [];
  const opened = Promise.withResolvers<ResultSource>();
  opened.promise.catch(() => {});
  let state: RunState = "queued";
  let follower: Follower | undefined;
  let current: Attempt | undefined;
  /** Of the attempt whose result is there; readers have the source once one has asked for it. */
  let ready: ResultSource | undefined;
  let asked = false;
  let shown = false;
  let error: AppError | undefined;
  let finishedAt: Date | null = null;
  let waiting = 0;

  const head = (): ResultHead | undefined => current?.head();
  const end = (): ResultEnd | undefined => current?.end();

  const info = (): RunInfo => {
    const position = state === "queued" ? turn.position() : null;
    const { rowCount, bytes } = current?.progress() ?? { rowCount: 0, bytes: 0 };
    return {
      id,
      clip: clip.slug,
      version,
      parameters,
      state,
      queue_position: position,
      queue_running: position === null ? null : queue.running,
      row_count: rowCount,
      bytes,
      duration_ms: end()?.durationMs ?? null,
      follower: follower?.name ?? null,
      result: state === "done" ? (head()?.number ?? null) : null,
      error: error === undefined ? null : errorBody(error).error,
      created_at: createdAt.toISOString(),
      finished_at: finishedAt?.toISOString() ?? null,
    };
  };

  /** Gives the result to those who have asked for it, once both are there. */
  const show = (): void => {
    if (!asked || ready === undefined) return;
    shown = true;
    opened.resolve(ready);
  };

  /** Executes the query on a follower, once. What an earlier attempt produced is thrown away: no one was sent any of it. */
  const attempt = async (avoid?: Follower): Promise<void> => {
    if (current !== undefined) {
      await current.discard(new AppError("internal_error", "The run began again on another follower."));
      await current.close();
    }
    const begun = startAttempt(request, {
      store,
      id,
      avoid,
      signal: abort.signal,
      now,
      log,
      onFollower: (found) => void (follower = found),
      onClosing: (closed) => closings.push(closed),
    });
    current = begun;
    let failed = false;
    const showOpened = async (): Promise<void> => {
      const source = await begun.opened;
      if (failed) return;
      ready = source;
      show();
    };
    showOpened().catch(() => {});
    try {
      await begun.executed;
    } catch (failure) {
      failed = true;
      ready = undefined;
      throw failure;
    }
  };

  const turn = takeTurn(queue, request.asker, abort.signal);
  const perform = async (): Promise<void> => {
    const release = await turn.place;
    try {
      state = "running";
      const { followers } = request.database;
      await tryElsewhere(attempt, {
        followers,
        tried: () => follower,
        mayRetry: () => !abort.signal.aborted && !shown,
      });
    } finally {
      void Promise.all(closings).then(release);
    }
    await current!.seal();
    deps.onStored();
  };

  const conclude = async (): Promise<RunInfo> => {
    try {
      await perform();
      state = "done";
    } catch (failure) {
      error = end() === undefined ? toAppError(failure) : storeFailed(failure);
      if (error.code === "internal_error" || error.code === "store_failed") log.error("run_failed", error, { run: id });
      state = failedState(error);
      opened.reject(error);
      await current?.discard(error);
    }
    await current?.close();
    finishedAt = now();
    await updateRun(store.db, info()).catch((reason: unknown) => log.error("run_not_recorded", reason, { run: id }));
    await Promise.all(closings);
    return info();
  };

  const cancel = (message: string): void => {
    if (end() === undefined) abort.abort(new AppError("run_cancelled", message, { hint: "Run it again." }));
  };

  const beganMs = performance.now();
  return {
    key: resultKey(request),
    info,
    failure: () => error,
    open() {
      asked = true;
      show();
      return opened.promise;
    },
    finished: conclude(),
    asker: request.asker,
    waitAs: turn.waitAs,
    cancel: () => cancel("The run was cancelled."),
    resultNumber: () => head()?.number,
    hasAllRows: () => end() !== undefined,
    startedMs: () => head()?.startedMs,
    elapsedMs: () => performance.now() - beganMs,
    canJoin: (notBeforeMs) =>
      !abort.signal.aborted &&
      error === undefined &&
      (end() === undefined || head() === undefined || head()!.startedMs >= notBeforeMs),
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
