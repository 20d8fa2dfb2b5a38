import type { Context } from "hono";
import type { Deps } from "../deps.ts";
import { encodeBody, encodePieces, encodeWhole, type Pieces } from "../results/body.ts";
import { measureBody } from "../results/body-cache.ts";
import { AVAILABLE_CODINGS, BODY_CODECS } from "../results/codecs.ts";
import { acceptedCodings, type Coding } from "../results/content-codings.ts";
import { createWriter, type Format, type FormatOptions } from "../results/formats.ts";
import { shareBody } from "../results/shared-bodies.ts";
import { isOnlyOfSecond } from "../results/store.ts";
import { slicePieces } from "../results/slice-pieces.ts";
import type { Writer } from "../results/writer.ts";
import type { OpenedResult } from "../runs/open-result.ts";
import { breakOff } from "./break-off.ts";
import { cacheFields, type Caching, freshUntil, INCOMPLETE } from "./cache-control.ts";
import { checkConditions } from "./conditions.ts";
import { type EntityTags, entityTags } from "./entity-tags.ts";
import type { Env } from "./env.ts";
import { type Admits, offerHot } from "./hot-responses.ts";
import { disposition, endFields, headFields } from "./result-fields.ts";
import { askedRange, sendPart } from "./send-part.ts";
import { sendStream } from "./send-stream.ts";

/** Complete results up to so many bytes of frames are encoded in one piece. */
const WHOLE_BYTES = 256 * 1024;
/** Larger ones are not shared with other processes. */
const SHARED_BYTES = 16 * 1024 * 1024;
/** Smaller bodies are sent as they are: compressed they would fill as many packets. */
const CODED_BYTES = 1024;

interface SendOptions {
  /** The clip that the result is of. */
  clipId: number;
  format: Format;
  options: FormatOptions;
  /** Who may keep the response, and for how long. */
  caching: Caching;
  /** Whether the response may be sent again to who sends a request: see {@link offerHot}. */
  admits?: Admits | undefined;
}

type Opened = Omit<OpenedResult, "parameters">;
type SendDeps = Pick<Deps, "db" | "cache" | "encoder" | "sharedBodies">;

/**
 * Sends a result in a format. One that is complete says all about itself in its headers; one that is still running
 * says it in trailers, after the last row, and a failure breaks the transfer.
 */
export async function sendResult(
  c: Context<Env>,
  deps: SendDeps,
  opened: Opened,
  request: SendOptions,
): Promise<Response> {
  const { source, end } = opened;
  let sending = false;
  try {
    const writer = createWriter(request.format, request.options);
    if (end !== null) writer.check?.(end);
    // A container is compressed already.
    const accepted = acceptedCodings(c.req.header("Accept-Encoding"), writer.wrap ? [] : AVAILABLE_CODINGS);
    c.header("Vary", "Accept-Encoding", { append: true });
    const fields: Record<string, string> = {
      "Content-Type": writer.contentType,
      "Content-Disposition": disposition(source.head, request.format, end),
      ...headFields(source.head),
    };
    if (end === null) {
      // What is being made is none that anybody has.
      await checkConditions(c, { tags: [], modifiedAt: source.head.startedAt, isOnly: async () => false });
      sending = true;
      return sendStream(c, opened, { ...fields, "Cache-Control": INCOMPLETE }, { writer, coding: accepted[0] });
    }
    const tags = entityTags(source.head, end, writer.variant ?? request.format, request.options);
    Object.assign(
      fields,
      cacheFields(request.caching, source.head.startedMs, performance.now()),
      { "Last-Modified": source.head.startedAt.toUTCString(), "Accept-Ranges": "bytes" },
      endFields(end),
    );
    const { number, startedAt } = source.head;
    const known = await checkConditions(c, {
      tags: accepted.map(tags),
      modifiedAt: startedAt,
      isOnly: () => isOnlyOfSecond(deps.db, request.clipId, { number, startedAt }),
    });
    if (known !== undefined) return c.body(null, 304, { ...fields, ETag: known });
    const complete: Complete = { writer, fields, tags, accepted, range: askedRange(c, tags("identity")) };
    if (end.bytes <= WHOLE_BYTES) return await sendWhole(c, deps, opened, request, complete);
    const response = await sendLarge(c, deps, opened, request, complete);
    // A 206 or a 200: from now on it is the body that leaves.
    sending = true;
    return response;
  } finally {
    if (!sending) opened.leave();
  }
}

