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
   * @param signal ends the waiting, and rejects with the signal's reason; who waits for one place as several askers gives
   *   the same for each
   * @throws AppError database_busy when too many wait already, at once or while waiting
   */
  acquire(asker: string, signal: AbortSignal): Promise<() => void>;
  /**
   * Which place somebody who waits has: 1 is let in next. So it is if the runs under way end in the order in which they
   * began, and nobody else comes: one who has fewer under way may still be let in before.
   * @param signal what they wait with
   * @returns null for who does not wait
   */
  position(signal: AbortSignal): number | null;
  readonly running: number;
  readonly waiting: number;
}

/** Somebody who waits for a place. */
interface Waiter {
  signal: AbortSignal;
  enter(): void;
  refuse(reason: unknown): void;
}

/** @param name the database's, for the message; @param maxRuns runs at once */
export function createQueue(name: string, maxRuns: number): Queue {
  const maxWaiting = maxRuns * WAITING_PER_RUN;
  /** Whose runs are under way; first the one that began first. */
  const places: string[] = [];
  /** Those who wait, by asker; first the asker whose turn was longest ago. */
  const lines = new Map<string, Waiter[]>();
  let waiting = 0;

  const leave = (asker: string): void => {
    places.splice(places.indexOf(asker), 1);
    const next = nextAsker(lines, places);
    if (next !== undefined) letIn(next);
  };

  /** Lets the first of an asker's in; their next turn comes after everybody else's. */
  const letIn = (asker: string): void => {
    const line = lines.get(asker)!;
    const waiter = line[0]!;
    lines.delete(asker);
    lines.set(asker, line);
    remove(asker, waiter);
    places.push(asker);
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
    const busy = databaseBusy(name, { running: places.length, waiting, maxRuns });
    const [longest, line] = [...lines].reduce((a, b) => (b[1].length > a[1].length ? b : a));
    if (line.length < (lines.get(asker)?.length ?? 0) + 2) throw busy;
    const last = line.at(-1)!;
    remove(longest, last);
    last.refuse(busy);
  };

  const wait = async (asker: string, signal: AbortSignal): Promise<void> => {
    makeRoom(asker);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter = { signal, enter: resolve, refuse: reject };
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
      return places.length;
    },
    get waiting() {
      return waiting;
    },
    position(signal) {
      const order = orderOf(lines, places);
      const index = order.indexOf(signal);
      return index < 0 ? null : index + 1;
    },
    async acquire(asker, signal) {
      signal.throwIfAborted();
      if (places.length < maxRuns) places.push(asker);
      else await wait(asker, signal);
      let held = true;
      return () => {
        if (held) leave(asker);
        held = false;
      };
    },
  };
}

type Lines = ReadonlyMap<string, readonly Waiter[]>;

/** Who of those who wait has the fewest runs under way; among equals the first. */
function nextAsker(lines: Lines, places: readonly string[]): string | undefined {
  const [first, ...others] = lines.keys();
  const count = (asker: string): number => places.filter((place) => place === asker).length;
  return others.reduce((best, asker) => (count(asker) < count(best!) ? asker : best), first);
}

/** Those who wait, in the order in which they are let in if the runs under way end in the order in which they began. */
function orderOf(waiting: Lines, under: readonly string[]): AbortSignal[] {
  const lines = new Map(waiting);
  const places = [...under];
  const order = new Set<AbortSignal>();
  while (lines.size > 0) {
    places.shift();
    const asker = nextAsker(lines, places)!;
    const [waiter, ...others] = lines.get(asker)!;
    order.add(waiter!.signal);
    places.push(asker);
    // Behind everybody else; and who waits as another too does that no more.
    lines.delete(asker);
    lines.set(asker, others);
    for (const [each, line] of lines) {
      const left = line.filter(({ signal }) => signal !== waiter!.signal);
      if (left.length > 0) lines.set(each, left);
      else lines.delete(each);
    }
  }
  return [...order];
}

function databaseBusy(name: string, now: { running: number; waiting: number; maxRuns: number }): AppError {
  const runs = now.running === 1 ? "1 run is" : `${now.running} runs are`;
  const wait = now.waiting === 1 ? "1 waits" : `${now.waiting} wait`;
  return new AppError("database_busy", `The database ${name} is busy: ${runs} under way and ${wait}.`, {
    hint: `Try again in a moment. If this is common, raise max_runs of the database; it is ${now.maxRuns}.`,
    retryAfterSeconds: 5,
  });
}
