import type { Context } from "hono";
import type { Clip } from "../clips/clips.ts";
import { speakingSlug } from "../clips/slug.ts";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import { describeParameters } from "../runs/describe.ts";
import type { Choices } from "../runs/parameter-choices.ts";
import { checkSql } from "../runs/check-sql.ts";
import { compileTemplate } from "../runs/template.ts";
import type { ShownSchedule } from "../schedules/show-schedule.ts";

/** A parameter as the API shows it; its type is null while no follower can be asked. */
export interface ParameterJson {
  name: string;
  type: string | null;
  default: string | null;
  /** What its value may be chosen from. */
  choices?: Choices;
}

/** The address of this server as the one who asks knows it. */
export function baseUrl(c: Context, { publicUrl }: Pick<Deps, "publicUrl">): string {
  return publicUrl ?? new URL(c.req.url).origin;
}

/** A clip as the API shows it. */
export function clipJson(c: Context, deps: Deps, clip: Clip): Record<string, unknown> {
  return {
    id: clip.id,
    slug: clip.slug,
    team_id: clip.teamId,
    team: { id: clip.teamId, name: clip.teamName },
    created_by: clip.createdBy,
    url: `${baseUrl(c, deps)}/clips/${speakingSlug(clip.slug, clip.title)}`,
    database: clip.database,
    title: clip.title,
    description: clip.description,
    version: clip.version,
    sql: clip.sql,
    refresh: clip.refresh,
    max_age_seconds: clip.maxAgeSeconds,
    cron: clip.cron,
    time_zone: clip.timeZone,
    keep_results: clip.keepResults,
    keep_days: clip.keepDays,
    keep_bytes: clip.keepBytes,
    tags: clip.tags,
    chart: clip.chart,
    masked_parameters: clip.maskedParameters,
    created_at: clip.createdAt.toISOString(),
    updated_at: clip.updatedAt.toISOString(),
    ...(clip.deletedAt === null ? {} : { deleted_at: clip.deletedAt.toISOString() }),
  };
}

/** A clip's schedule as the API shows it. */
export function scheduleJson({ next, last }: ShownSchedule): Record<string, unknown> {
  return {
    next: next.map((time) => time.toISOString()),
    last: last && {
      run: last.id,
      state: last.state,
      result: last.result,
      error: last.error,
      created_at: last.createdAt.toISOString(),
      finished_at: last.finishedAt?.toISOString() ?? null,
    },
  };
}

/**
 * Checks a clip's SQL before it is saved: template, gate, and PostgreSQL's own word on it. Says what its parameters are.
 * @throws AppError with what is wrong; a follower that cannot be asked is no reason to lose somebody's text
 */
export async function checkClip(
  deps: Deps,
  databaseName: string,
  sql: string,
  options?: { suggest?: boolean },
): Promise<ParameterJson[]> {
  const database = deps.databases.get(databaseName);
  const template = checkSql(sql);
  try {
    return await describeParameters(database, template, options);
  } catch (error) {
    if (!(error instanceof AppError) || error.status < 500) throw error;
    return template.parameters.map(({ name, default: fallback }) => ({ name, type: null, default: fallback }));
  }
}

/**
 * The parameters of a clip that is saved already: whatever is wrong with its SQL by now is the run's to say.
 * @param options.suggest see {@link describeParameters}
 */
export async function clipParameters(
  deps: Deps,
  clip: Clip,
  options?: { suggest?: boolean },
): Promise<ParameterJson[]> {
  try {
    return await checkClip(deps, clip.database, clip.sql, options);
  } catch {
    const { parameters } = compileTemplate(clip.sql);
    return parameters.map(({ name, default: fallback }) => ({ name, type: null, default: fallback }));
  }
}
