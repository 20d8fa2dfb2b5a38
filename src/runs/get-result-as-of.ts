import { and, desc, eq, exists, isNotNull, sql } from "drizzle-orm";
import type { Clip } from "../clips/clips.ts";
import { getVersion, type Version } from "../clips/versions.ts";
import { AppError } from "../errors.ts";
import type { OwnDatabase } from "../own-database.ts";
import { findFirstAfter, findResultAsOf, type VersionKey } from "../results/find-as-of.ts";
import type { StoredResult } from "../results/store.ts";
import { results, versions } from "../tables.ts";
import { fillParameters, type ParameterValues, parametersKey } from "./parameters.ts";
import { compileTemplate } from "./template.ts";

/** A time in the past that somebody wants a clip's result of. */
export interface AsOf {
  time: Date;
  /** The address of the same thing as of another time, for those that errors point to. */
  address: (time: Date) => string;
}

type SqlVersion = Pick<Version, "number" | "sql">;

/**
 * The result that was current at a time, of whatever version was current then: each version's own defaults stand in for
 * the parameters that are not given, and a version that does not take the given ones is passed over.
 * @param version only results of this one
 * @throws AppError not_found, naming the nearest one after the time; invalid_parameter where no version takes the values
 */
export async function getResultAsOf(
  db: OwnDatabase,
  clip: Clip,
  { asOf, version, parameters }: { asOf: AsOf; version?: number | undefined; parameters: ParameterValues },
): Promise<StoredResult> {
  const wanted = version === undefined ? undefined : await getVersion(db, clip.id, version);
  const candidates = wanted === undefined ? await listVersionsWithResults(db, clip.id) : [wanted];
  const keys = candidates.flatMap((candidate) => keyOf(candidate, parameters) ?? []);
  // What is wrong with the values is for the version to say that would run now.
  if (keys.length === 0) fillParameters(compileTemplate((wanted ?? clip).sql), parameters);
  const found = keys.length === 0 ? undefined : await findResultAsOf(db, clip.id, keys, asOf.time);
  if (found !== undefined) return found;
  const next = keys.length === 0 ? undefined : await findFirstAfter(db, clip.id, keys, asOf.time);
  const question = `${version === undefined ? "" : ` of version ${version}`}${Object.keys(parameters).length === 0 ? "" : " with these parameters"}`;
  throw new AppError("not_found", `There is no result${question} from ${asOf.time.toISOString()} or before it.`, {
    hint:
      next === undefined
        ? "There is none from after it either. Leave as_of out for the newest data."
        : `The nearest is result ${next.head.number}, finished at ${next.end.finishedAt.toISOString()}: ${asOf.address(next.end.finishedAt)}`,
  });
}

/** Results are bounded by the retention rules, and so are the versions that have one. */
async function listVersionsWithResults(db: OwnDatabase, clipId: number): Promise<SqlVersion[]> {
  const ofVersion = db
    .select({ one: sql`1` })
    .from(results)
    .where(and(eq(results.clipId, clipId), eq(results.version, versions.number), isNotNull(results.sealedAt)));
  return db
    .select({ number: versions.number, sql: versions.sql })
    .from(versions)
    .where(and(eq(versions.clipId, clipId), exists(ofVersion)))
    .orderBy(desc(versions.number));
}

/** What a version's results with the given values are found by; null where it does not take these. */
function keyOf({ number, sql: text }: SqlVersion, parameters: ParameterValues): VersionKey | null {
  try {
    return { version: number, parametersKey: parametersKey(fillParameters(compileTemplate(text), parameters)) };
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}
