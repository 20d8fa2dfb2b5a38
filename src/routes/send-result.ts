import { createHash } from "node:crypto";
import { once } from "node:events";
import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { Context } from "hono";
import { fileName } from "../clips/slug.ts";
import type { Deps } from "../deps.ts";
import { encodeBody, encodeWhole } from "../results/body.ts";
import type { ResultCache } from "../results/cache.ts";
import { createWriter, type Format, type FormatOptions } from "../results/formats.ts";
import type { ResultEnd, ResultHead } from "../results/result.ts";
import type { OpenedResult } from "../runs/open-result.ts";
import type { Env } from "./env.ts";

/** Complete results up to so many bytes of frames are encoded in one piece. */
const WHOLE_BYTES = 256 * 1024;

interface SendOptions {
  format: Format;
  options: FormatOptions;
}

/**
 * Sends a result in a format. One that is complete says all about itself in its headers; one that is still running
 * says it in trailers, after the last row, and a failure breaks the transfer.
 */
export async function sendResult(
  c: Context<Env>,
  { cache, encoder }: Pick<Deps, "cache" | "encoder">,
  { source, end, leave }: Omit<OpenedResult, "parameters">,
  { format, options }: SendOptions,
): Promise<Response> {
  let sending = false;
  try {
    const writer = createWriter(format, options);
    c.header("Content-Type", writer.contentType);
    c.header("Content-Disposition", disposition(source.head, format, end));
    c.header("Cache-Control", "private, no-cache");
    describe(c, source.head);
    if (end === null) {
      sending = true;
      return stream(c, { end, source, leave }, writer, null);
    }
    const etag = entityTag(source.head, end, format, options);
    c.header("ETag", etag);
    c.header("Last-Modified", source.head.startedAt.toUTCString());
    for (const [name, value] of Object.entries(endFields(end))) c.header(name, value);
    if (matches(c.req.header("If-None-Match"), etag)) return c.body(null, 304);
    if (end.bytes <= WHOLE_BYTES) {
      const body = await encodeWhole(source, writer);
      c.header("Content-Digest", contentDigest(createHash("sha256").update(body).digest()));
      return c.body(body);
    }
    sending = true;
    const { chunks, head } = source;
    const rows = chunks && encoder?.encodeRows(chunks, { format, options, head });
    return stream(c, { end, source, leave }, writer, { etag, cache }, rows);
  } finally {
    if (!sending) leave();
  }
}

/** Streams a result; what is only known at its end goes into trailers (RFC 9110, section 6.5) where the server can. */
function stream(
  c: Context<Env>,
  { source, end, leave }: Omit<OpenedResult, "parameters">,
  writer: ReturnType<typeof createWriter>,
  digests: { etag: string; cache: ResultCache } | null,
  rows?: AsyncGenerator<Uint8Array, void, void>,
): Response {
  const known = digests?.cache.digest(digests.etag);
  if (known !== undefined) c.header("Content-Digest", known);
  const hash = digests !== null && known === undefined ? createHash("sha256") : null;
  const outgoing = c.req.raw.method === "HEAD" || c.env?.incoming?.httpVersion !== "1.1" ? undefined : c.env.outgoing;
  if (outgoing !== undefined && (hash !== null || end === null)) {
    c.header(
      "Trailer",
      [...(hash ? ["Content-Digest"] : []), ...(end ? [] : ["X-Row-Count", "X-Truncated"])].join(", "),
    );
    c.header("Transfer-Encoding", "chunked");
  }
  const body = encodeBody(source, writer, {
    rows,
    ...(hash && { onPiece: (piece: Uint8Array) => void hash.update(piece) }),
    onEnd: (finished) => {
      const digest = hash && contentDigest(hash.digest());
      if (digest !== null) digests!.cache.addDigest(digests!.etag, digest);
      if (outgoing === undefined || !("addTrailers" in outgoing)) return;
      outgoing.addTrailers({
        ...(digest === null ? {} : { "Content-Digest": digest }),
        ...(end === null ? endFields(finished) : {}),
      });
    },
    onBreak: () => breakOff(c),
    onClose: leave,
  });
  return c.body(body);
}

/** A last line about the failure has to reach the client before the connection is cut. */
const BREAK_PATIENCE_MS = 5_000;

/**
 * Waits until what was written has gone out, then cuts the connection: an error of the stream would be printed by
 * node-server. An HTTP/1.0 client takes a mere close for the end, and is sent a reset.
 */
async function breakOff({ env }: Context<Env>): Promise<void> {
  const { incoming, outgoing } = env ?? {};
  if (incoming === undefined || outgoing === undefined || outgoing.destroyed) return;
  const patience = performance.now() + BREAK_PATIENCE_MS;
  while (outgoing.writableLength > 0 && !outgoing.destroyed && performance.now() < patience) await delay(5);
  const closed = once(outgoing, "close");
  if (incoming.httpVersion === "1.0") (incoming.socket as Socket).resetAndDestroy();
  else outgoing.destroy();
  await closed;
}

function describe(c: Context, head: ResultHead): void {
  c.header("X-Result", String(head.number));
  c.header("X-Version", String(head.version));
  c.header("X-Follower", encodeURIComponent(head.follower.name));
  if (head.follower.lagSeconds !== null) c.header("X-Lag-Seconds", String(head.follower.lagSeconds));
  if (head.follower.lagBytes !== null) c.header("X-Lag-Bytes", String(head.follower.lagBytes));
  if (head.follower.walLsn !== null) c.header("X-WAL-LSN", head.follower.walLsn);
}

function endFields(end: ResultEnd): Record<string, string> {
  return { "X-Row-Count": String(end.rowCount), "X-Truncated": String(end.truncated) };
}

/** A strong validator: the same tag means the same bytes, for a result never changes and its writers do not either. */
function entityTag(head: ResultHead, end: ResultEnd, format: Format, options: FormatOptions): string {
  const identity = [
    end.sha256,
    head.number,
    head.title,
    head.startedAt.getTime(),
    format,
    Object.entries(options).toSorted(),
  ];
  return `"${createHash("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, 32)}"`;
}

function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(",").some((tag) => ["*", etag].includes(tag.trim().replace(/^W\//, "")));
}

/** As RFC 9530 writes it. */
function contentDigest(sha256: Buffer): string {
  return `sha-256=:${sha256.toString("base64")}:`;
}

/** CSV is for keeping, JSON for reading; the name says when a result is cut short. */
function disposition(head: ResultHead, format: Format, end: ResultEnd | null): string {
  const name = `${fileName(head.title) || "clip"}${end?.truncated ? "-truncated" : ""}.${format}`;
  return `${format === "csv" ? "attachment" : "inline"}; filename="${name}"`;
}
