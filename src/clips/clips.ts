import { and, eq, sql } from "drizzle-orm";
import type { Chart } from "../charts/chart.ts";
import { AppError } from "../errors.ts";
import type { OwnDatabase } from "../own-database.ts";
import { teams } from "../people/tables.ts";
import { clips, versions } from "../tables.ts";
import { clipFingerprint } from "./clip-fingerprint.ts";
import { createSlug } from "./slug.ts";

/** How old a stored result may be, in seconds, to be served in place of a run, where a clip does not say. */
export const DEFAULT_MAX_AGE_SECONDS = 60;

/** A clip with the SQL of its current version. */
export interface Clip {
  id: number;
  slug: string;
  /** The team whose clip it is. */
  teamId: number;
  teamName: string;
  /** Who made it: as the asker of runs. */
  createdBy: string;
  database: string;
  title: string;
  description: string;
  version: number;
  sql: string;
  /** When the query runs anew: see the table. */
  refresh: "live" | "schedule" | "manual";
  maxAgeSeconds: number;
  cron: string | null;
  timeZone: string | null;
  /** How long its results are kept; null: as the installation's rules say. Bytes are those of the row frames. */
  keepResults: number | null;
  keepDays: number | null;
  keepBytes: number | null;
  /** In small letters, each once, in their order. */
  tags: readonly string[];
  /** How its result is drawn; null: as its columns suggest. */
  chart: Chart | null;
  /** Parameters whose values are in no log and not in the audit. */
  maskedParameters: readonly string[];
  createdAt: Date;
  updatedAt: Date;
  deletedAt: Date | null;
}

/** What makes a clip; checked by the routes. */
export interface ClipDraft {
  database: string;
  title: string;
  sql: string;
  /** Without it, the team that is there from the beginning. */
  teamId?: number | undefined;
  description?: string | undefined;
  refresh?: Clip["refresh"] | undefined;
  maxAgeSeconds?: number | undefined;
  cron?: string | null | undefined;
  timeZone?: string | null | undefined;
  keepResults?: number | null | undefined;
  keepDays?: number | null | undefined;
  keepBytes?: number | null | undefined;
  maskedParameters?: readonly string[] | undefined;
  tags?: readonly string[] | undefined;
  chart?: Chart | null | undefined;
}

/** A clip's columns, of the tables of clips, versions and teams joined by the two below. */
export const CLIP_COLUMNS = {
  id: clips.id,
  slug: clips.slug,
  teamId: clips.teamId,
  teamName: teams.name,
  createdBy: clips.createdBy,
  database: clips.database,
  title: clips.title,
  description: clips.description,
  version: clips.version,
  sql: versions.sql,
  refresh: clips.refresh,
  maxAgeSeconds: clips.maxAgeSeconds,
  cron: clips.cron,
  timeZone: clips.timeZone,
  keepResults: clips.keepResults,
  keepDays: clips.keepDays,
  keepBytes: clips.keepBytes,
  maskedParameters: clips.maskedParameters,
  tags: clips.tags,
  chart: clips.chart,
  createdAt: clips.createdAt,
  updatedAt: clips.updatedAt,
  deletedAt: clips.deletedAt,
};
export const CURRENT = and(eq(versions.clipId, clips.id), eq(versions.number, clips.version));
export const ITS_TEAM = eq(teams.id, clips.teamId);

/**
 * Saves a new clip with its first version.
 * @param createdBy who makes it: as the asker of runs
 */
export async function createClip(db: OwnDatabase, draft: ClipDraft, createdBy = "token"): Promise<Clip> {
  const slug = createSlug();
  await db.transaction(async (tx) => {
    const [clip] = await tx
      .insert(clips)
      .values({
        slug,
        createdBy,
        // Left out, it is the column's own default.
        teamId: draft.teamId,
        database: draft.database,
        title: draft.title,
        description: draft.description ?? "",
        refresh: draft.refresh ?? "live",
        maxAgeSeconds: draft.maxAgeSeconds ?? DEFAULT_MAX_AGE_SECONDS,
        cron: draft.cron ?? null,
        timeZone: draft.timeZone ?? null,
        keepResults: draft.keepResults ?? null,
        keepDays: draft.keepDays ?? null,
        keepBytes: draft.keepBytes ?? null,
        maskedParameters: draft.maskedParameters ?? [],
        tags: draft.tags ?? [],
        chart: draft.chart ?? null,
      })
      .returning({ id: clips.id });
    await tx.insert(versions).values({ clipId: clip!.id, number: 1, sql: draft.sql, createdBy });
  });
  return getClip(db, slug);
}

/** The query of every request, built once for each database: Drizzle takes half a millisecond to build it. */
const findBySlug = new WeakMap<OwnDatabase, ReturnType<typeof prepareFindBySlug>>();

/** Without a name PostgreSQL keeps nothing of it, so that it works through a pooler too. */
function prepareFindBySlug(db: OwnDatabase) {
  return db
    .select(CLIP_COLUMNS)
    .from(clips)
    .innerJoin(versions, CURRENT)
    .innerJoin(teams, ITS_TEAM)
    .where(eq(clips.slug, sql.placeholder("slug")))
    .prepare("");
}

/** A clip by its slug, whether deleted or not; null if there is none. */
export async function findClip(db: OwnDatabase, slug: string): Promise<Clip | null> {
  let find = findBySlug.get(db);
  if (find === undefined) findBySlug.set(db, (find = prepareFindBySlug(db)));
  const [clip] = await find.execute({ slug });
  return clip ?? null;
}

