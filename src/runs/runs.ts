import type { Log } from "../log.ts";
import { randomUUID } from "node:crypto";
import type { Database } from "../databases/databases.ts";
import { AppError, toAppError } from "../errors.ts";
import type { OwnChanges } from "../own-changes.ts";
import type { OwnPool } from "../own-database.ts";
import type { FinishedRun, OnFinished } from "./finished-run.ts";
import { type LiveRun, startRun } from "./live-run.ts";
import type { ChunkBucket } from "../results/chunk-bucket.ts";
import { createQueue, type Queue } from "./queue.ts";
import { createRunClock } from "./run-clock.ts";
import { resultKey, type RunRequest } from "./run-request.ts";
import {
  addRun,
  findRunOwner,
  type NewRun,
  readElapsed,
  readRun,
  requestCancel,
  type RunInfo,
  type RunOwner,
} from "./run-records.ts";
import { watchRun } from "./watch-run.ts";

/** A refresh that failed is not tried again for so long, however many ask for the result. */
const REFRESH_PAUSE_MS = 10_000;
/** A run that is over is remembered for so long, for those who have looked for its result a moment too early. */
const OVER_MS = 5_000;
/** The most failures of refreshes that are remembered. */
const MOST_FAILURES = 1000;

/** A run on this server that one waits for, or the number of the result that another server's run, or one just over, has made. */
export type Joined = { run: LiveRun; leave: () => void } | { result: number };

/** The runs of this server: the one door to a follower for users' SQL. */
export interface Runs {
  /**
   * Starts a run of its own, whatever else is under way, once it is recorded.
   * @param record in place of recording it alone; what this rejects with, start() does
   */
  start(request: RunRequest, record?: (run: NewRun) => Promise<Date>): Promise<LiveRun>;
  /**
   * Joins the run under way for the same version, parameters and database, on whatever server, or starts it (single
   * flight). One whose last row has come, or that was over a moment ago, is joined if it began not before a time: two
   * that look for a result at the same moment get one. The caller leaves it once, when it is done with it.
   * @param notBeforeMs the time, by `performance.now()`
   * @param signal ends the waiting for another server's run
   * @param onElsewhere told the id of another server's run, before it is waited for
   * @throws AppError as that run failed
   */
  joinOrStart(
    request: RunRequest,
    notBeforeMs: number,
    signal?: AbortSignal,
    onElsewhere?: (id: string) => void,
  ): Promise<Joined>;
  /** Joins a run under way on this server by its id, as joinOrStart does; null if there is none here. */
  join(id: string, asker: string): Extract<Joined, { run: unknown }> | null;
  /** Whether joinOrStart would join a run that is under way here, or about to be. */
  isUnderWay(request: RunRequest, notBeforeMs: number): boolean;
  /** Has the result refreshed in the background, unless that is under way, or has just failed. */
  refresh(request: RunRequest): void;
  /** Waits until the result with this number is stored, if a run here is about to do that. */
  whenStored(clipId: number, result: number): Promise<void>;
  /** The runs under way on this server. */
  ids(): string[];
  /** Milliseconds since a run was asked for, on whatever server; 0 if there is no such run. */
  elapsedMs(id: string): Promise<number>;
  /** Of which clip a run is, on whatever server, and who started it; null if there is no such run. */
  owner(id: string): Promise<RunOwner | null>;
  /** @throws AppError not_found */
  get(id: string): Promise<RunInfo>;
  /** Cancels a run, on whatever server; one that has ended stays as it is. @throws AppError not_found */
  cancel(id: string): Promise<RunInfo>;
  queue(database: Database): Queue;
  /** Has {@link drain} wait for something else too, that settles by itself, and soon once it is cancelled. */
  hold(work: Promise<unknown>, cancel?: () => void): void;
  /** Waits until the runs that have all their rows are stored, so that every server sees them as over. */
  stored(): Promise<void>;
  /** Waits until no run is under way; after `patienceMs` those that are left are cancelled. */
  drain(patienceMs: number): Promise<void>;
}

