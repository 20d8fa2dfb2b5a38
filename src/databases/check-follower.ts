import { connectionReason } from "./connection-reason.ts";
import type { Follower } from "./follower.ts";
import type { FollowerInspection } from "./inspect-follower.ts";
import { type FollowerDemands, roleFault, type Standing } from "./standing.ts";

/** How a follower is now. */
export interface FollowerCheck {
  /** What it is and what its reader role could do; null if it cannot be asked. */
  inspection: FollowerInspection | null;
  /** Whether clips run there. */
  standing: Standing;
}

/** Whether a follower could run a clip now. Never throws. */
export async function checkFollower(follower: Follower, demands: FollowerDemands): Promise<FollowerCheck> {
  try {
    const inspection = await follower.inspector.inspect();
    const standing = await standingOf(follower, demands, inspection);
    return { inspection, standing };
  } catch (error) {
    return { inspection: null, standing: unreachable(follower, error) };
  }
}

/** Where a follower stands that has been asked, by its role too. */
export async function standingOf(
  follower: Follower,
  demands: FollowerDemands,
  { role, server }: { role: FollowerInspection["role"]; server: Pick<FollowerInspection["server"], "status"> },
  options?: { thorough: boolean },
): Promise<Standing> {
  const judged = await follower.judge(server.status, options);
  const standing = { ...judged, fault: roleFault(role, demands) ?? judged.fault };
  follower.state.report(standing, server.status.startedAt);
  const { damage } = follower.state;
  return damage === null ? standing : { ...standing, note: damage };
}

/** Where a follower stands that could not be asked. */
export function unreachable(follower: Follower, error: unknown): Standing {
  const standing: Standing = {
    fault: { kind: "unreachable", reason: connectionReason(error) },
    note: null,
    lagSeconds: null,
  };
  follower.state.report(standing);
  return standing;
}
