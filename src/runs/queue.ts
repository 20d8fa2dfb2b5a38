import { AppError } from "../errors.ts";

/** Runs that may wait for each one that may run; more are refused. */
const WAITING_PER_RUN = 4;

/** Lets so many runs through at once; the others wait for their turn, up to a bound. */
export interface Queue {
  /**
   * Waits for a place; the caller gives it back by calling what it resolves to.
   *
   * A place that comes free goes to the asker with the fewest runs under way; among equals to the one who has waited
   * longest since they came or last got a place. An asker's own runs are let through in the order in which they came.
   * When as many wait as may, the asker who has most waiting loses the last of them to one who has at least two fewer.
   * @param asker who wants to run something: a share, a person
   * @param signal ends the waiting, and rejects with the signal's reason
   * @throws AppError database_busy when too many wait already, at once or while waiting
   */
  acquire(asker: string, signal: AbortSignal): Promise<() => void>;
  readonly running: number;
  readonly waiting: number;
}

/** Somebody who waits for a place. */
interface Waiter {
  enter(): void;
  refuse(reason: unknown): void;
}

/** @param name the database's, for the message; @param maxRuns runs at once */
export function createQueue(name: string, maxRuns: number): Queue {
  const maxWaiting = maxRuns * WAITING_PER_RUN;
  /** Runs under way, by asker. */
  const places = new Map<string, number>();
  /** Those who wait, by asker; first the asker whose turn was longest ago. */
  const lines = new Map<string, Waiter[]>();
  let running = 0;
  let waiting = 0;

  const enter = (asker: string): void => {
    running++;
    places.set(asker, (places.get(asker) ?? 0) + 1);
  };

  const leave = (asker: string): void => {
    running--;
    const left = places.get(asker)! - 1;
    if (left > 0) places.set(asker, left);
    else places.delete(asker);
    const next = nextAsker();
    if (next !== undefined) letIn(next);
  };

  const nextAsker = (): string | undefined => {
    const [first, ...others] = lines.keys();
    const count = (asker: string): number => places.get(asker) ?? 0;
    return others.reduce((best, asker) => (count(asker) < count(best!) ? asker : best), first);
  };

  /** Lets the first of an asker's in; their next turn comes after everybody else's. */
  const letIn = (asker: string): void => {
    const line = lines.get(asker)!;
    const waiter = line[0]!;
    lines.delete(asker);
    lines.set(asker, line);
    remove(asker, waiter);
    enter(asker);
    waiter.enter();
  };

  const remove = (asker: string, waiter: Waiter): void => {
    const line = lines.get(asker) ?? [];
    const index = line.indexOf(waiter);
    // Who gives up at the moment of getting in is not in line any more.
    if (index < 0) return;
    line.splice(index, 1);
    if (line.length === 0) lines.delete(asker);
    waiting--;
  };

  /** Makes room for one more to wait. @throws AppError database_busy when it is not this asker's turn to get some */
  const makeRoom = (asker: string): void => {
    if (waiting < maxWaiting) return;
    const busy = databaseBusy(name, { running, waiting, maxRuns });
    const [longest, line] = [...lines].reduce((a, b) => (b[1].length > a[1].length ? b : a));
    if (line.length < (lines.get(asker)?.length ?? 0) + 2) throw busy;
    const last = line.at(-1)!;
    remove(longest, last);
    last.refuse(busy);
  };

  const wait = async (asker: string, signal: AbortSignal): Promise<void> => {
    makeRoom(asker);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter = { enter: resolve, refuse: reject };
    const giveUp = (): void => {
      remove(asker, waiter);
      reject(signal.reason);
    };
    const line = lines.get(asker) ?? [];
    line.push(waiter);
    lines.set(asker, line);
    waiting++;
    signal.addEventListener("abort", giveUp, { once: true });
    try {
      await promise;
    } finally {
      signal.removeEventListener("abort", giveUp);
    }
  };

  return {
    get running() {
      return running;
    },
    get waiting() {
      return waiting;
    },
    async acquire(asker, signal) {
      signal.throwIfAborted();
      if (running < maxRuns) enter(asker);
      else await wait(asker, signal);
      let held = true;
      return () => {
        if (held) leave(asker);
        held = false;
      };
    },
  };
}

function databaseBusy(name: string, now: { running: number; waiting: number; maxRuns: number }): AppError {
  const runs = now.running === 1 ? "1 run is" : `${now.running} runs are`;
  const wait = now.waiting === 1 ? "1 waits" : `${now.waiting} wait`;
  return new AppError("database_busy", `The database ${name} is busy: ${runs} under way and ${wait}.`, {
    hint: `Try again in a moment. If this is common, raise max_runs of the database; it is ${now.maxRuns}.`,
    retryAfterSeconds: 5,
  });
}
