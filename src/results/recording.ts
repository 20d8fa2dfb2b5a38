import { createHash } from "node:crypto";
import type { ResultEnd, ResultHead, ResultSource } from "./result.ts";

/** Frames of about so many bytes make a chunk. */
const CHUNK_BYTES = 512 * 1024;
/** The first chunk's buffer begins with so many bytes and grows: most results are small. */
const FIRST_BYTES = 16 * 1024;
/** Over so many bytes that the store has not taken yet, the run has to wait. */
const UNSTORED_BYTES = 12 * 1024 * 1024;
/** Stored chunks stay in memory for readers up to so many bytes; who is further behind reads from the store. */
const MEMORY_BYTES = 2 * 1024 * 1024;

/** A chunk of a result: frames of whole rows. */
export interface Chunk {
  number: number;
  firstRow: number;
  firstByte: number;
  /** How much of the buffer is filled. */
  bytes: number;
  buffer: Buffer;
}

/** Reads a chunk's frames back from the store. */
type ReadStored = (chunk: number) => Promise<Buffer>;

/**
 * A result while it is being produced. The run appends frames; the store takes them chunk by chunk; any number of
 * readers, each at its own pace, read them from the first row on. A slow reader holds up nobody: what memory no longer
 * has, it reads from the store. Only a slow store makes the run wait.
 */
export interface Recording {
  append(frames: Buffer, rows: number): void;
  /** What was appended, in rows and in bytes. */
  readonly rowCount: number;
  readonly bytes: number;
  /** Closes the recording: the last row has been appended. */
  finish(end: Omit<ResultEnd, "rowCount" | "bytes" | "sha256">): ResultEnd;
  /** Closes the recording: there will be no more rows, and readers get the error. */
  fail(error: Error): void;
  /** The recording as readers see it, once its head is known. */
  source(head: ResultHead): ResultSource;
  /** Resolves when there is a first row, or there will be none; rejects if the recording failed before it. */
  firstRows: Promise<void>;
  /** The next chunk for the store once it is whole, or null after the last one. Rejects if the recording failed. */
  takeChunk(): Promise<Chunk | null>;
  /** The store has this chunk and can give it back. */
  stored(chunk: Chunk): void;
  /** Whether the run has to wait for the store. */
  isFull(): boolean;
}

/**
 * @param readStored reads back a chunk that the store has taken
 * @param onDrain called when a full recording has room again
 */
export function createRecording(readStored: ReadStored, onDrain: () => void): Recording {
  const chunks = new Map<number, Chunk>();
  const sha256 = createHash("sha256");
  const firstRows = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<ResultEnd>();
  firstRows.promise.catch(() => {});
  ended.promise.catch(() => {});
  /** Buffers of chunks that are out of memory, to be filled again: garbage of this size would cost more than the rows. */
  const spare: Buffer[] = [];
  let open: Chunk = { number: 0, firstRow: 0, firstByte: 0, bytes: 0, buffer: EMPTY };
  chunks.set(0, open);
  let rowCount = 0;
  let bytes = 0;
  let taken = 0;
  let storedChunks = 0;
  let oldest = 0;
  let unstored = 0;
  let inMemory = 0;
  let full = false;
  let closed = false;
  let failure: Error | undefined;
  let changed = Promise.withResolvers<void>();

  const announce = (): void => {
    changed.resolve();
    changed = Promise.withResolvers<void>();
  };

  const evict = (): void => {
    while (inMemory > MEMORY_BYTES && oldest < storedChunks) {
      const { bytes: evicted, buffer } = chunks.get(oldest)!;
      inMemory -= evicted;
      if (buffer.length === CHUNK_BYTES) spare.push(buffer);
      chunks.delete(oldest++);
    }
  };

  /** Makes room in the open chunk, or opens the next one. */
  const reserve = (needed: number): void => {
    if (open.bytes + needed <= open.buffer.length) return;
    if (open.bytes > 0 && open.bytes + needed > CHUNK_BYTES) {
      const buffer = needed <= CHUNK_BYTES ? (spare.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES)) : EMPTY;
      open = { number: open.number + 1, firstRow: rowCount, firstByte: bytes, bytes: 0, buffer };
      chunks.set(open.number, open);
    }
    if (needed <= open.buffer.length - open.bytes) return;
    const size = Math.max(FIRST_BYTES, open.buffer.length * 4, open.bytes + needed);
    const larger = Buffer.allocUnsafeSlow(size < CHUNK_BYTES || needed > CHUNK_BYTES ? size : CHUNK_BYTES);
    open.buffer.copy(larger, 0, 0, open.bytes);
    open.buffer = larger;
  };

  async function* read(): AsyncGenerator<Buffer, void, void> {
    for (let number = 0; ; number++) {
      const chunk = chunks.get(number);
      if (chunk === undefined) {
        yield await readStored(number);
      } else {
        for (let from = 0; ;) {
          while (from === chunk.bytes && chunk === open && !closed) {
            yield EMPTY;
            if (from === chunk.bytes && chunk === open && !closed) await changed.promise;
          }
          if (from === chunk.bytes) break;
          const to = chunk.bytes;
          yield chunk.buffer.subarray(from, to);
          from = to;
        }
      }
      if (number >= open.number) {
        if (failure) throw failure;
        if (closed) return;
      }
    }
  }

  return {
    get rowCount() {
      return rowCount;
    },
    get bytes() {
      return bytes;
    },
    firstRows: firstRows.promise,
    append(frames, rows) {
      sha256.update(frames);
      reserve(frames.length);
      frames.copy(open.buffer, open.bytes);
      open.bytes += frames.length;
      bytes += frames.length;
      rowCount += rows;
      unstored += frames.length;
      inMemory += frames.length;
      full = unstored > UNSTORED_BYTES;
      firstRows.resolve();
      announce();
    },
    finish(known) {
      const end = { ...known, rowCount, bytes, sha256: sha256.digest("hex") };
      closed = true;
      firstRows.resolve();
      ended.resolve(end);
      announce();
      return end;
    },
    fail(error) {
      if (closed) return;
      failure = error;
      closed = true;
      firstRows.reject(error);
      ended.reject(error);
      announce();
    },
    source: (head) => ({ head, frames: read, end: ended.promise }),
    async takeChunk() {
      while (taken === open.number && !closed) await changed.promise;
      if (failure) throw failure;
      const chunk = chunks.get(taken);
      if (chunk === undefined || chunk.bytes === 0) return null;
      taken++;
      return chunk;
    },
    stored(chunk) {
      storedChunks = chunk.number + 1;
      unstored -= chunk.bytes;
      evict();
      if (full && unstored <= UNSTORED_BYTES / 2) {
        full = false;
        onDrain();
      }
    },
    isFull: () => full,
  };
}

/** Also what a reader gets when there is nothing more for it at the moment. */
const EMPTY = Buffer.alloc(0);