/** What is said of a clip that is not there, and of one that somebody may not see. */
export function noSuchClip(deleted = false): AppError {
  return new AppError("not_found", deleted ? "There is no such deleted clip." : "There is no such clip.", {
    hint: "Check the address; a clip's is 28 letters. It may have been deleted.",
  });
}

/**
 * A clip by its slug, whoever asks for it.
 * @param deleted whether a deleted clip is meant: one that is not, is then not found, and the other way round
 * @throws AppError not_found
 */
export async function getClip(db: OwnDatabase, slug: string | null, deleted = false): Promise<Clip> {
  const clip = slug === null ? null : await findClip(db, slug);
  if (clip === null || (clip.deletedAt !== null) !== deleted) throw noSuchClip(deleted);
  return clip;
}

/** A clip by its id, whether deleted or not. */
export async function getClipById(db: OwnDatabase, id: number): Promise<Clip> {
  const [clip] = await db
    .select(CLIP_COLUMNS)
    .from(clips)
    .innerJoin(versions, CURRENT)
    .innerJoin(teams, ITS_TEAM)
    .where(eq(clips.id, id));
  if (clip === undefined) throw new AppError("not_found", "There is no such clip.");
  return clip;
}

/** What an edit may change; what is not there stays. */
export type ClipChanges = { [Field in keyof ClipDraft]?: ClipDraft[Field] | undefined } & {
  /** The version that the edit was made from: another one by now is a conflict, and nothing is changed. */
  baseVersion?: number | undefined;
  /** What else the edit was made from, by {@link clipFingerprint}: the same. */
  baseFingerprint?: string | undefined;
  /** The version whose SQL the new one copies. */
  restoredFrom?: number | undefined;
  /** Who writes the new version: as the asker of runs. */
  createdBy?: string | undefined;
};

/**
 * Changes a clip; another SQL makes a new version, and the old ones stay as they are.
 * @throws AppError conflict when somebody else has made a version since, or changed what the fingerprint is of
 */
export async function editClip(db: OwnDatabase, clip: Clip, changes: ClipChanges): Promise<Clip> {
  await db.transaction(async (tx) => {
    // The lock first, and by itself: a join would be looked up as of before the wait, and find nothing.
    const [locked] = await tx.select().from(clips).where(eq(clips.id, clip.id)).for("update");
    const current = locked!.version;
    const [saved] = await tx
      .select({ sql: versions.sql })
      .from(versions)
      .where(and(eq(versions.clipId, clip.id), eq(versions.number, current)));
    if (changes.baseVersion !== undefined && changes.baseVersion !== current) {
      throw new AppError("conflict", `Somebody else has saved version ${current} of this clip meanwhile.`, {
        hint: "Look at it, put your change into it, and save again. Your text is not lost.",
      });
    }
    if (changes.baseFingerprint !== undefined && changes.baseFingerprint !== clipFingerprint(locked!)) {
      throw new AppError("conflict", "Somebody else has changed this clip's title, description or rules meanwhile.", {
        hint: "Look at what is saved, put your change into it, and save again. Your text is not lost.",
      });
    }
    const isNew = changes.sql !== undefined && changes.sql !== saved!.sql;
    if (isNew) {
      await tx.insert(versions).values({
        clipId: clip.id,
        number: current + 1,
        sql: changes.sql!,
        restoredFrom: changes.restoredFrom ?? null,
        createdBy: changes.createdBy ?? "token",
      });
    }
    const { database, teamId, title, description, refresh, maxAgeSeconds, cron, timeZone } = changes;
    const { keepResults, keepDays, keepBytes, maskedParameters, tags, chart } = changes;
    await tx
      .update(clips)
      .set({
        ...(database === undefined ? {} : { database }),
        ...(teamId === undefined ? {} : { teamId }),
        ...(title === undefined ? {} : { title }),
        ...(description === undefined ? {} : { description }),
        ...(refresh === undefined ? {} : { refresh }),
        ...(maxAgeSeconds === undefined ? {} : { maxAgeSeconds }),
        ...(cron === undefined ? {} : { cron }),
        ...(timeZone === undefined ? {} : { timeZone }),
        ...(keepResults === undefined ? {} : { keepResults }),
        ...(keepDays === undefined ? {} : { keepDays }),
        ...(keepBytes === undefined ? {} : { keepBytes }),
        ...(maskedParameters === undefined ? {} : { maskedParameters }),
        ...(tags === undefined ? {} : { tags }),
        ...(chart === undefined ? {} : { chart }),
        ...(isNew ? { version: current + 1 } : {}),
        updatedAt: sql`now()`,
      })
      .where(eq(clips.id, clip.id));
  });
  return getClipById(db, clip.id);
}

/** Deletes a clip, so that it can be restored; its shares stop working at once. */
export async function deleteClip(db: OwnDatabase, clip: Clip): Promise<void> {
  await db
    .update(clips)
    .set({ deletedAt: sql`now()` })
    .where(eq(clips.id, clip.id));
}

/** Takes a deletion back. */
export async function undeleteClip(db: OwnDatabase, clip: Clip): Promise<Clip> {
  await db.update(clips).set({ deletedAt: null }).where(eq(clips.id, clip.id));
  return getClipById(db, clip.id);
}