export function createRuns({
  db,
  bucket,
  log,
  onFinished,
  changes,
  failedAt = new Map(),
}: {
  db: OwnPool;
  bucket?: ChunkBucket | undefined;
  log: Log;
  onFinished?: OnFinished | undefined;
  /** Told of each result that is stored. */
  changes?: Pick<OwnChanges, "changed"> | undefined;
  /** When a refresh last failed, by key: where each request has runs of its own, what they share. */
  failedAt?: Map<string, number>;
}): Runs {
  const live = new Map<string, LiveRun>();
  const byKey = new Map<string, LiveRun>();
  /** Flights that are being claimed in the database, by key. */
  const starting = new Map<string, Promise<LiveRun | string>>();
  /** The results of runs that were over a moment ago, by key. */
  const over = new Map<string, { result: number; startedMs: number }>();
  const queues = new Map<string, Queue>();
  /** What is still being told of runs that are over. */
  const telling = new Set<Promise<void>>();
  /** What else is under way, and what cancels it. */
  const held = new Map<Promise<unknown>, () => void>();
  /** Whether nothing is waited for any longer: what still begins is cancelled at once. */
  let cutting = false;

  const queueOf = ({ name, maxRuns }: Database): Queue => {
    const queue = queues.get(name) ?? createQueue(name, maxRuns);
    queues.set(name, queue);
    return queue;
  };

  const hold: Runs["hold"] = (work, cancel = () => {}) => {
    const settled: Promise<unknown> = work.catch(() => {}).finally(() => held.delete(settled));
    held.set(settled, cancel);
    if (cutting) cancel();
  };

  const tell = (request: RunRequest, info: RunInfo): void => {
    if (onFinished === undefined) return;
    const told = onFinished(finishedRun(request, info)).finally(() => telling.delete(told));
    telling.add(told);
  };

  const remember = (key: string, made: { result: number; startedMs: number }): void => {
    over.set(key, made);
    setTimeout(() => over.get(key) === made && over.delete(key), OVER_MS).unref();
  };

  const keep = (request: RunRequest, id: string, createdAt: Date, now: () => Date): LiveRun => {
    const run = startRun(request, {
      store: { db, bucket },
      log,
      queue: queueOf(request.database),
      id,
      createdAt,
      now,
      onStored: () => changes?.changed(request.clip.id),
    });
    const key = JSON.stringify(run.key);
    live.set(id, run);
    byKey.set(key, run);
    if (cutting) run.cancel();
    const forget = async (): Promise<void> => {
      const info = await run.finished;
      tell(request, info);
      if (info.result !== null) remember(key, { result: info.result, startedMs: run.startedMs()! });
      live.delete(id);
      if (byKey.get(key) === run) byKey.delete(key);
    };
    void forget();
    return run;
  };

  /** Records a run and begins it; or the id of the run that has its flight already. */
  const begin = async (
    request: RunRequest,
    flight: string | null,
    record: (run: NewRun) => Promise<Date | string>,
  ): Promise<LiveRun | string> => {
    const { clip, version, parameters, asker } = request;
    const id = randomUUID();
    const sentMs = performance.now();
    const recording = record({ id, clipId: clip.id, version, parameters, asker, flight });
    // drain() waits for runs that are about to begin, too.
    hold(recording);
    const recorded = await recording;
    if (typeof recorded === "string") return recorded;
    return keep(request, id, recorded, createRunClock(recorded, sentMs));
  };

  /** What cannot be recorded can still be run, for those who wait for it; its times are then this server's own. */
  const recordIfPossible = async (run: NewRun): Promise<Date | string> => {
    try {
      return await addRun(db, run);
    } catch (error) {
      log.error("run_not_recorded", error, { run: run.id });
      return new Date();
    }
  };

  /** A run of one's own with the flight, or the id of another server's that has it. */
  const claim = async (request: RunRequest, key: string): Promise<LiveRun | string> => {
    for (;;) {
      // As they are now: one that has the flight may be over, and forgotten here, when that comes to be known.
      const here = new Map(live);
      const begun = await begin(request, key, recordIfPossible);
      if (typeof begun !== "string") return begun;
      const ours = here.get(begun);
      if (ours === undefined) return begun;
      // It began too early, and is storing its result, or has just failed: it is over in a moment.
      await ours.finished;
    }
  };

  const joinHere = async (request: RunRequest, key: string, notBeforeMs: number): Promise<LiveRun | string> => {
    const run = byKey.get(key);
    if (run?.canJoin(notBeforeMs)) return run;
    let claimed = starting.get(key);
    if (claimed === undefined) {
      claimed = claim(request, key).finally(() => starting.delete(key));
      starting.set(key, claimed);
    }
    return claimed;
  };

  const joinOrStart: Runs["joinOrStart"] = async (request, notBeforeMs, signal, onElsewhere) => {
    const key = JSON.stringify(resultKey(request));
    for (;;) {
      const made = byKey.has(key) || starting.has(key) ? undefined : over.get(key);
      if (made !== undefined && made.startedMs >= notBeforeMs) return { result: made.result };
      const run = await joinHere(request, key, notBeforeMs);
      if (typeof run !== "string") return joinAs(run, request.asker);
      onElsewhere?.(run);
      const { state, result, error } = await watchRun(db, run, signal);
      if (state === "done" && result !== null) return { result };
      // Nobody there waits any more, or its server has died: that is no reason not to run it here.
      if (state === "cancelled" || error === null || error.code === "internal_error") continue;
      throw new AppError(error.code, error.message, error);
    }
  };

  return {
    async start(request, record) {
      const begun = begin(request, null, record ?? recordIfPossible);
      hold(begun);
      // It has no flight that another run could have.
      return (await begun) as LiveRun;
    },
    joinOrStart,
    join(id, asker) {
      const run = live.get(id);
      return run === undefined ? null : joinAs(run, asker);
    },
    isUnderWay(request, notBeforeMs) {
      const key = JSON.stringify(resultKey(request));
      return starting.has(key) || byKey.get(key)?.canJoin(notBeforeMs) === true;
    },
    refresh(request) {
      const key = JSON.stringify(resultKey(request));
      if (starting.has(key) || byKey.has(key)) return;
      if (performance.now() - (failedAt.get(key) ?? -Infinity) < REFRESH_PAUSE_MS) return;
      const wait = async (): Promise<void> => {
        try {
          const joined = await joinOrStart(request, performance.now());
          if (!("run" in joined)) return;
          await joined.run.finished;
          joined.leave();
          const failure = joined.run.failure();
          if (failure) throw failure;
          failedAt.delete(key);
        } catch (error) {
          failedAt.delete(key);
          failedAt.set(key, performance.now());
          for (const oldest of failedAt.keys()) {
            if (failedAt.size <= MOST_FAILURES) break;
            failedAt.delete(oldest);
          }
          if (toAppError(error).code === "internal_error")
            log.error("refresh_failed", error, { clip: request.clip.slug });
        }
      };
      hold(wait());
    },
    async whenStored(clipId, result) {
      const run = [...live.values()].find(
        ({ key, resultNumber }) => key.clipId === clipId && resultNumber() === result,
      );
      await run?.finished;
    },
    ids: () => [...live.keys()],
    elapsedMs: async (id) => live.get(id)?.elapsedMs() ?? readElapsed(db, id),
    async owner(id) {
      const run = live.get(id);
      return run ? { clipId: run.key.clipId, asker: run.asker } : findRunOwner(db, id);
    },
    get: async (id) => live.get(id)?.info() ?? readRun(db, id),
    async cancel(id) {
      const run = live.get(id);
      if (run) {
        run.cancel();
        return run.finished;
      }
      await readRun(db, id);
      await requestCancel(db, id);
      return watchRun(db, id, undefined);
    },
    queue: queueOf,
    hold,
    async stored() {
      await Promise.all([...live.values()].filter((run) => run.hasAllRows()).map((run) => run.finished));
    },
    async drain(patienceMs) {
      const timer = setTimeout(() => {
        cutting = true;
        live.forEach((run) => run.cancel());
        held.forEach((cancel) => cancel());
      }, patienceMs);
      while (live.size + telling.size + held.size > 0) {
        await Promise.all([...live.values()].map((run) => run.finished));
        await Promise.all(telling);
        await Promise.all(held.keys());
      }
      clearTimeout(timer);
      cutting = false;
    },
  };
}

function joinAs(run: LiveRun, asker: string): Extract<Joined, { run: unknown }> {
  run.waitAs(asker);
  return { run, leave: run.join() };
}

function finishedRun(request: RunRequest, info: RunInfo): FinishedRun {
  const { clip, version, database, parameters, asker, askerName = "", address = null } = request;
  return {
    id: info.id,
    clipId: clip.id,
    version,
    database: database.name,
    parameters,
    maskedParameters: clip.maskedParameters,
    asker,
    askerName,
    address,
    state: info.state,
    follower: info.follower,
    result: info.result,
    rowCount: info.row_count,
    bytes: info.bytes,
    durationMs: info.duration_ms,
    elapsedMs: Date.parse(info.finished_at!) - Date.parse(info.created_at),
    error: info.error,
  };
}
