import { sql } from "drizzle-orm";
import { fromDrizzle, type JobWithMetadata, PgBoss } from "pg-boss";
import type { Clip } from "../clips/clips.ts";
import type { Deps } from "../deps.ts";
import { rootCause } from "../errors.ts";
import { lastTime } from "./cron.ts";
import { CLIP_RUNS, type ScheduledQueue, VIEW_REFRESHES } from "./scheduled-queues.ts";

/** The schema of the queue's own tables, in Dataclips' own database; pg-boss makes and migrates them under a lock. */
const SCHEMA = "pgboss";
/** Connections of the queue's own, beside the pool of Dataclips' own database. */
const CONNECTIONS = 2;
/** Scheduled runs at once on this server, and refreshes of views as well: people's runs get most of a follower's places. */
const RUNS_AT_ONCE = 3;
/** How long a run that is under way may go on when the server is told to stop, before the drain has its turn. */
const STOP_MS = 5_000;
/** The queue's rows of dead servers are given up after so long; whether a run is under way, the table of runs says. */
const HEARTBEAT_SECONDS = 30;
/** Jobs that are over are kept so long, for those who look what became of them. */
const KEPT_SECONDS = 7_200;
/** A job may come a little early, by the queue's reading of the clock. */
const EARLY_MS = 2_000;
const RECONCILE_MS = 300_000;
const MOST_SCHEDULES = 100_000;
/** While the database does not answer, every look into the queue fails: the log says it so often. */
const LOG_MS = 60_000;

/** How often this server looks: for times that have come, and for jobs. */
interface Pace {
  cronSeconds: number;
  pollSeconds: number;
}
const GENTLE: Pace = { cronSeconds: 15, pollSeconds: 5 };

const QUEUES: readonly ScheduledQueue[] = [CLIP_RUNS, VIEW_REFRESHES];

type RuledClip = Pick<Clip, "id" | "refresh">;

interface ScheduledJob {
  clip: number;
}

/** The schedules of clips, and the workers that do what they say on this server. */
export interface Schedules {
  /**
   * Makes the queue's schedule of a clip what its row says: to be called after every change of the row.
   * @param before the clip as it was; of one that had no schedule and has none, there is nothing to do
   */
  follow(clip: RuledClip, before?: RuledClip): Promise<void>;
  /** Likewise for the schedule by which a clip's materialized view is refreshed. */
  followMaterialized(clipId: number): Promise<void>;
  /** Does so for all clips. */
  reconcile(): Promise<void>;
  /** Takes no new jobs, waits a moment for those under way, and closes the connections. */
  stop(): Promise<void>;
}

/**
 * Starts the job queue on Dataclips' own database. Every server does: one of them finds that a time has come, one of
 * them takes the job. Times that pass while no server is up make one run together at the next start.
 * @param url as openOwnDatabase has it
 */
export async function startSchedules(
  url: string,
  deps: Pick<Deps, "db" | "databases" | "runs" | "log">,
  pace: Pace = GENTLE,
): Promise<Schedules> {
  const { db, log } = deps;
  const boss = new PgBoss({
    connectionString: url,
    application_name: "dataclips schedules",
    schema: SCHEMA,
    max: CONNECTIONS,
    cronMonitorIntervalSeconds: pace.cronSeconds,
    cronWorkerIntervalSeconds: pace.pollSeconds,
    registerInstance: false,
    monitorVacuum: false,
    reindex: false,
    openTelemetry: { enabled: false },
  });
  let stopping = false;
  let loggedAt = -Infinity;
  const report = (error: unknown): void => {
    if (stopping || performance.now() - loggedAt < LOG_MS) return;
    loggedAt = performance.now();
    log("the schedules cannot be looked at", rootCause(error));
  };
  boss.on("error", report);

  /** The time that a job came for, or a moment before. */
  const timeOf = async (queue: ScheduledQueue, { data, createdOn }: JobWithMetadata<ScheduledJob>): Promise<Date> => {
    const line = await queue.readLine(db, data.clip, { lock: false });
    const time = line && lastTime(line.cron, line.timeZone, new Date(createdOn.getTime() + EARLY_MS));
    return new Date((time ?? createdOn).getTime() - EARLY_MS);
  };

  const write = (queue: ScheduledQueue, clipId: number): Promise<void> =>
    db.transaction(async (tx) => {
      // Locked until the schedule is written: of two changes at once, the queue has the later one too.
      const line = await queue.readLine(tx, clipId, { lock: true });
      const inTransaction = fromDrizzle(tx, sql);
      const key = String(clipId);
      if (line === null) return boss.unschedule(queue.name, key, { db: inTransaction });
      return boss.schedule(queue.name, line.cron, { clip: clipId } satisfies ScheduledJob, {
        key,
        singletonKey: key,
        tz: line.timeZone,
        missed: "once",
        db: inTransaction,
      });
    });

  const reconcileQueue = async (queue: ScheduledQueue): Promise<void> => {
    const lines = await queue.readLines(db);
    const wanted = new Map(lines.map(({ id, cron, timeZone }) => [String(id), `${cron} ${timeZone}`]));
    const found = await boss.getSchedules(queue.name, undefined, { limit: MOST_SCHEDULES });
    const there = new Map(found.map(({ key, cron, timezone }) => [key, `${cron} ${timezone}`]));
    for (const key of new Set([...wanted.keys(), ...there.keys()])) {
      if (wanted.get(key) !== there.get(key)) await write(queue, Number(key));
    }
  };
  const reconcile = async (): Promise<void> => {
    for (const queue of QUEUES) await reconcileQueue(queue);
  };

  await boss.start({ attempts: 3 });
  for (const { name } of QUEUES) {
    await boss.createQueue(name, {
      // One job at most waits for each clip.
      policy: "short",
      // A run is never begun a second time for the same time, whatever became of the first one.
      retryLimit: 0,
      heartbeatSeconds: HEARTBEAT_SECONDS,
      expireInSeconds: 86_399,
      deleteAfterSeconds: KEPT_SECONDS,
    });
  }
  await reconcile();
  for (const queue of QUEUES) {
    await boss.work(
      queue.name,
      { pollingIntervalSeconds: pace.pollSeconds, localConcurrency: RUNS_AT_ONCE, includeMetadata: true as const },
      async ([job]: JobWithMetadata<ScheduledJob>[]): Promise<object> =>
        queue.perform(deps, job!.data.clip, await timeOf(queue, job!)),
    );
  }
  const timer = setInterval(() => void reconcile().catch(report), RECONCILE_MS);
  timer.unref();

  return {
    async follow(clip, before) {
      if (clip.refresh !== "schedule" && before?.refresh !== "schedule") return;
      // The clip is saved: what cannot be written now is, the next time that all of them are looked at.
      await write(CLIP_RUNS, clip.id).catch(report);
    },
    followMaterialized: (clipId) => write(VIEW_REFRESHES, clipId).catch(report),
    reconcile,
    async stop() {
      stopping = true;
      clearInterval(timer);
      await boss.stop({ timeout: STOP_MS });
    },
  };
}
