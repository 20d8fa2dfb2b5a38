import type { Follower } from "../databases/follower.ts";
import { toAppError } from "../errors.ts";

/** What a follower says when a query stood in replication's way, or when it went away: worth one more try, there too. */
const PASSING: ReadonlySet<string> = new Set(["recovery_conflict", "follower_lost"]);

/**
 * Executes something on a follower, and, where that one did not let it end, once more: on another one, if there is one. One
 * that cannot read its own data is not tried again.
 * @param attempt is given the follower to avoid, where one has failed
 * @param options.followers those of the database
 * @param options.tried the follower of the last attempt
 * @param options.mayRetry whether it can still begin anew: nobody has seen a row, nor has anyone cancelled it
 */
export async function tryElsewhere<Result>(
  attempt: (avoid?: Follower) => Promise<Result>,
  options: { followers: readonly Follower[]; tried: () => Follower | undefined; mayRetry: () => boolean },
): Promise<Result> {
  const { followers, tried, mayRetry } = options;
  try {
    return await attempt();
  } catch (failure) {
    const { code } = toAppError(failure);
    const isWorth = PASSING.has(code) || (code === "follower_damaged" && followers.length > 1);
    if (!mayRetry() || !isWorth) throw failure;
    return attempt(tried());
  }
}
