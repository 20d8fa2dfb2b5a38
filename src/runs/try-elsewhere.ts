import type { Follower } from "../databases/follower.ts";
import { toAppError } from "../errors.ts";

/** What a follower says when a query stood in replication's way, or when it went away: worth one more try. */
const RETRIED: ReadonlySet<string> = new Set(["recovery_conflict", "follower_lost"]);

/**
 * Executes something on a follower, and, where that one did not let it end, once more: on another one, if there is one.
 * @param attempt is given the follower to avoid, where one has failed
 * @param options.tried the follower of the last attempt
 * @param options.mayRetry whether it can still begin anew: nobody has seen a row, nor has anyone cancelled it
 */
export async function tryElsewhere<Result>(
  attempt: (avoid?: Follower) => Promise<Result>,
  { tried, mayRetry }: { tried: () => Follower | undefined; mayRetry: () => boolean },
): Promise<Result> {
  try {
    return await attempt();
  } catch (failure) {
    if (!mayRetry() || !RETRIED.has(toAppError(failure).code)) throw failure;
    return attempt(tried());
  }
}
