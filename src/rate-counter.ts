/** So many counts are kept at a time, of about 200 bytes each; beyond it the oldest is forgotten. */
const MOST_COUNTS = 50_000;

interface Count {
  taken: number;
  endsAt: number;
}

/** Counts what each key has taken in a window of time that begins with its first. */
export interface RateCounter {
  /** Takes one. Returns 0, or, where the limit is reached, the seconds until the key may take again; then nothing is taken. */
  take(key: string, limit: number): number;
  /** Gives one back. */
  giveBack(key: string): void;
}

/** Gives the counter of a name, with a window of so many milliseconds. */
export type CounterOf = (name: string, windowMs: number) => RateCounter;

/** The counters of one application: see {@link createRateCounter}. Asked again for a name, it gives the same. */
export function createCounters(): CounterOf {
  const counters = new Map<string, RateCounter>();
  return (name, windowMs) => {
    const counter = counters.get(name) ?? createRateCounter(windowMs);
    counters.set(name, counter);
    return counter;
  };
}

/**
 * A counter in this process's memory: servers do not know of each other's counts. At the edge of two windows a key may
 * take twice the limit within one window's time.
 */
export function createRateCounter(windowMs: number, mostCounts = MOST_COUNTS): RateCounter {
  // In the order in which their windows begin, and end.
  const counts = new Map<string, Count>();
  return {
    take(key, limit) {
      const now = performance.now();
      const known = counts.get(key);
      if (known !== undefined && now < known.endsAt) {
        if (known.taken >= limit) return Math.ceil((known.endsAt - now) / 1000);
        known.taken++;
        return 0;
      }
      counts.delete(key);
      counts.set(key, { taken: 1, endsAt: now + windowMs });
      if (counts.size > mostCounts) counts.delete(counts.keys().next().value!);
      return 0;
    },
    giveBack(key) {
      const known = counts.get(key);
      if (known !== undefined && known.taken > 0) known.taken--;
    },
  };
}
