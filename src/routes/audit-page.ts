import { Hono } from "hono";
import type { Deps } from "../deps.ts";
import { listEvents } from "../people/list-events.ts";
import { renderAuditPage } from "../../views/audit-page.tsx";
import { readAuditQuery } from "./audit-query.ts";
import type { Env } from "./env.ts";

const PAGE_SIZE = 50;

/** GET /audit: who did what, the newest first, for administrators. */
export function auditPage({ db }: Deps): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/", async (c) => {
    const { filter, before, form } = readAuditQuery(c.req.url, { paged: true });
    // One more than is shown says whether there are more.
    const found = await listEvents(db, filter, { before, limit: PAGE_SIZE + 1 });
    const events = found.slice(0, PAGE_SIZE);
    const older = found.length > PAGE_SIZE ? events.at(-1)!.id : null;
    c.header("Cache-Control", "no-store");
    return c.html(renderAuditPage({ access: c.var.access, events, form, isFirst: before === null, older }));
  });
  return app;
}
