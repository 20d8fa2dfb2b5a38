import type pg from "pg";

/** The statement_timeout of these sessions, in case; an attack on the limits has a shorter one. */
export const GUARD_MS = 29_000;

/** What a session has that a new one has not: settings, locks, statements, cursors, temporary tables, another role. */
export async function readTraces(client: pg.Client): Promise<unknown> {
  const { rows } = await client.query(`
    SELECT session_user = current_user AS same_role,
           (SELECT jsonb_object_agg(name, setting) FROM pg_settings
             WHERE source = 'session' AND name NOT IN ('client_encoding', 'statement_timeout')) AS settings,
           current_setting('client_encoding') AS encoding, current_setting('statement_timeout') AS statement_timeout,
           nullif(current_setting('app.tenant', true), '') AS tenant, nullif(current_setting('app.stash', true), '') AS stash,
           current_setting('transaction_read_only') AS read_only,
           (SELECT count(*)::int FROM pg_locks WHERE pid = pg_backend_pid() AND (locktype = 'advisory' OR mode = 'AccessExclusiveLock')) AS locks,
           (SELECT count(*)::int FROM pg_prepared_statements) AS prepared, (SELECT count(*)::int FROM pg_cursors) AS cursors,
           (SELECT count(*)::int FROM pg_listening_channels()) AS channels, pg_my_temp_schema()::int AS temporary,
           coalesce(array_length(dblink_get_connections(), 1), 0) AS dblinks`);
  return rows[0];
}

/** The traces of a session that nothing was done in, as JSON. */
export const CLEAN = JSON.stringify({
  same_role: true,
  settings: null,
  encoding: "UTF8",
  statement_timeout: `${GUARD_MS / 1000}s`,
  tenant: null,
  stash: null,
  read_only: "off",
  locks: 0,
  prepared: 0,
  cursors: 0,
  channels: 0,
  temporary: 0,
  dblinks: 0,
});
