import { and, asc, desc, eq, gt, lte, or, type SQL } from "drizzle-orm";
import type { OwnDatabase } from "../own-database.ts";
import { results } from "../tables.ts";
import { findFirstResult, type StoredResult } from "./store.ts";

/** One version with one set of parameter values: the results of such pairs answer the same question. */
export interface VersionKey {
  version: number;
  parametersKey: string;
}

/**
 * The result that was current at a time: of those that had finished by then the one with the highest number, which is
 * how a reader is given the newest one. A result counts from its `finished_at` on: while it ran, readers still had the
 * one before it. And that is the time which its JSON says, so that asking for it gives this very result.
 * @param keys one at least
 */
export async function findResultAsOf(
  db: OwnDatabase,
  clipId: number,
  keys: readonly VersionKey[],
  time: Date,
): Promise<StoredResult | undefined> {
  return findFirstResult(db, and(ofKeys(clipId, keys), lte(results.finishedAt, time)), desc(results.number));
}

/** The first result that finished after a time. */
export async function findFirstAfter(
  db: OwnDatabase,
  clipId: number,
  keys: readonly VersionKey[],
  time: Date,
): Promise<StoredResult | undefined> {
  const later = and(ofKeys(clipId, keys), gt(results.finishedAt, time));
  return findFirstResult(db, later, asc(results.finishedAt), asc(results.number));
}

function ofKeys(clipId: number, keys: readonly VersionKey[]): SQL | undefined {
  const pairs = keys.map(({ version, parametersKey }) =>
    and(eq(results.version, version), eq(results.parametersKey, parametersKey)),
  );
  return and(eq(results.clipId, clipId), or(...pairs));
}
