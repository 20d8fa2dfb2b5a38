import pg from "pg";
import type { DatabaseConfig } from "../databases/database-config.ts";
import { currentLsn, type FollowerArrival } from "../databases/wait-for-followers.ts";
import { AppError } from "../errors.ts";
import { explainRefusal, superuserHint } from "./explain-refusal.ts";
import { followersHave } from "./followers-have.ts";
import { helperFiles } from "./helper-files.ts";
import type { HelperOptions } from "./helpers-status.ts";
import { chooseLanguage, type Installation, readInstallation } from "./installation.ts";
import { DEFAULT_SCHEMA, inTransaction, readSchemaName, scriptText } from "./installer-session.ts";
import { judgeHelpers } from "./judge-helpers.ts";
import { type InstallPlan, planInstall } from "./plan-install.ts";
import { extensionStatements, missingRights } from "./missing-rights.ts";
import { readerRoles } from "../databases/reader-roles.ts";

export interface InstallOptions extends HelperOptions {
  /** Replaces functions that were changed by hand. */
  force?: boolean | undefined;
}

/** What an install did. */
export interface InstallReport extends Omit<InstallPlan, "parts" | "createsExtension"> {
  database: string;
  schema: string;
  /** Whether anything was changed. */
  changed: boolean;
  created_extension: boolean;
  /** Names of all helpers that are there now. */
  helpers: readonly string[];
  followers: readonly FollowerArrival[];
}

/**
 * Installs the helpers on a database's primary, or brings those that are there up to this release, in one transaction;
 * changes nothing where nothing is to do. Waits for the followers, up to `waitMs`.
 * @throws AppError no_primary, primary_lost, conflict, query_failed with what to do about missing rights, database_busy
 */
export async function installHelpers(database: DatabaseConfig, options: InstallOptions = {}): Promise<InstallReport> {
  const { files = helperFiles(), readers = readerRoles(database), waitMs = 0, force = false } = options;
  const schema = readSchemaName(options.schema ?? DEFAULT_SCHEMA);
  let language: string | null = null;
  try {
    const read = (client: pg.Client): Promise<Installation> => readInstallation(client, { files, schema, readers });
    const { routines, parts, createsExtension, ...done } = await inTransaction(database, "change", async (client) => {
      const before = await read(client);
      language = chooseLanguage(before);
      const plan = planInstall(before, judgeHelpers(files, before), { readers, force });
      if (plan.parts.length === 0) return { ...plan, routines: before.routines };
      for (const part of plan.parts) await client.query(part);
      const after = await read(client);
      await checkInstalled(database, after, plan, options);
      return { ...plan, routines: after.routines };
    });
    const lsn = await inTransaction(database, "look", currentLsn);
    const followers = await followersHave(database, { schema, routines, lsn, waitMs });
    return {
      database: database.name,
      schema,
      changed: parts.length > 0,
      created_extension: createsExtension,
      ...done,
      helpers: files.map(({ name }) => name),
      followers,
    };
  } catch (error) {
    throw await explainRefusal(error, database, { schema, language, readers });
  }
}

/** The SQL that an install would run, for a person to run it; reads catalogs only. @throws AppError as an install does */
export async function installScript(database: DatabaseConfig, options: InstallOptions = {}): Promise<string> {
  const { files = helperFiles(), readers = readerRoles(database), force = false } = options;
  const schema = readSchemaName(options.schema ?? DEFAULT_SCHEMA);
  try {
    const installation = await inTransaction(database, "look", (client) =>
      readInstallation(client, { files, schema, readers }),
    );
    const { parts } = planInstall(installation, judgeHelpers(files, installation), { readers, force });
    return scriptText(`Installs the helpers of Dataclips into the schema ${schema} of ${database.name}`, parts);
  } catch (error) {
    throw await explainRefusal(error, database, { schema, language: null, readers });
  }
}

/** Some of what a role may not do, PostgreSQL leaves out with a mere warning: such as to give away what is not its own. */
async function checkInstalled(
  database: DatabaseConfig,
  installation: Installation,
  { language, createsExtension, kept }: InstallPlan,
  { files = helperFiles(), readers = readerRoles(database) }: InstallOptions,
): Promise<void> {
  if (createsExtension && installation.languages[language]?.everybody === true) {
    throw new AppError(
      "conflict",
      `Everybody could write functions in ${language}, readers too, and this role cannot take that away.`,
      { hint: superuserHint(extensionStatements(language, pg.escapeIdentifier(installation.role))) },
    );
  }
  const keptRoutines = new Set(kept.map(({ routine }) => routine));
  const wrong = judgeHelpers(files, installation).filter(
    ({ state, leftovers }) => state !== "current" && !leftovers.some(({ identity }) => keptRoutines.has(identity)),
  );
  if (wrong.length === 0) return;
  const { schema } = installation;
  const { statements } = await missingRights(database, { schema, language: null, readers });
  const names = wrong.map(({ name, detail }) => (detail === null ? name : `${name} (${detail})`));
  throw new AppError("conflict", `Helpers could not be made as they have to be: ${names.join(", ")}.`, {
    hint: statements.length === 0 ? "Nothing has been changed." : superuserHint(statements),
  });
}
