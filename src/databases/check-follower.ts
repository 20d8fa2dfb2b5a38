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
    const inspection = await inspectNow(follower);
    return {
      inspection,
      fault: roleFault(inspection.role, demands) ?? lagFault(inspection.server.status, demands),
    };
  } catch (error) {
    return { inspection: null, fault: connectionReason(error) };
  }
}

/** What a follower is now, by a session of its budget. Rejects as node-postgres does when it cannot be asked. */
export async function inspectNow({ inspector, lag }: Follower): Promise<FollowerInspection> {
  const { server, role } = await inspector.inspect();
  return { role, server: { ...server, status: correctLag(lag, server.status, Date.now()) } };
}
