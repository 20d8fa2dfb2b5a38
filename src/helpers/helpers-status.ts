import type { DatabaseConfig } from "../databases/database-config.ts";
import { currentLsn, type FollowerArrival } from "../databases/wait-for-followers.ts";
import { followersHave } from "./followers-have.ts";
import { type HelperFile, helperFiles } from "./helper-files.ts";
import { chooseLanguage, type Installation, type Language, readInstallation } from "./installation.ts";
import { DEFAULT_SCHEMA, inTransaction, readSchemaName } from "./installer-session.ts";
import { explainRefusal } from "./explain-refusal.ts";
import { judgeHelpers, type HelperState, type JudgedHelper } from "./judge-helpers.ts";
import { readerRoles } from "../databases/reader-roles.ts";

/** Where helpers are installed, for whom, and how long to wait for the followers. */
export interface HelperOptions {
  schema?: string | undefined;
  /** The roles that may call them; by default those of the followers' URLs. */
  readers?: readonly string[] | undefined;
  /** How long a follower may take to have what the primary has, in ms; 0: only look. */
  waitMs?: number | undefined;
  /** In place of the files of sql/plv8. */
  files?: readonly HelperFile[] | undefined;
}

/** What a helper is and how it stands, for people and programs. */
export interface HelperStatus {
  name: string;
  state: HelperState;
  /** Why, where the state alone does not say it. */
  detail: string | null;
  functions: readonly { signature: string; result: string | null; comment: string | null }[];
}

export interface HelpersStatus {
  database: string;
  schema: string;
  /** Whether all helpers are current and on every follower. */
  ok: boolean;
  /** The engine that they run in, or would; null: the server has none. */
  language: Language | null;
  /** Whether that engine is installed, and whether everybody may write functions in it. */
  installed: boolean;
  everybody_writes: boolean;
  /** Versions of the engines that CREATE EXTENSION could give. */
  offers: Installation["offers"];
  helpers: readonly HelperStatus[];
  followers: readonly FollowerArrival[];
}

/**
 * Looks at the helpers of a database, on its primary and on its followers. Changes nothing.
 * @throws AppError no_primary, primary_lost, invalid_request
 */
export async function helpersStatus(database: DatabaseConfig, options: HelperOptions = {}): Promise<HelpersStatus> {
  const { files = helperFiles(), readers = readerRoles(database), waitMs = 0 } = options;
  const schema = readSchemaName(options.schema ?? DEFAULT_SCHEMA);
  try {
    const { installation, lsn } = await inTransaction(database, "look", async (client) => ({
      lsn: await currentLsn(client),
      installation: await readInstallation(client, { files, schema, readers }),
    }));
    const judged = judgeHelpers(files, installation);
    const language = chooseLanguage(installation);
    const followers = await followersHave(database, { schema, routines: installation.routines, lsn, waitMs });
    return {
      database: database.name,
      schema,
      ok: judged.every(({ state }) => state === "current") && followers.every(({ arrived }) => arrived),
      language,
      installed: language !== null && installation.languages[language] !== undefined,
      everybody_writes: language !== null && (installation.languages[language]?.everybody ?? false),
      offers: installation.offers,
      helpers: judged.map(helperStatus),
      followers,
    };
  } catch (error) {
    throw await explainRefusal(error, database, { schema, language: null, readers });
  }
}

/** Of a helper that is in the files what they say of it, else what the catalog says. */
function helperStatus({ name, state, detail, file, routines }: JudgedHelper): HelperStatus {
  const functions = file?.routines ?? routines;
  return {
    name,
    state,
    detail,
    functions: functions.map(({ signature, result, comment }) => ({ signature, result, comment })),
  };
}
