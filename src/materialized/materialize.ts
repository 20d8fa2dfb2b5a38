import { setTimeout as delay } from "node:timers/promises";
import { type Clip, getClipById } from "../clips/clips.ts";
import { type FollowerArrival, waitForFollowers } from "../databases/wait-for-followers.ts";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import { buildView, dropView, type Filled, refreshView } from "./fill-view.ts";
import { findOwnView, findView } from "./found-view.ts";
import { inPrimaryTransaction, isUnderWay } from "./primary-transaction.ts";
import {
  addRecord,
  changeRecord,
  findRecord,
  type MaterializedRecord,
  recordFailure,
  recordFilled,
  type RecordedWish,
  removeRecord,
} from "./records.ts";
import { REFRESH_LIMITS, type RefreshLimits } from "./run-bounded.ts";
import { checkViewName, viewNameOf } from "./view-name.ts";
import { viewSql } from "./view-sql.ts";

/** How long followers are waited for, once the primary has the content. */
const ARRIVAL_MS = 5_000;
/** How long the one who edits a clip waits for its view. */
const EDIT_MS = 10_000;

export type MaterializeDeps = Pick<Deps, "db" | "databases" | "log">;

/** Content that has come in, and which followers have it already. */
export interface Materialized extends Filled {
  followers: FollowerArrival[];
}

/**
 * Materializes a clip, or changes how it is: the view is made, or made anew, where it is not as wished.
 * @param wish.name undefined: as it is, or after the title
 * @param limits other ones than {@link REFRESH_LIMITS}
 * @returns null when the view was as wished already
 * @throws AppError with what is wrong; then all is as it was, and the clip not materialized if it was not
 */
export async function materializeClip(
  deps: MaterializeDeps,
  clip: Clip,
  wish: RecordedWish & { name?: string | undefined },
  limits: RefreshLimits = REFRESH_LIMITS,
): Promise<Materialized | null> {
  const { name: named, ...rest } = wish;
  const before = await findRecord(deps.db, clip.id);
  const name = checkViewName(named ?? before?.name ?? viewNameOf(clip.title, clip.id));
  await viewSql(deps.databases.get(clip.database), clip.sql);
  if (before === null) {
    await addRecord(deps.db, clip, name, rest);
    try {
      return await fillClip(deps, clip, { wait: false, anew: true, limits });
    } catch (error) {
      await removeRecord(deps.db, clip.id, { unfilled: true }).catch(logFailure(deps));
      throw error;
    }
  }
  if (before.name !== name) {
    throw new AppError("conflict", `This clip is materialized as ${before.name}, not as ${name}.`, {
      hint: "Other clips may use the name. To give it another one, take the materialization away and make it anew.",
    });
  }
  await changeRecord(deps.db, clip.id, rest);
  const isAsWished =
    before.version === clip.version &&
    before.error === null &&
    (rest.uniqueColumns === null || sameNames(rest.uniqueColumns, before.indexColumns ?? []));
  if (isAsWished) return null;
  try {
    return await fillClip(deps, clip, { wait: false, anew: true, limits });
  } catch (error) {
    const { uniqueColumns, cron, timeZone } = before;
    await changeRecord(deps.db, clip.id, { uniqueColumns, cron, timeZone }).catch(logFailure(deps));
    throw error;
  }
}

/**
 * Brings new content into a materialized clip's view; of the clip's current version, if that is another one.
 * @throws AppError not_found when the clip is not materialized; conflict when that is under way; what is wrong, which is
 *   kept with the clip as well, and the old content stays
 */
export async function refreshMaterialized(
  deps: MaterializeDeps,
  clip: Clip,
  limits: RefreshLimits = REFRESH_LIMITS,
): Promise<Materialized> {
  return fillClip(deps, clip, { wait: false, anew: false, limits });
}

/**
 * Lets the view of a clip follow an edit of its SQL: begins that, and waits for a moment. What fails is kept with the
 * clip, and shown; the old content stays.
 */
