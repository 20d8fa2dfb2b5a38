import { createHash } from "node:crypto";
import type { Context } from "hono";
import { AppError } from "../errors.ts";
import { digestField, type Measure } from "../results/body-cache.ts";
import type { Env } from "./env.ts";
import { type ByteRange, readRange } from "./read-range.ts";

/**
 * The header Range, if it counts: for a GET, of a body of which the client has a part already, as If-Range says
 * (RFC 9110, section 13.1.5). A date there counts for nothing: two results may have begun in the same second, and one
 * must never be completed with a part of the other.
 * @param etag of the plain body: others have no ranges, for what a compressor gives may differ between versions
 */
export function askedRange(c: Context<Env>, etag: string): string | undefined {
  const range = c.req.raw.method === "GET" ? c.req.header("Range") : undefined;
  const condition = c.req.header("If-Range");
  return condition === undefined || condition.trim() === etag ? range : undefined;
}

/**
 * Sends a part of a plain body; undefined where the whole is to be sent after all.
 * @param make the part's bytes, or a stream of them
 * @throws AppError range_not_satisfiable, with Content-Range
 */
export function sendPart(
  c: Context<Env>,
  asked: string,
  { length, digest }: Measure,
  fields: Record<string, string>,
  make: (range: Exclude<ByteRange, "unsatisfiable">) => Buffer<ArrayBuffer> | ReadableStream<Uint8Array>,
): Response | undefined {
  const range = readRange(asked, length);
  if (range === null) return undefined;
  if (range === "unsatisfiable") {
    c.header("Content-Range", `bytes */${length}`);
    throw new AppError("range_not_satisfiable", `The result has ${length} bytes, and none in this range.`, {
      hint: "What you have may be all of it, or the beginning of another result. Ask for it without a range.",
    });
  }
  const { first, last } = range;
  const bytes = make(range);
  return c.body(bytes, 206, {
    ...fields,
    "Content-Range": `bytes ${first}-${last}/${length}`,
    "Content-Length": String(last + 1 - first),
    // Of the whole body, and of this part of it (RFC 9530, sections 3 and 2).
    "Repr-Digest": digest,
    ...(bytes instanceof Uint8Array && {
      "Content-Digest": digestField(createHash("sha256").update(bytes).digest()),
    }),
  });
}
