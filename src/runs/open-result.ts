import { setImmediate, setTimeout as delay } from "node:timers/promises";
import type { Clip } from "../clips/clips.ts";
import { getVersion } from "../clips/versions.ts";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import type { ResultEnd, ResultSource } from "../results/result.ts";
import { findNewestResult, findResult, isBeingStored, openStored, type StoredResult } from "../results/store.ts";
import { findAwaited } from "./awaited-run.ts";
import { checkSql } from "./check-sql.ts";
import { type AsOf, getResultAsOf } from "./get-result-as-of.ts";
import { fillParameters, type ParameterValues } from "./parameters.ts";
import { resultKey, type RunRequest } from "./run-request.ts";
import type { Joined } from "./runs.ts";

/** How long the headers of a live result wait for it to end: most results are complete by then, and can say so. */
const END_MS = 25;

/** How often it is looked whether another server has stored a result. */
const STORED_POLL_MS = 200;

/** Which result of a clip is meant. */
export interface ResultRequest {
  /** A stored result by its number. */
  result?: number | undefined;
  /** The stored result that was current at a time in the past; not together with `result`. */
  asOf?: AsOf | undefined;
  /** Another version than the current one. */
  version?: number | undefined;
  parameters: ParameterValues;
  /** Who asks: see {@link RunRequest}. */
  asker: string;
  askerName?: string | undefined;
  address?: string | null | undefined;
  /** Those that the asker may see results of: a clip may have been on another one once; null: all. */
  databases?: readonly string[] | null | undefined;
  /** A stored result that is not older than this will do; null: of any age. */
  maxAgeSeconds: number | null;
  /** Whether an older one will do meanwhile: the newest there is, while it is made anew in the background. */
  staleWhileRevalidate?: boolean | undefined;
  /** Asked once before a run is started. Where it says no, an older result has to do; it may throw why there is none. */
  mayRun?: ((stale: boolean) => boolean) | undefined;
  /** A run that the asker has waited for already: what it makes will do, however old results may be. */
  awaited?: string | null | undefined;
  /** Told the id of the run that is waited for, on whatever server, as soon as there is one. */
  onRun?: ((id: string) => void) | undefined;
  /** Aborted when the one who asks goes away. */
  signal: AbortSignal;
}

type Who = "asker" | "askerName" | "address";

/** A result that can be sent. Whoever opened it calls `leave` once, when it is sent or no longer wanted. */
export interface OpenedResult {
  source: ResultSource;
  /** What is known of the whole result, if it is complete already. */
  end: ResultEnd | null;
  parameters: ParameterValues;
  leave: () => void;
}

/**
 * A clip's result: the stored one where it will do, else that of a run, new or under way.
 * @throws AppError not_found for a number or version that is not there; what the gate, the parameters and the run say
 */
export async function openResult(deps: Deps, clip: Clip, request: ResultRequest): Promise<OpenedResult> {
  if (request.result !== undefined) {
    return openFound(deps, await getResult(deps, clip, request.result, request));
  }
  const { asOf, version, parameters } = request;
  if (asOf !== undefined) {
    const stored = await getResultAsOf(deps.db, clip, { asOf, version, parameters });
    if (isFrom(stored, request)) return openFound(deps, stored);
    throw new AppError("not_found", "The result of that time is from a database that you may not see.");
  }
  const run = await prepareRun(deps, clip, request);
  const { maxAgeSeconds } = request;
  const notBeforeMs = (): number => performance.now() - (maxAgeSeconds ?? 0) * 1000;
  const mayStart = (stale: boolean): boolean =>
    request.mayRun === undefined || deps.runs.isUnderWay(run, notBeforeMs()) || request.mayRun(stale);
  const awaited = request.awaited == null ? null : await findAwaited(deps, request.awaited, run, request);
  if (awaited !== null) return openJoined(deps, run, awaited, request);
  // Always from the database: a run that has just ended, on whatever server, has made the newest one.
  const newest = maxAgeSeconds === 0 ? undefined : await findNewestResult(deps.db, resultKey(run));
  if (newest !== undefined) {
    const isFresh = maxAgeSeconds === null || newest.head.startedMs >= notBeforeMs();
    if (isFresh) return openFound(deps, newest);
    if (request.staleWhileRevalidate === true) {
      if (mayStart(true)) deps.runs.refresh(run);
      return openFound(deps, newest);
    }
  }
  mayStart(false);
  return openJoined(deps, run, await joinRun(deps, run, request, notBeforeMs()), request);
}

