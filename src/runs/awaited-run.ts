import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import { findResult, type StoredResult } from "../results/store.ts";
import type { LiveRun } from "./live-run.ts";
import { parametersKey } from "./parameters.ts";
import { endedWithin, type RunInfo } from "./run-records.ts";
import type { RunRequest } from "./run-request.ts";
import { watchRun } from "./watch-run.ts";

/** What a run has made is there so long for those who have waited for it: their pages look for it every two seconds. */
const KEPT_SECONDS = 30;

interface Waiting {
  databases?: readonly string[] | null | undefined;
  signal: AbortSignal;
  onRun?: ((id: string) => void) | undefined;
}

/**
 * A run that somebody says they have waited for: joined while it is under way, and its result for a while after that.
 * @returns null where there is no such run of the same clip, version and parameters, or it has been over for too long
 * @throws AppError as the run failed
 */
export async function findAwaited(
  deps: Deps,
  id: string,
  run: RunRequest,
  { databases = null, signal, onRun }: Waiting,
): Promise<StoredResult | { run: LiveRun; leave: () => void } | null> {
  const found = await findRunOf(deps, id, run);
  if (found === null) return null;
  const joined = deps.runs.join(id, run.asker);
  if (joined !== null) return joined;
  onRun?.(id);
  const info = await watchRun(deps.db, id, signal);
  if (!(await endedWithin(deps.db, id, KEPT_SECONDS))) return null;
  if (info.error !== null) throw new AppError(info.error.code, info.error.message, info.error);
  const made = info.result === null ? undefined : await findResult(deps.db, run.clip.id, info.result);
  if (made === undefined || made.head.database !== run.database.name) return null;
  return databases === null || databases.includes(made.head.database) ? made : null;
}

/** What is known of a run, if it is of the same clip, version and parameters. */
export async function findRunOf(
  { runs }: Pick<Deps, "runs">,
  id: string,
  { clip, version, parameters }: Pick<RunRequest, "clip" | "version" | "parameters">,
): Promise<RunInfo | null> {
  try {
    const info = await runs.get(id);
    const isSame = info.version === version && parametersKey(info.parameters) === parametersKey(parameters);
    return info.clip === clip.slug && isSame ? info : null;
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") return null;
    throw error;
  }
}
