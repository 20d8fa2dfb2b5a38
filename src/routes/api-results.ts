import { Hono } from "hono";
import { speakingSlug } from "../clips/slug.ts";
import type { Deps } from "../deps.ts";
import { type HistoryEntry, listResults } from "../results/history.ts";
import { baseUrl } from "./clip-json.ts";
import type { Env } from "./env.ts";
import { readNumber } from "./query.ts";
import { requireAccess } from "./require-access.ts";

const PAGE_SIZE = 50;

/** GET /api/clips/<slug>/results: a clip's stored results, the newest first. */
export function apiClipResults(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/:slug/results", async (c) => {
    const { clip } = c.var;
    const page = readNumber("page", c.req.query("page") ?? "1");
    const { results, total } = await listResults(deps.db, clip.id, {
      page,
      pageSize: PAGE_SIZE,
      databases: requireAccess(c).databases,
    });
    const url = `${baseUrl(c, deps)}/clips/${speakingSlug(clip.slug, clip.title)}`;
    return c.json({ results: results.map((entry) => resultJson(entry, url)), page, page_size: PAGE_SIZE, total });
  });
  return app;
}

/** A result as the API lists it; the words are those of the JSON export. */
function resultJson({ number, follower, ...entry }: HistoryEntry, clipUrl: string): Record<string, unknown> {
  return {
    result: number,
    url: `${clipUrl}?result=${number}`,
    version: entry.version,
    parameters: entry.parameters,
    started_at: entry.startedAt.toISOString(),
    finished_at: entry.finishedAt.toISOString(),
    duration_ms: entry.durationMs,
    row_count: entry.rowCount,
    bytes: entry.bytes,
    truncated: entry.truncated,
    database: entry.database,
    follower: {
      name: follower.name,
      lag_seconds: follower.lagSeconds,
      lag_bytes: follower.lagBytes,
      wal_lsn: follower.walLsn,
    },
    asker: entry.asker,
    pinned: entry.pinned,
  };
}
