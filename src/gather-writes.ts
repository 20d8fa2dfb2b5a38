/** What happens often, kept by key until it is written down, all together. */
export interface GatheredWrites<Value> {
  /** @param change what was kept under the key since the last writing, if anything, with what has happened now */
  put(key: string, change: (known: Value | undefined) => Value): void;
  /** Writes down what is not yet. */
  write(): Promise<void>;
}

/**
 * Keeps what happens, and writes it down at most so often, without holding up anybody: the first time at once, what
 * comes after it together, when it is time again. A server that is killed loses what it had not written.
 * @param add writes values by their keys, which come in one order: two servers that write the same rows wait for each
 *   other at most once. It never rejects
 */
export function gatherWrites<Value>(
  everyMs: number,
  add: (values: readonly (readonly [key: string, value: Value])[]) => Promise<void>,
): GatheredWrites<Value> {
  let pending = new Map<string, Value>();
  let timer: NodeJS.Timeout | null = null;
  let writtenAt = -Infinity;
  let writing: Promise<void> = Promise.resolve();

  const write = (): Promise<void> => {
    if (timer) clearTimeout(timer);
    timer = null;
    const values = pending;
    if (values.size === 0) return writing;
    pending = new Map();
    writtenAt = performance.now();
    const sorted = [...values].toSorted(([a], [b]) => (a < b ? -1 : 1));
    writing = writing.then(() => add(sorted));
    return writing;
  };

  return {
    put(key, change) {
      pending.set(key, change(pending.get(key)));
      timer ??= setTimeout(() => void write(), Math.max(0, writtenAt + everyMs - performance.now())).unref();
    },
    write,
  };
}

/** How many seconds ago something was, by `performance.now()`: the database makes a time of it, by its own clock. */
export function ageOf(ms: number): number {
  return (performance.now() - ms) / 1000;
}
