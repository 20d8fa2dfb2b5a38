import { createHash } from "node:crypto";
import type { Context } from "hono";
import { encodeBody, type Pieces } from "../results/body.ts";
import { type BodyCache, digestField } from "../results/body-cache.ts";
import { compressPieces } from "../results/compress-pieces.ts";
import type { Coding } from "../results/content-codings.ts";
import type { Writer } from "../results/writer.ts";
import type { OpenedResult } from "../runs/open-result.ts";
import { breakOff } from "./break-off.ts";
import type { Env } from "./env.ts";
import { endFields } from "./result-fields.ts";

interface StreamOptions {
  writer: Writer;
  coding: Coding;
  /** The rows' bytes, from threads that make them. */
  rows?: Pieces | undefined;
  /** Of a complete result: where what is known of its body is, or will be. */
  measure?: { bodies: BodyCache; name: string };
}

/** Streams a result; what is only known at its end goes into trailers (RFC 9110, section 6.5) where the server can. */
export function sendStream(
  c: Context<Env>,
  { source, end, leave }: Pick<OpenedResult, "source" | "end" | "leave">,
  fields: Record<string, string>,
  { writer, coding, rows, measure }: StreamOptions,
): Response {
  const known = measure?.bodies.measure(measure.name);
  const hash = measure !== undefined && known === undefined ? createHash("sha256") : null;
  let length = 0;
  const outgoing = c.req.raw.method === "HEAD" || c.env?.incoming?.httpVersion !== "1.1" ? undefined : c.env.outgoing;
  const trailers = [...(hash ? ["Content-Digest"] : []), ...(end ? [] : ["X-Row-Count", "X-Truncated"])];
  const body = encodeBody(source, writer, {
    rows,
    ...(coding !== "identity" && { through: (pieces: Pieces) => compressPieces(pieces, coding, end === null) }),
    // The digest is of the bytes as they are sent, compressed or not (RFC 9530, section 2).
    ...(hash && {
      onPiece: (piece: Uint8Array) => {
        length += piece.length;
        hash.update(piece);
      },
    }),
    onEnd: (finished) => {
      const digest = hash && digestField(hash.digest());
      if (digest !== null) measure!.bodies.addMeasure(measure!.name, { length, digest });
      if (outgoing === undefined || !("addTrailers" in outgoing)) return;
      outgoing.addTrailers({
        ...(digest === null ? {} : { "Content-Digest": digest }),
        ...(end === null ? endFields(finished) : {}),
      });
    },
    onBreak: () => breakOff(c),
    onClose: leave,
  });
  return c.body(body, 200, {
    ...fields,
    ...(coding === "identity" ? {} : { "Content-Encoding": coding }),
    ...(known && { "Content-Digest": known.digest, "Content-Length": String(known.length) }),
    ...(outgoing !== undefined &&
      trailers.length > 0 && { Trailer: trailers.join(", "), "Transfer-Encoding": "chunked" }),
  });
}
