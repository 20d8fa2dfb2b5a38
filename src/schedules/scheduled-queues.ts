import { eq, isNotNull, sql } from "drizzle-orm";
import type { Deps } from "../deps.ts";
import { refreshScheduledView } from "../materialized/refresh-scheduled-view.ts";
import type { OwnDatabase } from "../own-database.ts";
import { clips, materializedClips } from "../tables.ts";
import { refreshScheduledClip } from "./refresh-scheduled-clip.ts";

/** A schedule: cron's five fields, and the IANA time zone that they are in. */
interface ScheduleLine {
  cron: string;
  timeZone: string;
}

type Reader = Pick<OwnDatabase, "select">;

/** Something of clips that is done by schedules, as a queue of its own. */
export interface ScheduledQueue {
  name: string;
  /** A clip's line; null if it has none (any more). `lock`: until the transaction ends. */
  readLine(db: Reader, clipId: number, options: { lock: boolean }): Promise<ScheduleLine | null>;
  readLines(db: Reader): Promise<(ScheduleLine & { id: number })[]>;
  /**
   * Does what the time has come for, unless somebody has since then; what fails is for the clip's page, and not for the
   * queue.
   */
  perform(deps: Pick<Deps, "db" | "databases" | "runs" | "log">, clipId: number, time: Date): Promise<object>;
}

const HAS_CLIP_LINE = sql`${clips.refresh} = 'schedule' AND ${clips.deletedAt} IS NULL`;
const CLIP_LINE = {
  id: clips.id,
  cron: sql<string | null>`CASE WHEN ${HAS_CLIP_LINE} THEN ${clips.cron} END`,
  timeZone: sql<string>`coalesce(${clips.timeZone}, 'UTC')`,
};

const VIEW_LINE = {
  id: materializedClips.clipId,
  cron: materializedClips.cron,
  timeZone: sql<string>`coalesce(${materializedClips.timeZone}, 'UTC')`,
};

/** Runs the queries of clips whose refresh rule is a schedule. */
export const CLIP_RUNS: ScheduledQueue = {
  name: "refresh",
  async readLine(db, clipId, { lock }) {
    const query = db.select(CLIP_LINE).from(clips).where(eq(clips.id, clipId));
    return withLine(await (lock ? query.for("no key update") : query))[0] ?? null;
  },
  readLines: async (db) => withLine(await db.select(CLIP_LINE).from(clips).where(HAS_CLIP_LINE)),
  perform: refreshScheduledClip,
};

/** Refreshes the views of materialized clips. */
export const VIEW_REFRESHES: ScheduledQueue = {
  name: "materialize",
  async readLine(db, clipId, { lock }) {
    const query = db.select(VIEW_LINE).from(materializedClips).where(eq(materializedClips.clipId, clipId));
    return withLine(await (lock ? query.for("no key update") : query))[0] ?? null;
  },
  readLines: async (db) =>
    withLine(await db.select(VIEW_LINE).from(materializedClips).where(isNotNull(materializedClips.cron))),
  perform: refreshScheduledView,
};

function withLine<Row extends { cron: string | null }>(rows: Row[]): (Row & { cron: string })[] {
  return rows.filter((row): row is Row & { cron: string } => row.cron !== null);
}
