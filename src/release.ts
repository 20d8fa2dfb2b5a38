import { sql } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import packageJson from "../package.json" with { type: "json" };
import journal from "../sql/migrations/meta/_journal.json" with { type: "json" };
import { AppError } from "./errors.ts";
import type { Log } from "./log.ts";
import { repeatHourly } from "./repeat-hourly.ts";

const NEWEST = journal.entries.at(-1)!;
/** The number of the migration before which servers cannot work beside this release's: they plan schedules elsewhere. */
const OLDEST_COMPATIBLE = 16;

/** This release, such as "Dataclips 0.1.0 (tables 0016_schedule-plans)". */
export const RELEASE = nameRelease(packageJson.version, NEWEST.tag);

/** What sessions of this release on its own database are called: by that a newer release knows it. */
export const OWN_APPLICATION_NAME = `dataclips ${NEWEST.tag.slice(0, 4)}`;

function nameRelease(version: string, tag: string): string {
  return `Dataclips ${version} (tables ${tag})`;
}

/** Where Drizzle's migrator keeps what it has run. Its comment names the release that ran the last of it. */
const MIGRATIONS = "drizzle.__drizzle_migrations";

/**
 * Refuses a database with tables of a newer release than this one.
 * @throws AppError store_failed, naming both releases
 */
export async function refuseNewerTables(db: Pick<NodePgDatabase, "execute">): Promise<void> {
  const { rows: known } = await db.execute(sql`SELECT to_regclass(${MIGRATIONS}) IS NOT NULL AS is_there`);
  if (known[0]!["is_there"] !== true) return;
  const { rows } = await db.execute<{ newest: string | null; release: string | null }>(
    sql`SELECT max(created_at)::text AS newest, obj_description(${MIGRATIONS}::regclass) AS release
          FROM ${sql.raw(MIGRATIONS)}`,
  );
  const { newest, release } = rows[0]!;
  if (newest === null || Number(newest) <= NEWEST.when) return;
  // Migrations that were not run by a release of Dataclips left no name.
  const newer = release?.startsWith("Dataclips ") === true && release !== RELEASE ? release : dated(Number(newest));
  throw new AppError("store_failed", `Dataclips' own database has the tables of ${newer}. This is ${RELEASE}.`, {
    hint: "Start that release or a later one. To go back to this one, restore the database as it was before the migration.",
  });
}

function dated(createdMs: number): string {
  return `a newer release, of ${new Date(createdMs).toISOString().slice(0, 10)} or later`;
}

/** Says in the database which release its tables are of. */
export async function nameTables(db: Pick<NodePgDatabase, "execute">): Promise<void> {
  await db.execute(sql.raw(`COMMENT ON TABLE ${MIGRATIONS} IS '${RELEASE}'`));
}

/**
 * Looks now and every hour whether servers of an older release use the database that cannot work beside this one, and says so.
 * @returns what stops it
 */
export function watchOlderServers(db: Pick<NodePgDatabase, "execute">, log: Log): () => Promise<void> {
  const look = async (): Promise<void> => {
    // Sessions of releases before 0016 have no number in their names.
    const { rows } = await db.execute<{ addresses: string[]; sessions: number }>(sql`
      SELECT array_agg(DISTINCT coalesce(host(client_addr), 'a socket')) AS addresses, count(*)::int4 AS sessions
        FROM pg_stat_activity
       WHERE datname = current_database() AND usename = current_user
         AND coalesce(substring(application_name FROM '^dataclips (\d{4})$')::int4,
                      CASE WHEN application_name = 'dataclips' THEN 0 END) < ${OLDEST_COMPATIBLE}
      HAVING count(*) > 0`);
    for (const { addresses, sessions } of rows) {
      log.warn("older_server_running", {
        reason: `a server of an older release uses this database, and cannot work beside ${RELEASE}: stop it`,
        from: addresses.join(","),
        sessions,
      });
    }
  };
  return repeatHourly(look, { failed: "older_servers_not_looked_for", log });
}
