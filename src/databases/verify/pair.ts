import type { VerifySession } from "./session.ts";

/** A primary and a follower under comparison. */
export interface Pair {
  primary: VerifySession;
  follower: VerifySession;
  /** The older server's server_version_num. */
  versionNumber: number;
  /** The follower was promoted, or has replayed what the primary never wrote: there is nothing to wait for. */
  hasParted: boolean;
  /** Waits until the follower has replayed all that the primary's queries have seen; rejects with ReplayStandsStill. */
  catchUp(): Promise<void>;
  signal: AbortSignal | undefined;
}
