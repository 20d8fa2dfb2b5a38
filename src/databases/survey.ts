import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import { type FollowerStatus, readStatus, STATUS_SQL } from "./follower-status.ts";
import { lsnPosition } from "./lsn.ts";
import { isSameCluster, type Peer, type Peers } from "./standing.ts";
import { withSession } from "./with-session.ts";

/** A server that has not said where it stands by then cannot be asked. */
export const PATIENCE_MS = 3_000;
/** How long a look at the others counts: a follower that is cut off waits for the next one. */
const MAX_AGE_MS = 2_000;
/** How long a primary that could not be reached is not tried again. */
const UNREACHABLE_MS = 10_000;
/** How many positions of the primary are remembered, and how far apart at least. */
const POSITIONS = 60;
const POSITION_MS = 5_000;

/** Looks at all servers of a database, to tell how they stand to each other. */
export interface Survey<Follower> {
  /**
   * The others of a follower, as they were seen at most two seconds ago, and not before it became what it says that it is.
   * Never rejects.
   */
  peersOf(follower: Follower, status: Pick<FollowerStatus, "isFollower" | "startedAt">): Promise<Peers>;
  /** The primary as it was seen last; undefined before the first look. */
  readonly primary: Peer | "unreachable" | null | undefined;
  /** How long ago the primary had already written more than what a follower has replayed; 0: not known to have. */
  missingForSeconds(follower: Follower, walLsn: string | null): number;
}

interface Seen<Follower> {
  ms: number;
  primary: Peer | "unreachable" | null;
  followers: Map<Follower, Peer>;
}

/**
 * @param options.followers the database's
 * @param options.ask looks at one of them; see {@link askPeer}
 * @param options.primary the configured primary's URL; null: there is none
 */
export function createSurvey<Follower>(options: {
  followers: () => readonly Follower[];
  ask: (follower: Follower) => Promise<Peer>;
  primary: string | null;
}): Survey<Follower> {
  let seen: Seen<Follower> | undefined;
  let looking: Promise<Seen<Follower>> | undefined;
  let unreachableMs = -Infinity;
  /** Where the primary was on its timeline, the oldest first; times by `performance.now()`. */
  let positions: { ms: number; position: number; timeline: number | null }[] = [];

  const askPrimary = async (): Promise<Seen<Follower>["primary"]> => {
    if (options.primary === null) return null;
    if (performance.now() - unreachableMs < UNREACHABLE_MS) return "unreachable";
    const ms = performance.now();
    const primary = await orNull(withSession(options.primary, askPeer, { connectionTimeoutMillis: PATIENCE_MS }));
    if (primary === null) {
      unreachableMs = performance.now();
      return "unreachable";
    }
    remember(ms, primary);
    return primary;
  };

  const remember = (ms: number, { walLsn, isFollower, timeline }: Peer): void => {
    const last = positions.at(-1);
    if (walLsn === null || isFollower) return;
    // A successor may not have all that the one before it has written.
    if (last !== undefined && last.timeline !== timeline) positions = [];
    else if (last !== undefined && ms - last.ms < POSITION_MS) return;
    positions.push({ ms, position: lsnPosition(walLsn), timeline });
    if (positions.length > POSITIONS) positions.shift();
  };

  const look = async (): Promise<Seen<Follower>> => {
    const all = options.followers();
    const [primary, ...peers] = await Promise.all([
      askPrimary(),
      ...all.map((follower) => orNull(options.ask(follower))),
    ]);
    const found = all.flatMap((follower, index) => (peers[index] ? [[follower, peers[index]] as const] : []));
    seen = { ms: performance.now(), primary: primary!, followers: new Map(found) };
    return seen;
  };

  return {
    get primary() {
      return seen?.primary;
    },
    async peersOf(follower, { isFollower, startedAt }) {
      const known = seen?.followers.get(follower);
      const isOld = known !== undefined && (known.isFollower !== isFollower || known.startedAt !== startedAt);
      // A look that is under way may have been before, too.
      if (isOld) await looking;
      if (isOld || seen === undefined || performance.now() - seen.ms > MAX_AGE_MS) {
        looking ??= look().finally(() => (looking = undefined));
      }
      const { primary, followers: found } = (await looking) ?? seen!;
      const siblings = [...found].filter(([other]) => other !== follower).map(([, peer]) => peer);
      return { primary, siblings, self: found.get(follower) };
    },
    missingForSeconds(follower, walLsn) {
      const self = seen?.followers.get(follower);
      const primary = seen?.primary;
      if (walLsn === null || self === undefined || !primary || primary === "unreachable") return 0;
      if (!isSameCluster(self, primary)) return 0;
      const position = lsnPosition(walLsn);
      const missing = positions.find((known) => known.position > position);
      return missing === undefined ? 0 : (performance.now() - missing.ms) / 1000;
    },
  };
}

/** Where a server stands, by a session outside of any transaction. */
export async function askPeer(client: pg.Client): Promise<Peer> {
  const status: FollowerStatus = readStatus(await client.query(STATUS_SQL));
  const { isFollower, walLsn, lagBytes, streaming, startedAt } = status;
  return { isFollower, walLsn, lagBytes, streaming, startedAt, ...(await askIdentity(client)) };
}

/**
 * A primary's timeline begins the names of its WAL files ("WAL Internals"). A follower knows that of its last checkpoint,
 * which may be minutes old, and of what it has to have replayed to be consistent, which is written as it goes.
 */
const IDENTITY_SQL = `
  SELECT s.system_identifier::text AS system_identifier,
         CASE WHEN pg_catalog.pg_is_in_recovery() THEN greatest(c.timeline_id, r.min_recovery_end_timeline)
              ELSE ('x' || pg_catalog.left(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 8))::bit(32)::int4
         END AS timeline,
         (SELECT pg_catalog.count(*)::int4 FROM pg_catalog.pg_stat_replication) AS senders
    FROM pg_catalog.pg_control_system() AS s, pg_catalog.pg_control_checkpoint() AS c, pg_catalog.pg_control_recovery() AS r`;

type Identity = Pick<Peer, "systemIdentifier" | "timeline" | "senders">;

async function askIdentity(client: pg.Client): Promise<Identity> {
  try {
    const { rows } = await client.query<{ system_identifier: string; timeline: number; senders: number }>(IDENTITY_SQL);
    const { system_identifier: systemIdentifier, timeline, senders } = rows[0]!;
    return { systemIdentifier, timeline, senders };
  } catch (error) {
    // Some services keep this to themselves.
    if ((error as { code?: string }).code !== "42501") throw error;
    return { systemIdentifier: null, timeline: null, senders: 0 };
  }
}

/** What could be found out within the time that there is; null if it could not. */
async function orNull(asking: Promise<Peer>): Promise<Peer | null> {
  const none = delay(PATIENCE_MS, null, { ref: false });
  return Promise.race([asking.catch(() => null), none]);
}
