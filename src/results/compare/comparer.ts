import { AppError } from "../../errors.ts";
import type { ResultSource } from "../result.ts";
import { type CompareOptions, compareResults, type Comparison } from "./compare-results.ts";
import { comparisonCancelled } from "./time-slice.ts";

/** Comparisons at once: they share one thread, so that more would only take more memory. */
const AT_ONCE = 2;
/** Comparisons that may wait. */
const MOST_WAITING = 20;

/** A server's comparisons: a few at once, the others wait for their turn. */
export interface Comparer {
  /**
   * @throws AppError as {@link compareResults}; database_busy when too many wait; run_cancelled when the signal aborts
   */
  compare(from: ResultSource, to: ResultSource, options: CompareOptions): Promise<Comparison>;
}

export function createComparer(): Comparer {
  const waiting: (() => void)[] = [];
  let running = 0;

  const takeTurn = async (signal: AbortSignal): Promise<void> => {
    if (running < AT_ONCE) {
      running++;
      return;
    }
    if (waiting.length >= MOST_WAITING) {
      throw new AppError("database_busy", `${waiting.length} comparisons are waiting already.`, {
        hint: "Try again in a while.",
        retryAfterSeconds: 10,
      });
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = (): void => {
      const place = waiting.indexOf(resolve);
      if (place >= 0) waiting.splice(place, 1);
      reject(comparisonCancelled());
    };
    waiting.push(resolve);
    signal.addEventListener("abort", leave, { once: true });
    await promise;
    signal.removeEventListener("abort", leave);
  };

  /** The place goes to the next one as it is: `running` stays. */
  const passOn = (): void => {
    const next = waiting.shift();
    if (next) next();
    else running--;
  };

  return {
    async compare(from, to, options) {
      if (options.signal.aborted) throw comparisonCancelled();
      await takeTurn(options.signal);
      try {
        return await compareResults(from, to, options);
      } finally {
        passOn();
      }
    },
  };
}
