/**
 * A run's clock: the time of Dataclips' own database when the run was recorded, and from then on what this process's
 * monotonic clock counts. So the times of one run never go backwards, and those of runs on several servers compare,
 * however wrong or unsteady the servers' own clocks are.
 * @param recordedAt the database's time
 * @param sentMs `performance.now()` when the database was asked for it: no time of the run is before `recordedAt`
 */
export function createRunClock(recordedAt: Date, sentMs: number): () => Date {
  return () => new Date(recordedAt.getTime() + performance.now() - sentMs);
}
