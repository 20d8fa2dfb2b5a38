import type { DatabaseConfig } from "../databases/database-config.ts";
import { AppError } from "../errors.ts";
import { isPostgresError } from "../sqlstates.ts";
import { missingRights } from "./missing-rights.ts";

const UNCHANGED = "Nothing has been changed.";

/**
 * What the primary refused of an install or a remove, in words, and what to do. The transaction is over: nothing of
 * it has been kept.
 * @param wanted see {@link missingRights}
 */
export async function explainRefusal(
  error: unknown,
  database: Pick<DatabaseConfig, "name" | "primary">,
  wanted: Parameters<typeof missingRights>[1],
): Promise<AppError> {
  if (error instanceof AppError) return error;
  if (!isPostgresError(error)) {
    return new AppError("primary_lost", `The connection to the primary of ${database.name} broke.`, {
      hint: "Look at the state of the helpers: the last statement may have been carried out, or all of it undone.",
      cause: error,
    });
  }
  const details = { sqlstate: error.code, cause: error };
  if (error.code === "42501") {
    const { role, statements } = await missingRights(database, wanted);
    return new AppError("query_failed", `The role ${role} may not do that: ${error.message}.`, {
      ...details,
      hint:
        statements.length === 0 ? `${UNCHANGED} Let a superuser run what --dry-run prints.` : superuserHint(statements),
    });
  }
  if (error.code === "2BP01") {
    const { detail = "" } = error as { detail?: string };
    return new AppError("conflict", `Helpers are in use: ${dependentsText(detail)}.`, {
      ...details,
      hint: `${UNCHANGED} Drop what depends on them first, or define it without them.`,
    });
  }
  if (error.code === "55P03" || error.code === "57014") {
    return new AppError("database_busy", "Another session holds what has to be changed, such as another install.", {
      ...details,
      hint: `${UNCHANGED} Try again in a moment.`,
      retryAfterSeconds: 5,
    });
  }
  return new AppError("query_failed", `The primary refused it: ${error.message}.`, {
    ...details,
    hint: [UNCHANGED, error.hint].filter((text) => text !== undefined).join(" "),
  });
}

/** What to do where a superuser has to do something first. */
export function superuserHint(statements: readonly string[]): string {
  return `${UNCHANGED} Let a superuser run, in the database, and then try again:\n${statements.join("\n")}`;
}

/** PostgreSQL says "index i depends on function f(json)" a line. */
function dependentsText(detail: string): string {
  return detail
    .split("\n")
    .filter((line) => line !== "")
    .join("; ");
}
