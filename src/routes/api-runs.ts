import { Hono } from "hono";
import * as z from "zod";
import type { Deps } from "../deps.ts";
import { AppError } from "../errors.ts";
import { checkWriteOn } from "../people/permissions.ts";
import { prepareRun } from "../runs/open-result.ts";
import type { RunInfo } from "../runs/run-records.ts";
import { ParameterFields } from "./clip-fields.ts";
import { readAwaited } from "./await-preview.ts";
import type { Env } from "./env.ts";
import { readJson } from "./read-body.ts";
import { askerOf } from "./record.ts";
import { requireAccess } from "./require-access.ts";
import { sayRetryAfter } from "./send-error.ts";
import { PROGRESS_TYPE, sendProgress, sendProgressOf } from "./send-progress.ts";

const RunFields = z.strictObject({
  parameters: ParameterFields.optional(),
  version: z.number().int().positive().optional(),
  wait: z.boolean("must be true or false").optional(),
});

/**
 * POST /api/clips/<slug>/runs: starts a run, and waits for it if asked to; who accepts NDJSON is told how far it is as
 * long as they wait.
 */
export function apiClipRuns(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();

  app.post("/:slug/runs", async (c) => {
    const { clip } = c.var;
    const { parameters = {}, version, wait = false } = await readJson(c, RunFields);
    const run = await deps.runs.start(await prepareRun(deps, clip, { parameters, version, ...askerOf(c) }));
    const leave = run.join();
    const { id } = run.info();
    c.header("Location", `/api/runs/${id}`);
    if (c.req.header("Accept") === PROGRESS_TYPE) return sendProgress(c, run, { leave });
    if (!wait) return c.json(run.info(), 202);
    // Who waits and leaves, cancels the run (unless others wait for it too).
    const { signal } = c.req.raw;
    signal.addEventListener("abort", leave, { once: true });
    if (signal.aborted) leave();
    const info = await run.finished;
    const failure = run.failure();
    sayRetryAfter(c, failure);
    return c.json(info, failure?.status ?? 200);
  });

  return app;
}

/** /api/runs/<id>: what became of a run, or, as a stream of NDJSON, becomes of it; DELETE cancels it. */
export function apiRuns({ runs }: Deps): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/:id", async (c) => {
    const id = c.req.param("id");
    if (c.req.header("Accept") !== PROGRESS_TYPE) return c.json(await runs.get(id));
    const response = await sendProgressOf(c, runs, id, { asker: c.var.asker });
    readAwaited(c.req.url).endLease();
    return response;
  });
  app.delete("/:id", async (c) => {
    const { clip, runAsker, asker } = c.var;
    // Whoever started it, and whoever may change what it runs.
    if (runAsker !== asker) checkWriteOn(requireAccess(c), clip.database, clip.teamId);
    const run: RunInfo = await runs.cancel(c.req.param("id"));
    if (run.state === "cancelled") return c.json(run);
    throw new AppError("conflict", `The run is ${run.state} already: there is nothing to cancel.`);
  });
  return app;
}
