import { Hono } from "hono";
import { maxAgeSecondsOf } from "../clips/refresh-rule.ts";
import { readSlug } from "../clips/slug.ts";
import type { Deps } from "../deps.ts";
import { FORMAT_NAMES, type Format } from "../results/formats.ts";
import { openResult } from "../runs/open-result.ts";
import { PRIVATE } from "./cache-control.ts";
import type { Env } from "./env.ts";
import { readResultQuery } from "./query.ts";
import { askerOf } from "./record.ts";
import { sendResult } from "./send-result.ts";

/** The formats' endings, as a pattern of hono's router: everything before it is the slug. */
export const FORMAT_FILE = `:file{.+\\.(?:${FORMAT_NAMES.join("|")})}`;

/** Splits `<slug>-words.csv` into what is before the ending, and the format. */
export function splitFormatFile(file: string): { name: string; format: Format } {
  const dot = file.lastIndexOf(".");
  return { name: file.slice(0, dot), format: file.slice(dot + 1) as Format };
}

/** Splits `<slug>-words.csv` into the slug and the format. */
export function readFormatFile(file: string): { slug: string | null; format: Format } {
  const { name, format } = splitFormatFile(file);
  return { slug: readSlug(name), format };
}

/** GET /clips/<slug>.csv, .json, .ndjson, .xlsx: a clip's result, for those who may see the clip. */
export function clipResults(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  app.get(`/clips/${FORMAT_FILE}`, async (c) => {
    const { clip } = c.var;
    const { format } = readFormatFile(c.req.param("file") ?? "");
    const { options, ...query } = readResultQuery(c.req.url);
    const opened = await openResult(deps, clip, {
      ...query,
      ...askerOf(c),
      maxAgeSeconds: maxAgeSecondsOf(clip),
      signal: c.req.raw.signal,
    });
    return sendResult(c, deps, opened, { clipId: clip.id, format, options, caching: PRIVATE });
  });
  return app;
}
