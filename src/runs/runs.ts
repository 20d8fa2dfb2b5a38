import type { Database } from "../databases/databases.ts";
import type { OwnDatabase } from "../own-database.ts";
import { type LiveRun, resultKey, type RunRequest, startRun } from "./live-run.ts";
import { createQueue, type Queue } from "./queue.ts";
import { readRun, type RunInfo } from "./run-records.ts";

/** The runs of this server: the one door to a follower for users' SQL. */
export interface Runs {
  /** Starts a run of its own, whatever else is under way. */
  start(request: RunRequest): LiveRun;
  /**
   * Joins the run under way for the same version, parameters and database, or starts it (single flight). One whose last
   * row has come, but that is not stored yet, is joined if it began not before a time.
   */
  joinOrStart(request: RunRequest, notBefore: Date): LiveRun;
  /** Waits until the result with this number is stored, if a run here is about to do that. */
  whenStored(clipId: number, result: number): Promise<void>;
  /** @throws AppError not_found */
  get(id: string): Promise<RunInfo>;
  /** Cancels a run; one that has ended stays as it is. @throws AppError not_found */
  cancel(id: string): Promise<RunInfo>;
  queue(database: Database): Queue;
  /** Waits until no run is under way; after `patienceMs` those that are left are cancelled. */
  drain(patienceMs: number): Promise<void>;
}

export function createRuns(deps: { db: OwnDatabase; log: (message: string, error: unknown) => void }): Runs {
  const live = new Map<string, LiveRun>();
  const byKey = new Map<string, LiveRun>();
  const queues = new Map<string, Queue>();

  const queueOf = ({ name, maxRuns }: Database): Queue => {
    const queue = queues.get(name) ?? createQueue(name, maxRuns);
    queues.set(name, queue);
    return queue;
  };

  const start = (request: RunRequest): LiveRun => {
    const run = startRun(request, { ...deps, queue: queueOf(request.database) });
    const { id } = run.info();
    const key = JSON.stringify(run.key);
    live.set(id, run);
    byKey.set(key, run);
    const forget = async (): Promise<void> => {
      await run.finished;
      live.delete(id);
      if (byKey.get(key) === run) byKey.delete(key);
    };
    void forget();
    return run;
  };

  return {
    start,
    joinOrStart(request, notBefore) {
      const run = byKey.get(JSON.stringify(resultKey(request)));
      if (!run?.canJoin(notBefore)) return start(request);
      run.waitAs(request.asker);
      return run;
    },
    async whenStored(clipId, result) {
      const run = [...live.values()].find(
        ({ key, resultNumber }) => key.clipId === clipId && resultNumber() === result,
      );
      await run?.finished;
    },
    get: async (id) => live.get(id)?.info() ?? readRun(deps.db, id),
    async cancel(id) {
      const run = live.get(id);
      run?.cancel();
      return (await run?.finished) ?? readRun(deps.db, id);
    },
    queue: queueOf,
    async drain(patienceMs) {
      const timer = setTimeout(() => live.forEach((run) => run.cancel()), patienceMs);
      while (live.size > 0) await Promise.all([...live.values()].map((run) => run.finished));
      clearTimeout(timer);
    },
  };
}
