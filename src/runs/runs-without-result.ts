import { and, desc, eq, isNull, ne } from "drizzle-orm";
import type { OwnDatabase } from "../own-database.ts";
import { runs } from "../tables.ts";

/** A run of a clip that has made no result: it is under way, or has failed, or was cancelled. */
export type RunWithoutResult = Pick<
  typeof runs.$inferSelect,
  "id" | "state" | "version" | "parameters" | "durationMs" | "error" | "asker" | "createdAt"
>;

/** The last runs of a clip that have made no result, the newest first. */
export async function runsWithoutResult(db: OwnDatabase, clipId: number, most: number): Promise<RunWithoutResult[]> {
  return db
    .select({
      id: runs.id,
      state: runs.state,
      version: runs.version,
      parameters: runs.parameters,
      durationMs: runs.durationMs,
      error: runs.error,
      asker: runs.asker,
      createdAt: runs.createdAt,
    })
    .from(runs)
    .where(and(eq(runs.clipId, clipId), isNull(runs.result), ne(runs.state, "done")))
    .orderBy(desc(runs.createdAt))
    .limit(most);
}