export async function followEdit(deps: MaterializeDeps, clip: Clip): Promise<void> {
  const record = await findRecord(deps.db, clip.id);
  if (record === null || record.version === clip.version) return;
  const filling = fillClip(deps, clip, { wait: true, anew: false, limits: REFRESH_LIMITS }).catch((error: unknown) => {
    if (!(error instanceof AppError)) deps.log.error("materialized_edit_failed", error, { clip: clip.slug });
  });
  const over = new AbortController();
  await Promise.race([filling, delay(EDIT_MS, undefined, { signal: over.signal, ref: false }).catch(() => {})]);
  over.abort();
}

/** @throws AppError conflict for a materialized clip that is to be moved to another database */
export async function checkDatabaseChange(
  db: Deps["db"],
  clip: Clip,
  { database }: { database?: string | undefined },
): Promise<void> {
  if (database === undefined || database === clip.database || (await findRecord(db, clip.id)) === null) return;
  throw new AppError("conflict", `This clip is materialized in ${clip.database}, so it cannot move to ${database}.`, {
    hint: "Take the materialization away first.",
  });
}

/**
 * Takes the materialization of a clip away, with its view.
 * @param options.leave the view stays where it is, and is nobody's: for a primary that is gone for good
 * @returns whether there was one
 * @throws AppError conflict when others depend on the view; no_primary, primary_lost: then nothing has changed
 */
export async function dematerializeClip(
  { db, databases }: MaterializeDeps,
  clip: Clip,
  options: { leave: boolean } = { leave: false },
): Promise<boolean> {
  const record = await findRecord(db, clip.id);
  if (record === null) return false;
  if (!options.leave) {
    const database = databases.get(record.database);
    await inPrimaryTransaction(database, clip.slug, {
      wait: false,
      fills: false,
      async work({ client }) {
        const view = { name: record.name, slug: clip.slug };
        // Somebody may have dropped it by hand, and made something else of that name.
        if ((await findView(client, database, view)).kind === "own") await dropView(client, record.name);
      },
    });
  }
  await removeRecord(db, clip.id, { unfilled: false });
  return true;
}

/** @param options.anew whether the view is made anew, and not only its content */
async function fillClip(
  { db, databases, log }: MaterializeDeps,
  clip: Clip,
  { wait, anew, limits }: { wait: boolean; anew: boolean; limits: RefreshLimits },
): Promise<Materialized> {
  const before = await getRecord(db, clip.id);
  const database = databases.get(clip.database);
  const started = performance.now();
  try {
    const { value, lsn } = await inPrimaryTransaction(database, clip.slug, {
      wait,
      fills: true,
      async work(transaction) {
        // Read under the lock: a version that was saved meanwhile is the one that counts.
        const [current, record] = await Promise.all([getClipById(db, clip.id), getRecord(db, clip.id)]);
        const { name, uniqueColumns } = record;
        const sql = await viewSql(database, current.sql);
        const there = await findOwnView(transaction.client, database, { name, slug: clip.slug });
        const fill = anew || there?.version !== current.version ? buildView : refreshView;
        return fill(transaction, { clip: current, sql, name, uniqueColumns, limits });
      },
    });
    await recordFilled(db, clip.id, value, Math.round(performance.now() - started));
    return { ...value, followers: await waitForFollowers(database, lsn, ARRIVAL_MS) };
  } catch (error) {
    if (!isUnderWay(error)) await recordFailure(db, before, error).catch(logFailure({ log }));
    throw error;
  }
}

/** What went wrong before is the error that counts. */
function logFailure({ log }: Pick<MaterializeDeps, "log">): (error: unknown) => void {
  return (error) => log.error("materialized_state_lost", error);
}

async function getRecord(db: Deps["db"], clipId: number): Promise<MaterializedRecord> {
  const record = await findRecord(db, clipId);
  if (record !== null) return record;
  throw new AppError("not_found", "This clip is not materialized.", {
    hint: "PUT /api/clips/<slug>/materialized makes it so; the clip's page has a form for it.",
  });
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, index) => name === b[index]);
}
