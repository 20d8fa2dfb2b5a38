import type { Config } from "../config.ts";
import type { Deps } from "../deps.ts";
import { removeOldEvents } from "../people/audit-retention.ts";
import { createRunRecorder } from "../people/record-run.ts";
import { sweepBucket } from "../results/chunk-bucket.ts";
import { applyRetention } from "../results/retention.ts";
import { sweepUnsealed } from "../results/store.ts";
import { failLostRuns } from "../runs/run-records.ts";

/** What a server on Node does beside its requests: marks lost runs each minute, and once an hour removes what is old. */
export async function keepHouse(
  { db, bucket, log }: Pick<Deps, "db" | "bucket" | "log">,
  config: Config,
  minute: Date,
): Promise<void> {
  await failLostRuns(db, false, createRunRecorder({ db, log }));
  if (minute.getUTCMinutes() !== 0) return;
  await sweepUnsealed(db);
  await applyRetention(db, config.retention, new AbortController().signal);
  if (bucket !== undefined) await sweepBucket({ db, bucket });
  await removeOldEvents(db, config.keepAuditDays);
}
