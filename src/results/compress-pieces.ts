import type { Pieces } from "./body.ts";
import { BODY_CODECS, type CompressStream } from "./codecs.ts";
import type { ContentCoding } from "./content-codings.ts";

/**
 * Compresses a body as it goes by: a piece is read when the one before is compressed and taken.
 * @param live whether each piece has to go out at once, because the next one may take its time
 */
export async function* compressPieces(pieces: Pieces, coding: ContentCoding, live: boolean): Pieces {
  const stream = BODY_CODECS[coding].stream();
  // A stream that is broken off says so by its callbacks; without a listener the error would end the process.
  stream.on("error", () => {});
  try {
    try {
      for await (const piece of pieces) {
        await call(stream, (done) => stream.write(piece, done));
        if (live) await call(stream, (done) => stream.flush(done));
        const compressed = stream.read() as Buffer | null;
        if (compressed !== null) yield compressed;
      }
    } catch (error) {
      // What was written before a failure, such as the last line of NDJSON, still has to be readable.
      await call(stream, (done) => stream.flush(done));
      const compressed = stream.read() as Buffer | null;
      if (compressed !== null) yield compressed;
      throw error;
    }
    const rest = await finish(stream);
    if (rest.length > 0) yield rest;
  } finally {
    stream.destroy();
  }
}

/** Ends a stream and gives what comes of that. Its "finish" says too little: zlib's last bytes come after it. */
async function finish(stream: CompressStream): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  stream.once("error", reject);
  stream.once("end", resolve);
  stream.on("data", (piece: Buffer) => pieces.push(piece));
  stream.end();
  await promise;
  return Buffer.concat(pieces);
}

/** Waits for a stream's callback, or its failure. */
async function call(stream: CompressStream, start: (done: () => void) => void): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  stream.once("error", reject);
  start(() => resolve());
  await promise;
  stream.off("error", reject);
}
