import type { ErrorBody } from "../errors.ts";
import type { ParameterValues } from "./parameters.ts";
import type { RunState } from "./run-records.ts";

/** A run that is over, however many waited for it. */
export interface FinishedRun {
  id: string;
  clipId: number;
  version: number;
  database: string;
  parameters: ParameterValues;
  /** Those of them whose values are not to be said anywhere. */
  maskedParameters: readonly string[];
  /** Who started it, and what is known of them: see {@link RunRequest}. */
  asker: string;
  askerName: string;
  address: string | null;
  state: RunState;
  follower: string | null;
  result: number | null;
  rowCount: number | null;
  bytes: number | null;
  /** Of the execution; null where it did not come to its end. */
  durationMs: number | null;
  /** From when it was asked for until all was over, with the waiting in the queue. */
  elapsedMs: number;
  error: ErrorBody["error"] | null;
}

/** Told of every run that is over. It never rejects, and nobody who waits for the run waits for it. */
export type OnFinished = (run: FinishedRun) => Promise<void>;
