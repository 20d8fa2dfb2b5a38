import { setImmediate } from "node:timers/promises";
import { AppError } from "../../errors.ts";

/** How long a comparison may keep the event loop from other requests at a time. */
const SLICE_MS = 5;
/** Work between two looks at the clock, in bytes; a row counts as some bytes more than it has. */
const LOOK_BYTES = 32 * 1024;
const ROW_BYTES = 64;

/** Shares the server's one thread: long loops ask isOver() at every row, and rest() when it says so. */
export interface TimeSlice {
  /** @param bytes what was worked on since the last call */
  isOver(bytes: number): boolean;
  /** Lets others go first. @throws AppError run_cancelled when nobody wants the comparison any more */
  rest(): Promise<void>;
}

/** @param signal aborts when nobody wants the comparison any more */
export function createTimeSlice(signal: AbortSignal): TimeSlice {
  let end = performance.now() + SLICE_MS;
  let worked = 0;
  return {
    isOver(bytes) {
      worked += bytes + ROW_BYTES;
      if (worked < LOOK_BYTES) return false;
      worked = 0;
      return performance.now() >= end;
    },
    async rest() {
      await setImmediate();
      if (signal.aborted) throw comparisonCancelled();
      end = performance.now() + SLICE_MS;
    },
  };
}

/** What a comparison ends with that nobody waits for any more. */
export function comparisonCancelled(): AppError {
  return new AppError("run_cancelled", "The comparison was cancelled.", { hint: "Ask for it again." });
}
