import { AppError } from "../../errors.ts";
import type { VerifySession } from "./session.ts";

interface Server {
  inRecovery: boolean;
  startedAt: string | null;
  port: string | null;
  versionNumber: number;
  databaseOid: string | null;
  /** Null where the role may not ask. */
  systemIdentifier: string | null;
  /** What a follower has replayed, or a primary has written. */
  position: string | null;
}

const SERVER = `
  SELECT pg_is_in_recovery(), pg_postmaster_start_time(), current_setting('port'), current_setting('server_version_num'),
         (SELECT oid FROM pg_database WHERE datname = current_database()),
         CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_insert_lsn() END`;

/** What the servers are to each other. */
export interface ServerPair {
  /** The older server's server_version_num. */
  versionNumber: number;
  /** Why the follower is none any more; null when it is one. */
  parted: string | null;
}

/**
 * Checks that there is something to compare: two servers of one cluster, the same database on both, a primary first.
 * @throws AppError conflict when there is not
 */
export async function checkServers(primary: VerifySession, follower: VerifySession): Promise<ServerPair> {
  // The follower first: what it has replayed by then, the primary has written.
  const [second, first] = [await describeServer(follower), await describeServer(primary)];
  const refuse = (message: string, hint: string): never => {
    throw new AppError("conflict", message, { hint });
  };
  if (first.startedAt === second.startedAt && first.port === second.port) {
    refuse("The follower and the primary are the same server: there is nothing to compare.", "Name a real follower.");
  }
  if (first.inRecovery) {
    refuse("The server that is configured as the primary is a follower itself.", "Give the URL of the real primary.");
  }
  const identifiers = [first.systemIdentifier, second.systemIdentifier];
  if (identifiers[0] !== identifiers[1] && !identifiers.includes(null)) {
    refuse(
      "The follower is no copy of this primary: its files were made by another initdb (the system identifiers differ).",
      "Check both URLs.",
    );
  }
  if (first.databaseOid !== second.databaseOid) {
    refuse("The URLs of the primary and of the follower name two different databases.", "Check both URLs.");
  }
  return {
    versionNumber: Math.min(first.versionNumber, second.versionNumber),
    parted: !second.inRecovery
      ? "It is not a follower any more: it was promoted, and takes writes of its own."
      : (await isAhead(primary, second.position, first.position))
        ? "It has replayed more than the primary has written: it follows another server, or their histories have parted."
        : null,
  };
}

async function describeServer(session: VerifySession): Promise<Server> {
  const [row] = await session.query(SERVER);
  const [inRecovery, startedAt, port, versionNumber, databaseOid, position] = row ?? [];
  // Some services keep this to themselves.
  const [control] = await session.query("SELECT system_identifier FROM pg_control_system()").catch(() => []);
  return {
    inRecovery: inRecovery === "t",
    startedAt: startedAt ?? null,
    port: port ?? null,
    versionNumber: Number(versionNumber),
    databaseOid: databaseOid ?? null,
    systemIdentifier: control?.[0] ?? null,
    position: position ?? null,
  };
}

async function isAhead(primary: VerifySession, replayed: string | null, written: string | null): Promise<boolean> {
  const [row] = await primary.query("SELECT $1::pg_lsn > $2::pg_lsn", [replayed, written]);
  return row?.[0] === "t";
}
