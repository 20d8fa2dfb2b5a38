import { promisify } from "node:util";
import { constants, deflateRaw } from "node:zlib";

const deflate = promisify(deflateRaw);

/** A block is compressed at once, by one of Node's threads. */
const BLOCK_BYTES = 256 * 1024;
/** As far back as deflate can look (RFC 1951, section 2). */
const WINDOW_BYTES = 32 * 1024;
/** Blocks that are being compressed while the next one is filled. */
const DEPTH = 2;
/** A sheet is mostly markup that repeats itself: level 6 was measured to take half as much time again for a seventh fewer bytes. */
const LEVEL = 1;

/**
 * A raw deflate stream of pieces, in constant memory, on more than one core: each block is compressed by itself with
 * the end of the one before as its dictionary, and ends on a byte (as pigz does). The blocks' borders do not depend on
 * those of the pieces: the same bytes in give the same bytes out, however they come.
 * @param onBlock sees the bytes that go in, in order
 */
export async function* deflateBlocks(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  onBlock: (block: Uint8Array) => void,
): AsyncGenerator<Buffer, void, void> {
  const pending: Promise<Buffer>[] = [];
  let window: Buffer | undefined;
  let block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  let length = 0;

  const compress = (bytes: Buffer, last: boolean): void => {
    onBlock(bytes);
    const compressed = deflate(bytes, {
      level: LEVEL,
      chunkSize: BLOCK_BYTES / 4,
      finishFlush: last ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
      ...(window && { dictionary: window }),
    });
    // Its failure is seen where it is awaited; nobody awaits it if the reader leaves.
    compressed.catch(() => {});
    pending.push(compressed);
  };

  for await (const piece of pieces) {
    for (let at = 0; at < piece.length;) {
      const part = piece.subarray(at, at + BLOCK_BYTES - length);
      block.set(part, length);
      length += part.length;
      at += part.length;
      if (length < BLOCK_BYTES) break;
      compress(block, false);
      window = block.subarray(BLOCK_BYTES - WINDOW_BYTES);
      block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
      length = 0;
      if (pending.length > DEPTH) yield await pending.shift()!;
    }
  }
  compress(block.subarray(0, length), true);
  for (const compressed of pending) yield await compressed;
}
