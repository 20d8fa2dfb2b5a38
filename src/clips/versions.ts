import { and, desc, eq } from "drizzle-orm";
import { AppError } from "../errors.ts";
import type { OwnDatabase } from "../own-database.ts";
import { versions } from "../tables.ts";

/** One immutable text of a clip's SQL. */
export interface Version {
  number: number;
  sql: string;
  restoredFrom: number | null;
  /** Who wrote it: as the asker of runs. */
  createdBy: string;
  createdAt: Date;
}

const COLUMNS = {
  number: versions.number,
  sql: versions.sql,
  restoredFrom: versions.restoredFrom,
  createdBy: versions.createdBy,
  createdAt: versions.createdAt,
};

/** A clip's versions, the newest first. */
export async function listVersions(db: OwnDatabase, clipId: number): Promise<Version[]> {
  return db.select(COLUMNS).from(versions).where(eq(versions.clipId, clipId)).orderBy(desc(versions.number));
}

/** @throws AppError not_found */
export async function getVersion(db: OwnDatabase, clipId: number, number: number): Promise<Version> {
  const [version] = await db
    .select(COLUMNS)
    .from(versions)
    .where(and(eq(versions.clipId, clipId), eq(versions.number, number)));
  if (version === undefined) throw new AppError("not_found", `This clip has no version ${number}.`);
  return version;
}
