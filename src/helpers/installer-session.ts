import type pg from "pg";
import type { DatabaseConfig } from "../databases/database-config.ts";
import { withPrimary } from "../databases/primary-session.ts";
import { AppError } from "../errors.ts";

/** The first statements of an install and a remove: names are looked up in pg_catalog only, and one waits for the other. */
const BEGIN_SQL = `BEGIN;
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL client_encoding = 'UTF8';
SET LOCAL standard_conforming_strings = on;
SET LOCAL quote_all_identifiers = off;
SET LOCAL lock_timeout = '60s';
DO $dataclips$ BEGIN PERFORM pg_catalog.pg_advisory_xact_lock(1684108385, 1751477360); END $dataclips$;
SET LOCAL lock_timeout = '5s';
`;

/** For a look that changes nothing, at one moment. */
const LOOK_SQL = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL quote_all_identifiers = off`;

/**
 * Runs a function in a transaction on the primary: one that changes helpers, and is committed unless the function
 * rejects, or one that only looks.
 */
export function inTransaction<Value>(
  database: Pick<DatabaseConfig, "name" | "primary">,
  kind: "change" | "look",
  use: (client: pg.Client) => Promise<Value>,
): Promise<Value> {
  return withPrimary(database, async (client) => {
    // withPrimary ends the session, and with it what is open.
    await client.query(kind === "change" ? BEGIN_SQL : LOOK_SQL);
    const value = await use(client);
    await client.query("COMMIT");
    return value;
  });
}

const SCHEMA_NAME = /^(?!pg_|information_schema$)[a-z_][a-z0-9_]{0,62}$/i;

/** The name of a helpers' schema. @throws AppError invalid_request */
export function readSchemaName(name: string): string {
  if (SCHEMA_NAME.test(name)) return name;
  throw new AppError("invalid_request", `${JSON.stringify(name)} cannot be the schema of helpers.`, {
    hint: "It has letters, digits and _, 63 at most, does not begin with a digit, and is none of PostgreSQL's own.",
  });
}

/** The schema that helpers are installed into unless another is named. */
export const DEFAULT_SCHEMA = "dataclips";

/** SQL for a person, who runs it as it stands. */
export function scriptText(title: string, parts: readonly string[]): string {
  if (parts.length === 0) return `-- ${title}: there is nothing to do.\n`;
  return `-- ${title}. Run it with: psql -v ON_ERROR_STOP=1\n${[BEGIN_SQL, ...parts].join("\n")}\nCOMMIT;\n`;
}