/** The result of a run that one waits for, or what it has made. */
async function openJoined(
  deps: Deps,
  run: RunRequest,
  joined: StoredResult | Extract<Joined, { run: unknown }>,
  request: Pick<ResultRequest, "signal" | "onRun">,
): Promise<OpenedResult> {
  if ("head" in joined) return openFound(deps, joined);
  const { run: live, leave } = joined;
  request.onRun?.(live.info().id);
  request.signal.addEventListener("abort", leave, { once: true });
  if (request.signal.aborted) leave();
  try {
    const source = await live.open();
    const end = await Promise.race([source.end, pause(END_MS)]);
    return { source, end, parameters: run.parameters, leave };
  } catch (error) {
    leave();
    throw error;
  }
}

/** Joins the run under way, or starts one; or what a run has made that was over before. */
async function joinRun(
  deps: Deps,
  run: RunRequest,
  request: ResultRequest,
  notBeforeMs: number,
): Promise<StoredResult | Extract<Joined, { run: unknown }>> {
  const joined = await deps.runs.joinOrStart(run, notBeforeMs, request.signal, request.onRun);
  if ("run" in joined) return joined;
  const made = await findResult(deps.db, run.clip.id, joined.result);
  // One that is gone by now, by the rule for how many are kept, is refreshed.
  return made && isFrom(made, request) ? made : joinRun(deps, run, request, performance.now());
}

/** A run of a clip, checked by the gate, with a value for each parameter. */
export async function prepareRun(
  deps: Pick<Deps, "db" | "databases">,
  clip: Clip,
  { version = clip.version, parameters, ...who }: Pick<ResultRequest, "version" | "parameters" | Who>,
): Promise<RunRequest> {
  const sql = version === clip.version ? clip.sql : (await getVersion(deps.db, clip.id, version)).sql;
  const database = deps.databases.get(clip.database);
  const template = checkSql(sql);
  const { asker, askerName, address } = who;
  const filled = fillParameters(template, parameters);
  return { clip, version, database, template, parameters: filled, asker, askerName, address };
}

/** Waits so long, and then for what has come over the network meanwhile: a busy server's timers come first. */
async function pause(milliseconds: number): Promise<null> {
  await delay(milliseconds, undefined, { ref: false });
  return setImmediate(null);
}

async function getResult(
  deps: Deps,
  clip: Clip,
  number: number,
  { version, databases, signal }: Pick<ResultRequest, "version" | "databases" | "signal">,
): Promise<StoredResult> {
  // Its number is said with its first row: whoever asks for it by that waits until it is stored.
  await deps.runs.whenStored(clip.id, number);
  // Always from the store: another server may have removed what is in memory here.
  let found = await findResult(deps.db, clip.id, number);
  while (found === undefined) {
    const isComing = await isBeingStored(deps.db, clip.id, number);
    if (isComing) await delay(STORED_POLL_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
    // It may have been stored between the two looks.
    found = await findResult(deps.db, clip.id, number);
    if (!isComing) break;
  }
  const stored = found && isFrom(found, { databases }) ? found : undefined;
  if (stored !== undefined && (version === undefined || stored.head.version === version)) return stored;
  throw new AppError(
    "not_found",
    stored === undefined
      ? `This clip has no result ${number}.`
      : `Result ${number} of this clip is of version ${stored.head.version}, not ${version}.`,
  );
}

function isFrom({ head }: StoredResult, { databases = null }: Pick<ResultRequest, "databases">): boolean {
  return databases === null || databases.includes(head.database);
}

async function openFound(deps: Deps, stored: StoredResult): Promise<OpenedResult> {
  const source = await openStored(deps, deps.cache, stored);
  return { source, end: stored.end, parameters: stored.parameters, leave: () => {} };
}
