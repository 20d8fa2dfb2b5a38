import type { DatabaseConfig } from "./database-config.ts";
import type { FollowerStatus } from "./follower-status.ts";
import type { RoleInspection } from "./inspect-role.ts";

/** What a database asks of its followers. */
export type FollowerDemands = Pick<DatabaseConfig, "maxLagSeconds" | "allowWritableRole">;

/** Why no clip runs with this role, as the end of a sentence; null if clips may. */
export function roleFault({ findings }: RoleInspection, { allowWritableRole }: FollowerDemands): string | null {
  const canWrite = findings.some(({ severity }) => severity === "error");
  return canWrite && !allowWritableRole ? "its reader role can do more than read" : null;
}

/** Why no clip runs on a follower that stands there; null if clips may. */
export function lagFault({ lagSeconds }: FollowerStatus, { maxLagSeconds }: FollowerDemands): string | null {
  if (lagSeconds === null || lagSeconds <= maxLagSeconds) return null;
  return `it is ${Math.ceil(lagSeconds)} seconds behind, and max_lag_seconds is ${maxLagSeconds}`;
}
