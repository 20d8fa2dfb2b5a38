import { AppError } from "../errors.ts";

/** Runs that may wait for each one that may run; more are refused. */
const WAITING_PER_RUN = 4;

/** Lets so many runs through at once; the others wait in the order they came, up to a bound. */
export interface Queue {
  /**
   * Waits for a place; the caller gives it back by calling what it resolves to.
   * @param signal ends the waiting, and rejects with the signal's reason
   * @throws AppError database_busy when too many wait already
   */
  acquire(signal: AbortSignal): Promise<() => void>;
  readonly running: number;
  readonly waiting: number;
}

/** @param name the database's, for the message; @param maxRuns runs at once */
export function createQueue(name: string, maxRuns: number): Queue {
  const maxWaiting = maxRuns * WAITING_PER_RUN;
  const waiters: (() => void)[] = [];
  let running = 0;

  const release = (): void => {
    const next = waiters.shift();
    if (next) next();
    else running--;
  };

  /** A place that can be given back once only. */
  const place = (): (() => void) => {
    let held = true;
    return () => {
      if (held) release();
      held = false;
    };
  };

  return {
    get running() {
      return running;
    },
    get waiting() {
      return waiters.length;
    },
    async acquire(signal) {
      signal.throwIfAborted();
      if (running < maxRuns) {
        running++;
        return place();
      }
      if (waiters.length >= maxWaiting) {
        throw new AppError(
          "database_busy",
          `The database ${name} is busy: ${running} runs are under way and ${waiters.length} wait.`,
          { hint: "Try again in a moment. If this is common, raise max_runs of the database.", retryAfterSeconds: 5 },
        );
      }
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const leave = (): void => {
        waiters.splice(waiters.indexOf(resolve), 1);
        reject(signal.reason);
      };
      waiters.push(resolve);
      signal.addEventListener("abort", leave, { once: true });
      try {
        await promise;
      } finally {
        signal.removeEventListener("abort", leave);
      }
      return place();
    },
  };
}
