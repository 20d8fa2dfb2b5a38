import type { Context } from "hono";
import type { Clip } from "../clips/clips.ts";
import type { Deps } from "../deps.ts";
import { toAppError } from "../errors.ts";
import { failedState } from "../runs/run-records.ts";
import type { Env } from "./env.ts";
import { record } from "./record.ts";

type Details = Readonly<Record<string, unknown>>;

/** Writes down what became of SQL, once. */
export interface SqlRecorder {
  /** @param details what it gave */
  done(details: Details): Promise<void>;
  /** @param failure why it gave nothing */
  failed(failure: unknown): Promise<void>;
}

/**
 * Begins to write down SQL that a request runs besides a clip's runs, with how long it takes from now on. Values of
 * parameters are not said: which of them are secret is known of a clip only.
 * @param details what is run, and on which database
 * @param clip the one whose SQL it is, if it is one's
 */
export function recordSql(c: Context<Env>, deps: Pick<Deps, "db" | "log">, details: Details, clip?: Clip): SqlRecorder {
  const started = performance.now();
  const note = (ended: Details): Promise<void> =>
    record(c, deps, "sql.run", {
      clip,
      details: { ...details, ...ended, elapsed_ms: Math.round(performance.now() - started) },
    });
  return {
    done: (given) => note({ state: "done", ...given }),
    failed: (failure) => {
      const error = toAppError(failure);
      const { code, sqlstate } = error;
      return note({ state: failedState(error), error: code, ...(sqlstate !== undefined && { sqlstate }) });
    },
  };
}
