import { and, inArray, type SQL } from "drizzle-orm";
import { clips } from "../tables.ts";

/** Whose clips somebody sees, and on which databases; null: all. */
export interface VisibleTo {
  teamIds: readonly number[] | null;
  databases: readonly string[] | null;
}

/** The condition on the table of clips that leaves those that somebody may see; undefined: all. */
export function whereVisible({ teamIds, databases }: VisibleTo): SQL | undefined {
  return and(
    teamIds === null ? undefined : inArray(clips.teamId, [...teamIds]),
    databases === null ? undefined : inArray(clips.database, [...databases]),
  );
}
