import pg from "pg";
import type { DatabaseConfig } from "../databases/database-config.ts";
import { currentLsn, type FollowerArrival, waitForFollowers } from "../databases/wait-for-followers.ts";
import { explainRefusal } from "./explain-refusal.ts";
import { helperFiles } from "./helper-files.ts";
import type { HelperOptions } from "./helpers-status.ts";
import { type Installation, type Language, readInstallation } from "./installation.ts";
import { DEFAULT_SCHEMA, inTransaction, readSchemaName, scriptText } from "./installer-session.ts";

/** What a remove did. */
export interface RemoveReport {
  database: string;
  schema: string;
  /** The functions that were dropped. */
  removed: readonly string[];
  /** Whether the schema was dropped: it is when Dataclips made it, and nothing else is in it. */
  schema_dropped: boolean;
  /** The engines, which stay: others may use them. */
  extensions: readonly Language[];
  followers: readonly FollowerArrival[];
}

/** A schema that holds something else stays: that is tried, for what may be in a schema is of many kinds. */
const dropSchemaSql = (schema: string): string => `DO $dataclips$
BEGIN
  DROP SCHEMA ${pg.escapeIdentifier(schema)};
EXCEPTION WHEN dependent_objects_still_exist THEN
  NULL;
END
$dataclips$;
`;

/**
 * Drops all functions that bear Dataclips' mark from a schema, in one transaction, unless something depends on them.
 * @throws AppError no_primary, primary_lost, conflict with what depends on them, query_failed, database_busy
 */
export async function removeHelpers(database: DatabaseConfig, options: HelperOptions = {}): Promise<RemoveReport> {
  const { waitMs = 0 } = options;
  const schema = readSchemaName(options.schema ?? DEFAULT_SCHEMA);
  try {
    const { before, after } = await inTransaction(database, "change", async (client) => {
      const found = await read(client, schema, options);
      for (const part of removeParts(found)) await client.query(part);
      return { before: found, after: await read(client, schema, options) };
    });
    const lsn = await inTransaction(database, "look", currentLsn);
    return {
      database: database.name,
      schema,
      removed: marked(before).map(({ identity }) => identity),
      schema_dropped: before.namespace !== null && after.namespace === null,
      extensions: Object.keys(after.languages) as Language[],
      followers: await waitForFollowers(database, lsn, waitMs),
    };
  } catch (error) {
    throw await explainRefusal(error, database, { schema, language: null, readers: [] });
  }
}

/** The SQL that a remove would run, for a person to run it. */
export async function removeScript(database: DatabaseConfig, options: HelperOptions = {}): Promise<string> {
  const schema = readSchemaName(options.schema ?? DEFAULT_SCHEMA);
  try {
    const installation = await inTransaction(database, "look", (client) => read(client, schema, options));
    return scriptText(
      `Removes the helpers of Dataclips from the schema ${schema} of ${database.name}`,
      removeParts(installation),
    );
  } catch (error) {
    throw await explainRefusal(error, database, { schema, language: null, readers: [] });
  }
}

function read(client: pg.Client, schema: string, { files = helperFiles() }: HelperOptions): Promise<Installation> {
  return readInstallation(client, { files, schema, readers: [] });
}

function marked({ routines }: Installation): Installation["routines"] {
  return routines.filter(({ marker }) => marker !== null);
}

function removeParts(installation: Installation): string[] {
  const { schema, namespace } = installation;
  const routines = marked(installation).map(({ target }) => target);
  return [
    ...(routines.length === 0 ? [] : [`DROP ROUTINE\n  ${routines.join(",\n  ")};\n`]),
    ...(namespace?.own === true ? [dropSchemaSql(schema)] : []),
  ];
}
