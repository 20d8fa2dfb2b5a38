import { Hono } from "hono";
import type { Deps } from "../deps.ts";
import { findRunOf } from "../runs/awaited-run.ts";
import { prepareRun } from "../runs/open-result.ts";
import { noSuchRun, type RunInfo } from "../runs/run-records.ts";
import { readAwaited } from "./await-preview.ts";
import type { Env } from "./env.ts";
import { readShare } from "./read-share.ts";
import { sendProgressOf } from "./send-progress.ts";
import type { ShareDoor } from "./share-door.ts";

/**
 * /shares/<secret>/run, /embeds/<token>/run: how far the run is that the share's page waits for, as a stream of NDJSON.
 * Who reads it waits for the run. The query is the page's: only a run that it would show can be named.
 */
export function shareProgress(deps: Deps, door: ShareDoor): Hono<Env> {
  const app = new Hono<Env>();
  const { way } = door;
  app.get("/:secret/run", async (c) => {
    const address = way.readPage(c.req.param("secret"));
    const share = await door.open(c, address, "html");
    const { clip, pinned } = share;
    const { parameters, who } = readShare(c, deps, share);
    const { run, endLease } = readAwaited(c.req.url);
    const asked = run !== null && pinned === null ? await prepareRun(deps, clip, { parameters, ...who }) : null;
    if (asked === null || (await findRunOf(deps, run!, asked)) === null) throw noSuchRun();
    const response = await sendProgressOf(c, deps.runs, run!, {
      asker: who.asker,
      say: sayOfRun,
      // A revoked link says no more.
      check: () => way.find(deps, address),
    });
    endLease();
    return response;
  });
  return app;
}

/** What viewers are told of a run: not its id, and not the values that the share has locked. */
function sayOfRun({ state, queue_position, queue_running, row_count, bytes }: RunInfo): Partial<RunInfo> {
  return { state, queue_position, queue_running, row_count, bytes };
}
