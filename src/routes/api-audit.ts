import { Hono } from "hono";
import type { Deps } from "../deps.ts";
import { listEvents, readEvents } from "../people/list-events.ts";
import { eventJson } from "./audit-json.ts";
import { readAuditQuery } from "./audit-query.ts";
import { breakOff } from "./break-off.ts";
import type { Env } from "./env.ts";

const PAGE_SIZE = 100;
/** Events that are in memory at once; the SQL of each may have 100,000 bytes. */
const EXPORTED_AT_ONCE = 250;

/** /api/audit: a page of events, the newest first; /api/audit.ndjson: all of them, an event a line. */
export function apiAudit(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  const { db, log } = deps;

  app.get("/audit", async (c) => {
    const { filter, before } = readAuditQuery(c.req.url, { paged: true });
    // One more than is shown says whether there are more.
    const found = await listEvents(db, filter, { before, limit: PAGE_SIZE + 1 });
    const events = found.slice(0, PAGE_SIZE);
    c.header("Cache-Control", "no-store");
    return c.json({
      events: events.map(eventJson),
      page_size: PAGE_SIZE,
      before: found.length > PAGE_SIZE ? events.at(-1)!.id : null,
    });
  });

  app.get("/audit.ndjson", async (c) => {
    const { filter } = readAuditQuery(c.req.url, { paged: false });
    const pages = readEvents(db, filter, EXPORTED_AT_ONCE);
    // A failure before the first line is a proper status.
    let next = await pages.next();
    const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
      if (next.done) return controller.close();
      const lines = next.value.map((event) => `${JSON.stringify(eventJson(event))}\n`);
      controller.enqueue(Buffer.from(lines.join("")));
      try {
        next = await pages.next();
      } catch (error) {
        // An export that breaks must not look like one that has ended.
        log.error("audit_export_failed", error);
        await breakOff(c);
        controller.error(new Error("The transfer was broken off."));
      }
    };
    const cancel = async (): Promise<void> => void (await pages.return());
    return c.body(new ReadableStream<Uint8Array>({ pull, cancel }, { highWaterMark: 0 }), 200, {
      "Content-Type": "application/x-ndjson; charset=utf-8",
      "Content-Disposition": 'attachment; filename="audit.ndjson"',
      "Cache-Control": "no-store",
    });
  });

  return app;
}
