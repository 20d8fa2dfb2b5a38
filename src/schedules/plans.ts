import { and, eq, sql } from "drizzle-orm";
import type { OwnDatabase } from "../own-database.ts";
import { clips, materializedClips, schedulePlans } from "../tables.ts";
import { nextTimes } from "./cron.ts";

/** What is done when a schedule's time comes: the clip runs, or its materialized view is refreshed. */
export type ScheduledJob = "run" | "refresh";

/** A schedule whose time has come. It is done by who claims it. */
export interface DueSchedule {
  job: ScheduledJob;
  clipId: number;
  /** The clip's slug. */
  clip: string;
  /** The time that it is due for, as PostgreSQL writes it: the first one, where several have passed. */
  dueAt: string;
  /** How long ago that was. */
  lateMs: number;
  line: string;
  /** The next time, after now. */
  nextAt: Date;
}

/** The schedules of a job, as the clips have them: id, slug, cron, time_zone. */
const LINES = {
  run: sql`SELECT id, slug, cron, coalesce(time_zone, 'UTC') AS time_zone
             FROM ${clips} WHERE refresh = 'schedule' AND deleted_at IS NULL AND cron IS NOT NULL`,
  refresh: sql`SELECT m.clip_id, c.slug, m.cron, coalesce(m.time_zone, 'UTC')
                 FROM ${materializedClips} m JOIN ${clips} c ON c.id = m.clip_id WHERE m.cron IS NOT NULL`,
} as const satisfies Record<ScheduledJob, unknown>;

/** Schedules that are looked at in one query. */
const PORTION = 500;

interface Row extends Record<string, unknown> {
  id: string;
  slug: string;
  cron: string;
  time_zone: string;
  next_at: string | null;
  late_ms: number | null;
  /** ISO 8601. */
  now: string;
  /** Whether the plan is for this line, and was made at a time that has been. */
  is_planned: boolean;
}

/**
 * Plans the schedules that have no plan, or an old one, and gives those whose time has come, the longest due first. The
 * clock is that of Dataclips' own database. A plan that was made later than now was made by a clock that was ahead:
 * whatever that clock did, the schedule goes on from now.
 * @param most as many due ones at most
 * @param onUnreadable told of a line that gives no next time; it waits until the clip has another one
 */
export async function findDue(
  db: OwnDatabase,
  job: ScheduledJob,
  most: number,
  onUnreadable: (clip: string, error: unknown) => void,
): Promise<DueSchedule[]> {
  for (;;) {
    const rows = await readOpen(db, job);
    const unplanned = rows.filter(({ is_planned }) => !is_planned);
    await planAll(db, job, unplanned, onUnreadable);
    if (unplanned.length === PORTION) continue;
    const due = rows.filter(({ is_planned }) => is_planned).slice(0, most);
    return due.map((row) => ({
      job,
      clipId: Number(row.id),
      clip: row.slug,
      dueAt: row.next_at!,
      lateMs: row.late_ms!,
      line: lineOf(row),
      nextAt: nextTime(row, onUnreadable),
    }));
  }
}

/**
 * Claims a due schedule, and plans its next time.
 * @returns whether it is the caller's; not if another server has it already, or the schedule has changed
 */
export async function claim(
  db: Pick<OwnDatabase, "update">,
  { job, clipId, line, dueAt, nextAt }: DueSchedule,
): Promise<boolean> {
  const asSeen = and(
    eq(schedulePlans.clipId, clipId),
    eq(schedulePlans.job, job),
    eq(schedulePlans.line, line),
    sql`${schedulePlans.nextAt} = ${dueAt}::timestamptz`,
  );
  const claimed = await db
    .update(schedulePlans)
    .set({ nextAt, plannedAt: sql`clock_timestamp()` })
    .where(asSeen)
    .returning({ clipId: schedulePlans.clipId });
  return claimed.length > 0;
}

/**
 * Schedules without a plan, and those whose time has come. The plans of clips that have no schedule any more go: a time
 * that passes meanwhile is none.
 */
async function readOpen(db: OwnDatabase, job: ScheduledJob): Promise<Row[]> {
  const { rows } = await db.execute<Row>(sql`
    WITH lines (id, slug, cron, time_zone) AS (${LINES[job]}), gone AS (
      DELETE FROM ${schedulePlans} WHERE job = ${job} AND clip_id NOT IN (SELECT id FROM lines)
    )
    SELECT id, slug, cron, time_zone, next_at::text, to_jsonb(statement_timestamp()) #>> '{}' AS now,
           (extract(epoch FROM statement_timestamp() - next_at) * 1000)::float8 AS late_ms,
           (line = cron || ' ' || time_zone AND planned_at <= statement_timestamp()) IS TRUE AS is_planned
      FROM lines LEFT JOIN ${schedulePlans} AS plans ON plans.clip_id = id AND plans.job = ${job}
     WHERE plans.clip_id IS NULL OR line <> cron || ' ' || time_zone OR planned_at > statement_timestamp()
           OR next_at <= statement_timestamp()
     ORDER BY is_planned, next_at LIMIT ${PORTION}`);
  return rows;
}

async function planAll(
  db: OwnDatabase,
  job: ScheduledJob,
  rows: readonly Row[],
  onUnreadable: (clip: string, error: unknown) => void,
): Promise<void> {
  if (rows.length === 0) return;
  const plans = rows.map((row) => ({
    clipId: Number(row.id),
    job,
    line: lineOf(row),
    nextAt: nextTime(row, onUnreadable),
    plannedAt: new Date(row.now),
  }));
  // What another server has planned meanwhile stays, unless its clock was ahead.
  await db
    .insert(schedulePlans)
    .values(plans)
    .onConflictDoUpdate({
      target: [schedulePlans.clipId, schedulePlans.job],
      set: { line: sql`excluded.line`, nextAt: sql`excluded.next_at`, plannedAt: sql`excluded.planned_at` },
      setWhere: sql`${schedulePlans.line} <> excluded.line OR ${schedulePlans.plannedAt} > clock_timestamp()`,
    });
}

function lineOf({ cron, time_zone }: Row): string {
  return `${cron} ${time_zone}`;
}

/** No time that comes. */
const NEVER = new Date("9999-12-31T00:00:00Z");

function nextTime({ slug, cron, time_zone, now }: Row, onUnreadable: (clip: string, error: unknown) => void): Date {
  try {
    return nextTimes(cron, time_zone, { after: new Date(now), count: 1 })[0]!;
  } catch (error) {
    onUnreadable(slug, error);
    return NEVER;
  }
}
