import type { Log } from "../log.ts";
import type { OwnDatabase } from "../own-database.ts";
import type { FinishedRun, OnFinished } from "../runs/finished-run.ts";
import { recordEvent } from "./audit.ts";
import { maskParameters } from "./mask-parameters.ts";

/** Makes what writes every run that is over into the audit. What cannot be written is in the log, by the run's id. */
export function createRunRecorder({ db, log }: { db: OwnDatabase; log: Log }): OnFinished {
  return async (run) => {
    try {
      await recordEvent(db, {
        action: "clip.run",
        actor: run.asker,
        actorName: run.askerName,
        address: run.address,
        clipId: run.clipId,
        details: describeRun(run),
      });
    } catch (error) {
      log.error("run_not_in_audit", error, { run: run.id });
    }
  };
}

/** Its SQL is its version's, which never changes. An error's message can hold values: only its codes are said. */
function describeRun(run: FinishedRun): Record<string, unknown> {
  const { error } = run;
  return {
    run: run.id,
    version: run.version,
    database: run.database,
    follower: run.follower,
    state: run.state,
    result: run.result,
    row_count: run.rowCount,
    bytes: run.bytes,
    duration_ms: run.durationMs,
    elapsed_ms: run.elapsedMs,
    ...(Object.keys(run.parameters).length > 0 && {
      parameters: maskParameters(run.parameters, run.maskedParameters),
    }),
    ...(error !== null && { error: error.code, ...(error.sqlstate !== undefined && { sqlstate: error.sqlstate }) }),
  };
}
