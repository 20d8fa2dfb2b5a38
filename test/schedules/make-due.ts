import type pg from "pg";
import type { ScheduledJob } from "../../src/schedules/plans.ts";
import { until } from "../support/test-server.ts";

/** Waits until a schedule is planned, and lets its time have come so many seconds ago. */
export async function makeDue(own: pg.Client, clip: number, job: ScheduledJob = "run", secondsAgo = 1): Promise<void> {
  await until(async () => {
    const { rowCount } = await own.query(
      "UPDATE schedule_plans SET next_at = now() - make_interval(secs => $3) WHERE clip_id = $1 AND job = $2",
      [clip, job, secondsAgo],
    );
    return rowCount === 1;
  });
}

/** The line that a schedule is planned by, once it is another than it was; null once there is none. */
export async function plannedLine(own: pg.Client, clip: number, job: ScheduledJob = "run"): Promise<string | null> {
  const { rows } = await own.query("SELECT line FROM schedule_plans WHERE clip_id = $1 AND job = $2", [clip, job]);
  return rows[0]?.line ?? null;
}
