import { connectionReason } from "../databases/connection-reason.ts";
import type { DatabaseConfig } from "../databases/database-config.ts";
import { type FollowerArrival, waitForFollowers } from "../databases/wait-for-followers.ts";
import { withSession } from "../databases/with-session.ts";
import type { Routine } from "./installation.ts";
import { type Marker, readMarker } from "./marker.ts";

const ROUTINES_SQL = `
SELECT proc.proname || '(' || pg_catalog.oidvectortypes(proc.proargtypes) || ')' AS identity,
       pg_catalog.obj_description(proc.oid, 'pg_proc') AS comment, current_user AS role,
       pg_catalog.has_schema_privilege(namespace.oid, 'USAGE')
         AND pg_catalog.has_function_privilege(proc.oid, 'EXECUTE') AS callable
  FROM pg_catalog.pg_proc AS proc
  JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = proc.pronamespace
 WHERE namespace.nspname = $1`;

interface FoundRow {
  identity: string;
  comment: string | null;
  role: string;
  callable: boolean;
}

/**
 * Whether each follower has the helpers as the primary has them, and its reader may call them; seen through the
 * reader's own URL.
 * @param options.lsn what the followers are to have replayed, if they do within waitMs
 */
export async function followersHave(
  database: Pick<DatabaseConfig, "followers">,
  { schema, routines, lsn, waitMs }: { schema: string; routines: readonly Routine[]; lsn: string; waitMs: number },
): Promise<FollowerArrival[]> {
  const expected = routines.filter(({ marker }) => marker !== null);
  const waited = await waitForFollowers(database, lsn, waitMs);
  return Promise.all(
    database.followers.map(async ({ name, url }, index) => {
      const reason = await reasonOf(url, schema, expected, waited[index]!);
      return { name, arrived: reason === null, reason };
    }),
  );
}

async function reasonOf(
  url: string,
  schema: string,
  expected: readonly Routine[],
  waited: FollowerArrival,
): Promise<string | null> {
  try {
    const { rows } = await withSession(url, (client) => client.query<FoundRow>(ROUTINES_SQL, [schema]));
    const found = new Map(rows.map((row) => [row.identity, row]));
    const missing = expected.filter(
      ({ identity, marker }) => !isSame(readMarker(found.get(identity)?.comment ?? null), marker),
    );
    if (missing.length > 0) {
      return `${missing.length} of ${expected.length} functions are not there yet${waited.arrived ? "" : `: ${waited.reason}`}`;
    }
    const closed = expected.filter(({ identity }) => !found.get(identity)!.callable);
    if (closed.length === 0) return null;
    return `the role ${found.get(closed[0]!.identity)!.role} may not call ${closed.length} of ${expected.length} functions`;
  } catch (error) {
    return connectionReason(error);
  }
}

function isSame(one: Marker | null, other: Marker | null): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
