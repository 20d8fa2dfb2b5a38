import type { Database } from "../databases/databases.ts";
import type { Follower } from "../databases/follower.ts";
import { AppError, toAppError } from "../errors.ts";
import { readRows } from "../results/frames.ts";
import type { Column } from "../results/columns.ts";
import type { Field } from "../row-stream.ts";
import { checkSql } from "./check-sql.ts";
import { execute } from "./execute.ts";
import { noColumns } from "./attempt.ts";
import { fillParameters, type ParameterValues } from "./parameters.ts";
import type { Runs } from "./runs.ts";
import { takeTurn } from "./turn.ts";
import { tryElsewhere } from "./try-elsewhere.ts";

/** So many bytes of rows are kept of a draft: it is held in memory, and read in a page. */
const MAX_BYTES = 4_000_000;

/** SQL that is not saved, to be run once. */
export interface DraftRequest {
  database: Database;
  sql: string;
  parameters: ParameterValues;
  /** Who wants it, for a fair queue: see {@link Queue}. */
  asker: string;
  /** Aborted when the one who asks goes away, or cancels: the query is then cancelled on the server too. */
  signal: AbortSignal;
  /** Rows that are kept, if the database allows as many; so are 4 MB. */
  maxRows: number;
}

export interface DraftResult {
  columns: readonly Column[];
  /** In PostgreSQL's text form. */
  rows: (string | null)[][];
  /** True when a cap ended it before the last row. */
  truncated: boolean;
  durationMs: number;
  follower: string;
}

export interface DraftRun {
  progress(): {
    state: "queued" | "running";
    queuePosition: number | null;
    follower: string | null;
    rowCount: number;
    bytes: number;
  };
  /** Rejects with an AppError, as a run fails. */
  finished: Promise<DraftResult>;
}

/**
 * Runs SQL that is not saved: through the same gate, queue, limits and read-only session as any run. Nothing is stored.
 * @throws AppError of the gate and of the parameters, before anything waits or runs
 */
export function startDraft(runs: Runs, { signal, asker, maxRows, ...request }: DraftRequest): DraftRun {
  const template = checkSql(request.sql);
  const parameters = fillParameters(template, request.parameters);
  const values = template.parameters.map(({ name }) => parameters[name] ?? null);
  const database = {
    ...request.database,
    maxRows: Math.min(maxRows, request.database.maxRows),
    maxBytes: Math.min(MAX_BYTES, request.database.maxBytes),
  };
  const abort = new AbortController();
  const cancel = (): void =>
    abort.abort(new AppError("run_cancelled", "The run was cancelled.", { hint: "Run it again." }));
  const closings: Promise<void>[] = [];
  let state: "queued" | "running" = "queued";
  let tried: Follower | undefined;
  let fields: readonly Field[] | undefined;
  let frames: Buffer[] = [];
  let rowCount = 0;
  let bytes = 0;

  /** Nobody has seen a row of an attempt that failed: the next one begins anew. */
  const attempt = (avoid?: Follower) => {
    fields = undefined;
    frames = [];
    rowCount = bytes = 0;
    return execute({
      database,
      template,
      values,
      avoid,
      signal: abort.signal,
      onStart: ({ follower }) => void (tried = follower),
      onFields: (found) => void (fields = found),
      onRows: (piece, rows) => {
        // A piece may be a small part of what came from the socket, and would keep all of that.
        frames.push(Buffer.from(piece));
        rowCount += rows;
        bytes += piece.length;
      },
      onClosing: (closed) => closings.push(closed),
    });
  };

  signal.addEventListener("abort", cancel, { once: true });
  if (signal.aborted) cancel();
  const turn = takeTurn(runs.queue(request.database), asker, abort.signal);
  const perform = async (): Promise<DraftResult> => {
    const release = await turn.place;
    state = "running";
    try {
      const executed = await tryElsewhere(attempt, {
        followers: database.followers,
        tried: () => tried,
        mayRetry: () => !abort.signal.aborted,
      });
      if (fields === undefined) throw noColumns();
      const types = await database.types(fields.map(({ typeOid }) => typeOid));
      return {
        ...executed,
        columns: fields.map(({ name, typeOid }) => ({ name, type: types.get(typeOid)! })),
        rows: frames.flatMap((piece) => [...readRows(piece)]),
        follower: tried!.name,
      };
    } finally {
      // The place is another's only when the session has ended on the server.
      void Promise.all(closings).then(release);
    }
  };
  const finished = perform()
    .catch((failure: unknown) => {
      throw toAppError(failure);
    })
    .finally(() => signal.removeEventListener("abort", cancel));
  runs.hold(
    finished.then(
      () => Promise.all(closings),
      () => Promise.all(closings),
    ),
    cancel,
  );
  return {
    progress: () => ({
      state,
      queuePosition: state === "queued" ? turn.position() : null,
      follower: tried?.name ?? null,
      rowCount,
      bytes,
    }),
    finished,
  };
}
