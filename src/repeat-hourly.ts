import type { Log } from "./log.ts";

const EVERY_MS = 3_600_000;

/**
 * Does something now and every hour. What fails is logged, and tried again in the next one.
 * @param turn given a signal that is aborted when it is to end soon
 * @param failed the log's event for a failure
 * @returns ends it, when what is being done is done with
 */
export function repeatHourly(
  turn: (signal: AbortSignal) => Promise<void>,
  { failed, log }: { failed: string; log: Log },
): () => Promise<void> {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;

  const repeat = async (): Promise<void> => {
    try {
      await turn(abort.signal);
    } catch (error) {
      log.error(failed, error);
    }
    if (abort.signal.aborted) return;
    timer = setTimeout(() => (current = repeat()), EVERY_MS);
    timer.unref();
  };
  let current = repeat();

  return async () => {
    abort.abort();
    clearTimeout(timer);
    await current;
  };
}
