/** Sessions kept opened ahead on each follower, so that a run does not wait for one to be opened. */
export const SESSIONS_AHEAD = 2;

/**
 * How many sessions one server process of Dataclips has on a follower at most: those of the runs, those opened ahead,
 * and one to look up types, parameters and the follower's state.
 */
export function sessionBudget(maxRuns: number): number {
  return maxRuns + SESSIONS_AHEAD + 1;
}
