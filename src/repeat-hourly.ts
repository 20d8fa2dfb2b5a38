import { rootCause } from "./errors.ts";

const EVERY_MS = 3_600_000;

/**
 * Does something now and every hour. What fails is logged, and tried again in the next one.
 * @param turn given a signal that is aborted when it is to end soon
 * @param failed what the log says of a failure
 * @returns ends it, when what is being done is done with
 */
export function repeatHourly(
  turn: (signal: AbortSignal) => Promise<void>,
  { failed, log }: { failed: string; log: (message: string, error?: unknown) => void },
): () => Promise<void> {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;

  const repeat = async (): Promise<void> => {
    try {
      await turn(abort.signal);
    } catch (error) {
      log(failed, rootCause(error));
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
