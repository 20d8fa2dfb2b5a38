import { inspectRole, type RoleInspection } from "./inspect-role.ts";
import { inspectServer, type ServerInspection } from "./inspect-server.ts";
import { destroySession, endSession, type ReaderSessions } from "./reader-sessions.ts";

/** Privileges change seldom: what was found out is used for so long, and for as long again while it is looked up anew. */
const MAX_AGE_MS = 5 * 60_000;
/** A follower that has not said all of it by then does not answer. */
const PATIENCE_MS = 15_000;

/** What a follower is, and what its reader role could do there. */
export interface FollowerInspection {
  server: ServerInspection;
  role: RoleInspection;
}

/** Inspections of a follower, remembered. */
export interface FollowerInspector {
  /** As it is now. Rejects as node-postgres does when the follower cannot be asked. */
  inspect(): Promise<FollowerInspection>;
  /** As it was found at most ten minutes ago. Rejects likewise, if it was not found out since. */
  recent(): Promise<FollowerInspection>;
}

/** @param budget sessions that Dataclips may have there at once: see session-budget.ts */
export function createFollowerInspector(sessions: ReaderSessions, budget: number): FollowerInspector {
  let known: { inspection: FollowerInspection; at: number } | undefined;
  let running: Promise<FollowerInspection> | undefined;

  const ask = async (): Promise<FollowerInspection> => {
    const { client } = await sessions.take();
    const cut = setTimeout(() => destroySession(client), PATIENCE_MS);
    try {
      const inspection = {
        role: await inspectRole(client, { budget }),
        server: await inspectServer(client, { budget }),
      };
      known = { inspection, at: Date.now() };
      return inspection;
    } finally {
      clearTimeout(cut);
      endSession(client);
    }
  };

  const inspect = (): Promise<FollowerInspection> => {
    running ??= ask().finally(() => (running = undefined));
    return running;
  };

  return {
    inspect,
    async recent() {
      const age = known === undefined ? Infinity : Date.now() - known.at;
      if (age < MAX_AGE_MS) return known!.inspection;
      const asked = inspect();
      if (age >= 2 * MAX_AGE_MS) return asked;
      asked.catch(() => {});
      return known!.inspection;
    },
  };
}
