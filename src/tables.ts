import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  customType,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import type { Chart } from "./charts/chart.ts";
import type { ShareFormat } from "./clips/share-rules.ts";
import type { ErrorBody } from "./errors.ts";
import { FIRST_TEAM, people, teams } from "./people/tables.ts";
import type { Column } from "./results/columns.ts";
import type { ParameterValues } from "./runs/parameters.ts";

/** The tables of Dataclips' own database; those of people are in people/tables.ts. `npm run migration` writes the difference to sql/migrations. */

const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => "bytea" });
/** What PostgreSQL's uuid is to be asked with: anything else would be its error, and not "not found". */
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const time = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

export const clips = pgTable(
  "clips",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    /** 28 random lowercase letters: the clip's identity in URLs. */
    slug: text("slug").notNull().unique(),
    /** The team whose clip it is: its members see it. */
    teamId: bigint("team_id", { mode: "number" })
      .notNull()
      .default(FIRST_TEAM)
      .references(() => teams.id, { onDelete: "restrict" }),
    database: text("database").notNull(),
    title: text("title").notNull(),
    description: text("description").notNull().default(""),
    /** In small letters, each once, in their order. */
    tags: text("tags")
      .array()
      .$type<readonly string[]>()
      .notNull()
      .default(sql`'{}'`),
    /** How its result is drawn; null: as its columns suggest. */
    chart: jsonb("chart").$type<Chart>(),
    /** Parameters whose values the audit does not say. */
    maskedParameters: text("masked_parameters")
      .array()
      .$type<readonly string[]>()
      .notNull()
      .default(sql`'{}'`),
    /** Who made it: as the asker of runs. */
    createdBy: text("created_by").notNull().default("token"),
    /** The number of the current version. */
    version: integer("version").notNull().default(1),
    /** The highest result number given out so far. */
    lastResult: integer("last_result").notNull().default(0),
    /** When the query runs anew: when somebody asks and the newest result is too old, by a schedule, or by hand only. */
    refresh: text("refresh", { enum: ["live", "schedule", "manual"] })
      .notNull()
      .default("live"),
    /** Of a live clip: a stored result younger than this is served in place of a run. */
    maxAgeSeconds: integer("max_age_seconds").notNull(),
    /** Of a scheduled clip: cron's five fields, and the IANA time zone that they are in. */
    cron: text("cron"),
    timeZone: text("time_zone"),
    /** How long results are kept, where the clip says more than the installation: null is the installation's rule. */
    keepResults: integer("keep_results"),
    keepDays: integer("keep_days"),
    keepBytes: bigint("keep_bytes", { mode: "number" }),
    createdAt: time("created_at").notNull().defaultNow(),
    updatedAt: time("updated_at").notNull().defaultNow(),
    /** A deleted clip can be restored. */
    deletedAt: time("deleted_at"),
  },
  (table) => [
    index("clips_updated_at").on(table.updatedAt),
    index("clips_team_id").on(table.teamId),
    index("clips_scheduled")
      .on(table.id)
      .where(sql`refresh = 'schedule' AND deleted_at IS NULL`),
  ],
);

