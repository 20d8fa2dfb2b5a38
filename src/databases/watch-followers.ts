import type { Log } from "../log.ts";
import type { Database } from "./databases.ts";
import type { FollowerChange, StateKind } from "./follower-state.ts";
import { sampleFollower } from "./sample-follower.ts";

/** How often each follower is looked at, whether anybody asks or not; where there are many, less often. */
const EVERY_MS = 10_000;
/** Between two followers at least: a look takes some 10 ms. */
const APART_MS = 500;

/**
 * Looks at all followers every ten seconds, so that what becomes of them is noticed and said, and how far behind one is
 * that is cut off is known from the moment on when it was not.
 * @returns what stops it
 */
export function watchFollowers(
  databases: readonly Database[],
  { everyMs: lookEveryMs = EVERY_MS } = {},
): () => Promise<void> {
  const all = databases.flatMap((database) => database.followers.map((follower) => ({ database, follower })));
  const everyMs = Math.max(Math.min(APART_MS, lookEveryMs), lookEveryMs / Math.max(1, all.length));
  let next = 0;
  let looking: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    const { database, follower } = all[next]!;
    next = (next + 1) % all.length;
    looking = sampleFollower(follower, database, { thorough: true });
  }, everyMs);
  timer.unref();
  if (all.length === 0) clearInterval(timer);
  return async () => {
    clearInterval(timer);
    await looking;
  };
}

/** The log's events for what a follower has become. */
const EVENTS: Readonly<Record<StateKind, string>> = {
  ok: "follower_returned",
  noted: "follower_cut_off",
  unreachable: "follower_lost",
  role: "follower_refused",
  behind: "follower_behind",
  promoted: "follower_promoted",
  strayed: "follower_strayed",
  damaged: "follower_damaged",
};

/** Says in the log what has become of a follower. */
export function logFollowerChange(log: Log, { database, follower, was, is, reason, afterMs }: FollowerChange): void {
  const fields = { database, follower, was, reason: reason ?? undefined, after_seconds: Math.round(afterMs / 1000) };
  if (is === "ok") log.info(EVENTS[is], fields);
  else log.warn(EVENTS[is], fields);
}
