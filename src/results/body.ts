import { toAppError } from "../errors.ts";
import { createOutput, take } from "./output.ts";
import type { ResultEnd, ResultSource } from "./result.ts";
import type { Writer } from "./writer.ts";

/** Enough for a full write to the socket; more only delays the first byte. */
const FLUSH_BYTES = 64 * 1024;

/** A body, piece by piece. */
export type Pieces = AsyncGenerator<Uint8Array, void, void>;

/** What the one who sends a body can be told about it while it goes out. */
export interface BodyOptions {
  /** The rows' bytes in the format, from a thread that makes them; without it they are made here. */
  rows?: Pieces | undefined;
  /** What becomes of the pieces before they go out: compressed, or cut. */
  through?: ((pieces: Pieces) => Pieces) | undefined;
  /** Sees every piece of the body before it goes out. */
  onPiece?: (piece: Uint8Array) => void;
  /** Called after the last piece, before the body ends. */
  onEnd?: (end: ResultEnd) => void;
  /** Called when the body is about to break; what was sent before should have gone out when it resolves. */
  onBreak?: () => Promise<void>;
  /** Called once when the body has ended, failed, or lost its reader. */
  onClose: () => void;
}

/**
 * A result in a format, as the body of a response. It is pulled: nothing is written ahead of the reader. A failure in
 * mid-result breaks the stream, never ends it cleanly.
 */
export function encodeBody(source: ResultSource, writer: Writer, options: BodyOptions): ReadableStream<Uint8Array> {
  const plain = encodePieces(source, writer, options.rows);
  const pieces = options.through?.(plain) ?? plain;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { value, done } = await pieces.next();
          if (!done) {
            options.onPiece?.(value);
            controller.enqueue(value);
            return;
          }
          options.onEnd?.(await source.end);
          controller.close();
        } catch (error) {
          await options.onBreak?.();
          // Without the cause: the server prints what breaks a body, and PostgreSQL's errors hold values.
          controller.error(new Error(`The transfer was broken off: ${toAppError(error).code}.`));
        }
        options.onClose();
      },
      async cancel() {
        options.onClose();
        await pieces.return();
      },
    },
    { highWaterMark: 0 },
  );
}

/** A result in a format, piece by piece. @param rows as in {@link BodyOptions} */
export function encodePieces(source: ResultSource, writer: Writer, rows?: Pieces): Pieces {
  const inner = rows ? encodeAround(source, writer, rows) : encode(source, writer);
  return writer.wrap?.(inner, source) ?? inner;
}

/** The whole of a result in a format, for one that is small and complete. */
export async function encodeWhole(source: ResultSource, writer: Writer): Promise<Buffer<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  for await (const piece of encodePieces(source, writer)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** The bytes of a result whose rows' bytes are made elsewhere: what comes before them, they, and what comes after. */
async function* encodeAround({ head, end }: ResultSource, writer: Writer, rows: Pieces): Pieces {
  const out = createOutput();
  writer.head(head, out);
  yield take(out);
  yield* rows;
  writer.tail(await end, head, out);
  if (out.length > 0) yield take(out);
}

/** The bytes of a result in a format, in pieces of about 64 KiB, or less where the run has no more rows yet. */
async function* encode({ head, frames, end }: ResultSource, writer: Writer): Pieces {
  const out = createOutput();
  writer.head(head, out);
  try {
    for await (const rows of frames()) {
      if (rows.length > 0) writer.rows(rows, out);
      // An empty piece says that the run has nothing more at the moment: what there is goes out.
      if (out.length >= FLUSH_BYTES || (rows.length === 0 && out.length > 0)) yield take(out);
    }
    writer.tail(await end, head, out);
  } catch (error) {
    writer.failure?.(toAppError(error), out);
    if (out.length > 0) yield take(out);
    throw error;
  }
  if (out.length > 0) yield take(out);
}
