import type { Queue } from "./queue.ts";

/** A run's waiting for its place in the queue. */
export interface Turn {
  /** Resolves to what gives the place back; rejects as {@link Queue} says, when no asker is left to wait as. */
  place: Promise<() => void>;
  /** Waits as one more asker: who joins a run that waits does not wait behind all that another has asked for. */
  waitAs(asker: string): void;
  /** Which place it has among those who wait, as {@link Queue} says: 1 is next; null once it does not wait. */
  position(): number | null;
}

/** Waits for one place as several askers; the first that gets one has it, and the others' waiting ends. */
export function takeTurn(queue: Queue, asker: string, signal: AbortSignal): Turn {
  const { promise, resolve, reject } = Promise.withResolvers<() => void>();
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const askers = new Set<string>();

  const waitAs = async (one: string): Promise<void> => {
    if (askers.has(one) || over.signal.aborted) return;
    askers.add(one);
    try {
      const release = await queue.acquire(one, either);
      // Two may get a place at the same moment.
      if (over.signal.aborted) release();
      over.abort();
      resolve(release);
    } catch (error) {
      askers.delete(one);
      if (askers.size > 0) return;
      over.abort();
      reject(error);
    }
  };

  void waitAs(asker);
  return { place: promise, waitAs: (one) => void waitAs(one), position: () => queue.position(either) };
}