/** What is known of a complete result when its body is chosen. */
interface Complete {
  writer: Writer;
  fields: Record<string, string>;
  tags: EntityTags;
  accepted: readonly [Coding, ...Coding[]];
  /** The header Range, if it counts. */
  range: string | undefined;
}

/** Sends a small result: encoded once, compressed once, and kept in memory. */
async function sendWhole(
  c: Context<Env>,
  { cache, sharedBodies }: SendDeps,
  { source }: Opened,
  { clipId, caching, admits }: SendOptions,
  { writer, fields, tags, accepted, range }: Complete,
): Promise<Response> {
  const nameOf = (coding: Coding): string => `${clipId}:${tags(coding)}`;
  const name = nameOf("identity");
  const plain = await cache.bodies.getOrMake(name, () =>
    shareBody(sharedBodies, name, () => encodeWhole(source, writer)),
  );
  if (range !== undefined) {
    const part = sendPart(c, range, plain, { ...fields, ETag: tags("identity") }, ({ first, last }) =>
      plain.bytes.subarray(first, last + 1),
    );
    if (part !== undefined) return part;
  }
  const coding = plain.length < CODED_BYTES ? "identity" : accepted[0];
  const { bytes, length, digest } =
    coding === "identity"
      ? plain
      : await cache.bodies.getOrMake(nameOf(coding), () => BODY_CODECS[coding].compress(plain.bytes));
  const etag = tags(coding);
  // Only what is in the store is sent again without a look: a result that ended a moment ago may yet fail to be kept.
  if (caching.audience === "public" && cache.get(clipId, source.head.number) !== undefined) {
    const { startedMs } = source.head;
    offerHot(c.req.raw, {
      clipId,
      bodyName: nameOf(coding),
      etag,
      freshUntilMs: freshUntil(caching, startedMs),
      fieldsAt: (nowMs) => cacheFields(caching, startedMs, nowMs),
      admits,
    });
  }
  return c.body(bytes, 200, {
    ...fields,
    ETag: etag,
    ...(coding === "identity" ? {} : { "Content-Encoding": coding }),
    // Of the bytes as they are sent, compressed or not (RFC 9530, section 2).
    "Content-Digest": digest,
    "Content-Length": String(length),
  });
}

/** Sends a large result: encoded, and compressed if the client asks for it, as it goes. */
async function sendLarge(
  c: Context<Env>,
  { cache, encoder, sharedBodies }: SendDeps,
  opened: Opened,
  { clipId, format, options }: SendOptions,
  { writer, fields, tags, accepted, range }: Complete,
): Promise<Response> {
  const { source, end, leave } = opened;
  const { bodies } = cache;
  const nameOf = (coding: Coding): string => `${clipId}:${tags(coding)}`;
  const rows = (): Pieces | undefined =>
    source.chunks && encoder?.encodeRows(source.chunks, { format, options, head: source.head });
  if (range !== undefined) {
    // How long it is has to be known first. A part is found by encoding what is before it.
    const measure = await measureBody(bodies, nameOf("identity"), () =>
      encodePieces(source, createWriter(format, options), rows()),
    );
    const part = sendPart(c, range, measure, { ...fields, ETag: tags("identity") }, ({ first, last }) =>
      encodeBody(source, writer, {
        rows: rows(),
        through: (pieces) => slicePieces(pieces, first, last),
        onBreak: () => breakOff(c),
        onClose: leave,
      }),
    );
    if (part !== undefined) return part;
  }
  const [coding] = accepted;
  const name = nameOf(coding);
  const whole = { ...fields, ETag: tags(coding) };
  const kept = await sharedBodies?.get(name);
  if (kept !== undefined) {
    leave();
    return c.body(kept.body, 200, {
      ...whole,
      ...(coding === "identity" ? {} : { "Content-Encoding": coding }),
      ...(kept.length !== null && { "Content-Length": String(kept.length) }),
    });
  }
  const response = sendStream(c, opened, whole, { writer, coding, rows: rows(), measure: { bodies, name } });
  // A client that reads slowly has the other one's bytes wait in memory: not too many of them.
  if (sharedBodies === undefined || source.chunks === undefined || end!.bytes > SHARED_BYTES) return response;
  const [body, copy] = response.body!.tee();
  sharedBodies.put(name, copy);
  return new Response(body, response);
}
