import type pg from "pg";
import { inspectRole, type RoleInspection } from "./inspect-role.ts";
import { inspectServer, type ServerInspection } from "./inspect-server.ts";
import type { ReaderSessions } from "./reader-sessions.ts";
import { withReaderSession } from "./with-reader-session.ts";

/** Privileges change seldom: what was found out is used for so long, and for as long again while it is looked up anew. */
const MAX_AGE_MS = 5 * 60_000;
/** A follower that has not said all of it by then does not answer. */
const PATIENCE_MS = 15_000;

/** What a follower is, and what its reader role could do there. */
export interface FollowerInspection {
  server: ServerInspection;
  role: RoleInspection;
}

/** Inspections of a follower; that of its role is remembered, for every run needs it. */
export interface FollowerInspector {
  /** As it is now. Rejects as node-postgres does when the follower cannot be asked. */
  inspect(): Promise<FollowerInspection>;
  /** What the role could do, as it was found at most ten minutes ago. Rejects likewise, if it was not found out since. */
  recentRole(): Promise<RoleInspection>;
}

/** @param budget sessions that Dataclips may have there at once: see session-budget.ts */
export function createFollowerInspector(sessions: ReaderSessions, budget: number): FollowerInspector {
  let known: { role: RoleInspection; ms: number } | undefined;
  let asking: Promise<RoleInspection> | undefined;

  const askRole = async (client: pg.Client): Promise<RoleInspection> => {
    const role = await inspectRole(client, { budget });
    known = { role, ms: performance.now() };
    return role;
  };

  return {
    inspect: () =>
      withReaderSession(
        sessions,
        async (client) => ({ role: await askRole(client), server: await inspectServer(client, { budget }) }),
        { patienceMs: PATIENCE_MS },
      ),
    async recentRole() {
      const age = known === undefined ? Infinity : performance.now() - known.ms;
      if (age < MAX_AGE_MS) return known!.role;
      asking ??= withReaderSession(sessions, askRole, { patienceMs: PATIENCE_MS }).finally(() => (asking = undefined));
      if (age >= 2 * MAX_AGE_MS) return asking;
      asking.catch(() => {});
      return known!.role;
    },
  };
}
