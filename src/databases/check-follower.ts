import { connectionReason } from "./connection-reason.ts";
import type { Follower } from "./follower.ts";
import { type FollowerDemands, lagFault, roleFault } from "./follower-faults.ts";
import type { FollowerInspection } from "./inspect-follower.ts";
import { correctLag } from "./lag.ts";

/** How a follower is now. */
export interface FollowerCheck {
  /** What it is and what its reader role could do; null if it cannot be asked. */
  inspection: FollowerInspection | null;
  /** Why no clip runs there, as the end of a sentence; null if clips do. */
  fault: string | null;
}

/** Whether a follower could run a clip now. Never throws. */
export async function checkFollower(follower: Follower, demands: FollowerDemands): Promise<FollowerCheck> {
  try {
    const { server, role } = await follower.inspector.inspect();
    const status = correctLag(follower.lag, server.status, Date.now());
    return {
      inspection: { role, server: { ...server, status } },
      fault: roleFault(role, demands) ?? lagFault(status, demands),
    };
  } catch (error) {
    return { inspection: null, fault: connectionReason(error) };
  }
}
