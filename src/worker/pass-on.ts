import { setTimeout as delay } from "node:timers/promises";

/** How long the last bytes may take to leave before the connection is cut. */
const SENDING_MS = 200;

/** Workers' own: a stream of so many bytes, whose response has a Content-Length. */
declare class FixedLengthStream extends TransformStream<Uint8Array, Uint8Array> {
  constructor(bytes: number);
}

/**
 * A body that is passed on piece by piece, so that its end is known. One that breaks off does so after all that came
 * before: pipeTo() would throw away what the client has not read yet, such as a last line that says the error.
 * @param length the body's bytes, as Content-Length says them; null: not known
 * @param beforeEnd is waited for before a body that has its length begins, and before any other ends: whoever asks once
 * more finds all that this isolate has done
 */
export function passOn(
  from: ReadableStream<Uint8Array>,
  length: string | null,
  beforeEnd: () => Promise<void>,
): { body: ReadableStream<Uint8Array>; done: Promise<void> } {
  const { readable, writable } =
    length === null ? new TransformStream<Uint8Array, Uint8Array>() : new FixedLengthStream(Number(length));
  const reader = from.getReader();
  return {
    body: readable,
    done: pump(reader, writable.getWriter(), length === null ? { beforeEnd } : { beforeStart: beforeEnd }),
  };
}

async function pump(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  writer: WritableStreamDefaultWriter<Uint8Array>,
  { beforeStart, beforeEnd }: { beforeStart?: () => Promise<void>; beforeEnd?: () => Promise<void> },
): Promise<void> {
  // The client may go while nothing comes.
  writer.closed.catch((reason: unknown) => void reader.cancel(reason).catch(() => {}));
  try {
    await beforeStart?.();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) await writer.write(piece.value);
    await beforeEnd?.();
    await writer.close();
  } catch (error) {
    // What is written has been taken, and not yet sent: a reset would overtake it.
    await delay(SENDING_MS);
    await writer.abort(error).catch(() => {});
    await reader.cancel(error).catch(() => {});
  }
}
