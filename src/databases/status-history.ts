/** How often a sample is taken while somebody looks, and how many are kept: ten minutes of them. */
export const EVERY_MS = 2_000;
const KEPT = 300;
/** How far back a history goes. */
export const HISTORY_MS = EVERY_MS * KEPT;
/** How long samples are taken after somebody has looked last. */
const IDLE_MS = 60_000;
/** How long who looks waits for a first sample. */
const FIRST_MS = 3_000;

/** What was seen lately. Nobody looks: nothing is asked, and no timer runs. */
export interface StatusHistory<Sample> {
  /**
   * Says that somebody looks: from now on samples are taken, until nobody has looked for a minute. Resolves when there
   * is one that is not old, or when that takes longer than three seconds. Never rejects.
   */
  look(): Promise<void>;
  /** Those after a time, in ms since the epoch, the oldest first. */
  since(time: number): Sample[];
  /** The last one; undefined before the first. */
  readonly last: Sample | undefined;
  /** Stops, and waits for the sample that is being taken. Idempotent. */
  close(): Promise<void>;
}

/**
 * Keeps the last samples of something, in the memory of this process: so many that they need no more of it, however long
 * somebody looks. Taking one takes no timer at first, and no two are taken at once.
 * @param take takes a sample; never rejects
 */
export function createStatusHistory<Sample extends { at: number }>(
  take: () => Promise<Sample>,
  { everyMs = EVERY_MS, kept = KEPT, idleMs = IDLE_MS, firstMs = FIRST_MS } = {},
): StatusHistory<Sample> {
  /** A ring: the next one takes the place of the oldest. */
  const ring: Sample[] = [];
  let next = 0;
  let last: Sample | undefined;
  let lastMs = -Infinity;
  let lookedMs = -Infinity;
  let taking: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const takeOne = async (): Promise<void> => {
    const startedMs = performance.now();
    last = await take();
    lastMs = performance.now();
    ring[next] = last;
    next = (next + 1) % kept;
    if (closed) return;
    timer = setTimeout(tick, Math.max(0, startedMs + everyMs - performance.now()));
    timer.unref();
  };

  const tick = (): void => {
    timer = undefined;
    if (performance.now() - lookedMs <= idleMs) start();
  };

  const start = (): void => {
    taking = takeOne().finally(() => (taking = undefined));
  };

  return {
    async look() {
      if (closed) return;
      lookedMs = performance.now();
      if (timer === undefined && taking === undefined) start();
      const isFresh = lookedMs - lastMs < 2 * everyMs;
      if (!isFresh && taking !== undefined) await orAfter(taking, firstMs);
    },
    since: (time) => [...ring.slice(next), ...ring.slice(0, next)].filter(({ at }) => at > time),
    get last() {
      return last;
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await taking;
    },
  };
}

/** Until something is done, or until a time has gone by. */
async function orAfter(done: Promise<void>, ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([done, promise]);
  clearTimeout(timer);
}