export const versions = pgTable(
  "versions",
  {
    clipId: bigint("clip_id", { mode: "number" })
      .notNull()
      .references(() => clips.id, { onDelete: "cascade" }),
    number: integer("number").notNull(),
    sql: text("sql").notNull(),
    /** The version that this one is a copy of, when it was made by restoring. */
    restoredFrom: integer("restored_from"),
    /** Who wrote it: as the asker of runs. */
    createdBy: text("created_by").notNull().default("token"),
    createdAt: time("created_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.clipId, table.number] })],
);

/** The clips that people want at hand. */
export const favourites = pgTable(
  "favourites",
  {
    personId: uuid("person_id")
      .notNull()
      .references(() => people.id, { onDelete: "cascade" }),
    clipId: bigint("clip_id", { mode: "number" })
      .notNull()
      .references(() => clips.id, { onDelete: "cascade" }),
    createdAt: time("created_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.personId, table.clipId] }), index("favourites_clip_id").on(table.clipId)],
);

/** Who has a clip open in the editor: a row for each window, which says every few seconds that it is still there. */
export const clipEditors = pgTable(
  "clip_editors",
  {
    clipId: bigint("clip_id", { mode: "number" })
      .notNull()
      .references(() => clips.id, { onDelete: "cascade" }),
    /** The window's own random name. */
    editor: uuid("editor").notNull(),
    /** As the asker of runs, and for people's eyes. */
    asker: text("asker").notNull(),
    askerName: text("asker_name").notNull(),
    seenAt: time("seen_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.clipId, table.editor] })],
);

export const runs = pgTable(
  "runs",
  {
    id: uuid("id").primaryKey(),
    clipId: bigint("clip_id", { mode: "number" })
      .notNull()
      .references(() => clips.id, { onDelete: "cascade" }),
    version: integer("version").notNull(),
    parameters: jsonb("parameters").$type<ParameterValues>().notNull(),
    state: text("state", { enum: ["queued", "running", "done", "failed", "cancelled"] }).notNull(),
    follower: text("follower"),
    result: integer("result"),
    rowCount: bigint("row_count", { mode: "number" }),
    bytes: bigint("bytes", { mode: "number" }),
    durationMs: integer("duration_ms"),
    error: jsonb("error").$type<ErrorBody["error"]>(),
    /** Who or what asked: `schedule`, `token` (the administrator's), `person:<id>`, `key:<id>`, `share:<id>`. */
    asker: text("asker").notNull().default("token"),
    /** The result key as text, of a run that others may join; at most one such run is under way, on whatever server. */
    flight: text("flight"),
    /** When the server that has the run last said that it is alive. */
    heartbeatAt: time("heartbeat_at").notNull().defaultNow(),
    /** Set to have it cancelled by the server that has it. */
    cancelRequested: boolean("cancel_requested").notNull().default(false),
    createdAt: time("created_at").notNull().defaultNow(),
    finishedAt: time("finished_at"),
  },
  (table) => [
    index("runs_clip_id_created_at").on(table.clipId, table.createdAt),
    uniqueIndex("runs_flight")
      .on(table.flight)
      .where(sql`state IN ('queued', 'running')`),
  ],
);

export const results = pgTable(
  "results",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    clipId: bigint("clip_id", { mode: "number" })
      .notNull()
      .references(() => clips.id, { onDelete: "cascade" }),
    number: integer("number").notNull(),
    /** The run that makes it: when its server has died, what there is of the result is removed. */
    runId: uuid("run_id"),
    version: integer("version").notNull(),
    parameters: jsonb("parameters").$type<ParameterValues>().notNull(),
    /** The parameters in one canonical text, to find a result by them. */
    parametersKey: text("parameters_key").notNull(),
    title: text("title").notNull(),
    database: text("database").notNull(),
    follower: text("follower").notNull(),
    lagSeconds: doublePrecision("lag_seconds"),
    lagBytes: bigint("lag_bytes", { mode: "number" }),
    /** As PostgreSQL writes a pg_lsn. */
    walLsn: text("wal_lsn"),
    columns: jsonb("columns").$type<readonly Column[]>().notNull(),
    startedAt: time("started_at").notNull(),
    /** Who or what asked for it: as in runs. */
    asker: text("asker").notNull().default("token"),
    /** What follows is there once the result is sealed; an unsealed one is never served. */
    sealedAt: time("sealed_at"),
    finishedAt: time("finished_at"),
    durationMs: integer("duration_ms"),
    rowCount: bigint("row_count", { mode: "number" }),
    bytes: bigint("bytes", { mode: "number" }),
    sha256: text("sha256"),
    truncated: boolean("truncated"),
    chunkCount: integer("chunk_count"),
  },
  (table) => [
    unique("results_clip_id_number").on(table.clipId, table.number),
    index("results_newest")
      .on(table.clipId, table.version, table.parametersKey, table.number)
      .where(sql`sealed_at IS NOT NULL`),
  ],
);

export const resultChunks = pgTable(
  "result_chunks",
  {
    resultId: bigint("result_id", { mode: "number" })
      .notNull()
      .references(() => results.id, { onDelete: "cascade" }),
    /** From 0. */
    number: integer("number").notNull(),
    /** The chunk's first row, from 0, and its first byte among the result's frames. */
    firstRow: bigint("first_row", { mode: "number" }).notNull(),
    firstByte: bigint("first_byte", { mode: "number" }).notNull(),
    /** Bytes of the frames, not compressed. */
    bytes: integer("bytes").notNull(),
    codec: text("codec", { enum: ["zstd", "gzip"] }).notNull(),
    /** Compressed frames of whole rows; null: they are in the bucket (see src/results/chunk-bucket.ts). */
    data: bytea("data"),
  },
  (table) => [primaryKey({ columns: [table.resultId, table.number] })],
);

export const shares = pgTable(
  "shares",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    clipId: bigint("clip_id", { mode: "number" })
      .notNull()
      .references(() => clips.id, { onDelete: "cascade" }),
    /** SHA-256 of the share's secret; the secret itself is shown once and not kept. */
    secretHash: text("secret_hash").notNull().unique(),
    /** The result that the share shows for ever; null: the newest. A result that is pinned cannot be removed. */
    pinnedResultId: bigint("pinned_result_id", { mode: "number" }).references(() => results.id, {
      onDelete: "restrict",
    }),
    /** For those who manage shares; viewers never see them. */
    name: text("name").notNull().default(""),
    note: text("note").notNull().default(""),
    /** From then on it does not work. */
    expiresAt: time("expires_at"),
    /** Values that viewers cannot change, by parameter. */
    lockedParameters: jsonb("locked_parameters").$type<ParameterValues>().notNull().default({}),
    /** The parameters that viewers may change; null: all that are not locked. */
    openParameters: text("open_parameters").array().$type<readonly string[]>(),
    /** Web origins whose pages may read its data and frame its page; null: all may read, none may frame. */
    origins: text("origins").array().$type<readonly string[]>(),
    /** The formats that it gives, `html` being its page; null: all. */
    formats: text("formats").array().$type<readonly ShareFormat[]>(),
    /** Of one address; null: the default. */
    requestsPerMinute: integer("requests_per_minute"),
    /** Whether it opens only with what an application's server has signed: see clips/signed-embeds.ts. */
    signed: boolean("signed").notNull().default(false),
    /** scrypt, with its parameters and salt; null: no password is asked for. */
    passwordHash: text("password_hash"),
    /** Who made it: as the asker of runs. */
    createdBy: text("created_by").notNull().default("token"),
    createdAt: time("created_at").notNull().defaultNow(),
    revokedAt: time("revoked_at"),
  },
  (table) => [
    index("shares_clip_id").on(table.clipId),
    index("shares_pinned_result_id")
      .on(table.pinnedResultId)
      .where(sql`pinned_result_id IS NOT NULL`),
  ],
);

/**
 * When each schedule's next time comes. A row is a plan for one line of cron in its time zone: where the clip has another
 * line by now, or the row was written under a clock that was ahead, it is planned again (src/schedules/plans.ts).
 */
export const schedulePlans = pgTable(
  "schedule_plans",
  {
    clipId: bigint("clip_id", { mode: "number" })
      .notNull()
      .references(() => clips.id, { onDelete: "cascade" }),
    /** What is done when the time comes: the clip runs, or its materialized view is refreshed. */
    job: text("job", { enum: ["run", "refresh"] }).notNull(),
    /** Cron's five fields and the time zone, as the plan was made from them. */
    line: text("line").notNull(),
    /** By the clock of this database, as the next one; infinity for a line that cannot be read. */
    nextAt: time("next_at").notNull(),
    plannedAt: time("planned_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.clipId, table.job] })],
);

/** How shares are used. Apart from them: a change of a share is told to all servers, and this changes every minute. */
export const shareUses = pgTable("share_uses", {
  shareId: uuid("share_id")
    .primaryKey()
    .references(() => shares.id, { onDelete: "cascade" }),
  /** Requests that were let through. */
  uses: bigint("uses", { mode: "number" }).notNull(),
  lastUsedAt: time("last_used_at").notNull(),
  lastAddress: text("last_address").notNull(),
});

/**
 * Clips whose content is kept as a materialized view on their database's primary. What is not about the wish is of the
 * last time that content came in: it is null until then.
 */
export const materializedClips = pgTable(
  "materialized_clips",
  {
    clipId: bigint("clip_id", { mode: "number" })
      .primaryKey()
      // The view has to go first.
      .references(() => clips.id, { onDelete: "restrict" }),
    database: text("database").notNull(),
    /** Of the view, in the schema dataclips of that database. */
    name: text("name").notNull(),
    /** The columns that together are unique in the content, as somebody said; null: they are looked for. */
    uniqueColumns: text("unique_columns").array(),
    /** When it is refreshed: cron's five fields and their IANA time zone; null: by hand only. */
    cron: text("cron"),
    timeZone: text("time_zone"),
    /** The clip's version that the content is of. */
    version: integer("version"),
    /** The columns of the unique index, with which it can be refreshed while people read; null: there is none. */
    indexColumns: text("index_columns").array(),
    refreshedAt: time("refreshed_at"),
    durationMs: integer("duration_ms"),
    rowCount: bigint("row_count", { mode: "number" }),
    /** On the primary's disk, with the index. */
    bytes: bigint("bytes", { mode: "number" }),
    /** Why the last try failed, if it did; the content is the one before. */
    error: jsonb("error").$type<ErrorBody["error"]>(),
    failedAt: time("failed_at"),
    createdAt: time("created_at").notNull().defaultNow(),
  },
  (table) => [unique("materialized_clips_database_name").on(table.database, table.name)],
);
