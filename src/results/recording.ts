import { createHash } from "node:crypto";
import type { ResultEnd, ResultHead, ResultSource } from "./result.ts";

/** Frames of about so many bytes make a chunk. */
const CHUNK_BYTES = 512 * 1024;
/** The first chunk's buffer begins with so many bytes and grows: most results are small. */
const FIRST_BYTES = 16 * 1024;
/** Over so many bytes in memory, the oldest chunks have to be put away. */
const MEMORY_BYTES = 4 * 1024 * 1024;
/** Over so many bytes that are not put away yet, the run has to wait. */
const UNSAVED_BYTES = 12 * 1024 * 1024;

/** Readers get rows in pieces of about so many bytes, or what has come after so many milliseconds. */
const ANNOUNCE_BYTES = 64 * 1024;
const ANNOUNCE_MS = 2;

/** A chunk of a result: frames of whole rows. */
export interface Chunk {
  number: number;
  firstRow: number;
  firstByte: number;
  /** How much of the buffer is filled. */
  bytes: number;
  buffer: Buffer;
}

/** Reads back a chunk that was put away. */
type ReadSaved = (chunk: number) => Promise<Buffer>;

/**
 * A result while it is being produced. The run appends frames; any number of readers, each at its own pace, read them
 * from the first row on. Chunks that are too many for memory are put away, and read back by whoever is that far
 * behind: a slow reader holds up nobody, and memory stays constant. Only a slow disk makes the run wait.
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
  /**
   * The oldest chunk that takes no more rows, once there are too many bytes in memory; null when the recording is
   * closed. Rejects if it failed.
   */
  takeOverflow(): Promise<Chunk | null>;
  /** A chunk of takeOverflow() has been put away: from now on it may have to be read back. */
  saved(chunk: Chunk): void;
  /** The chunks of a closed recording that were not put away. */
  rest(): Chunk[];
  /** Whether the run has to wait. */
  isFull(): boolean;
}

/**
 * @param readSaved reads back a chunk that was put away
 * @param onDrain called when a full recording has room again
 */
export function createRecording(readSaved: ReadSaved, onDrain: () => void): Recording {
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
  let savedChunks = 0;
  let oldest = 0;
  let unsaved = 0;
  let inMemory = 0;
  let full = false;
  let closed = false;
  let failure: Error | undefined;
  let changed = Promise.withResolvers<void>();
  /** Replaced when it is resolved: there is a chunk too many, or there will be no more. */
  let overflow = Promise.withResolvers<void>();
  let announced = 0;
  let timer: NodeJS.Timeout | undefined;

  const announce = (): void => {
    clearTimeout(timer);
    timer = undefined;
    announced = bytes;
    changed.resolve();
    changed = Promise.withResolvers<void>();
  };

  const wake = (): void => {
    overflow.resolve();
    overflow = Promise.withResolvers<void>();
  };

  /** Readers are woken for a good piece, or a moment later for what there is: PostgreSQL sends 8 KiB at a time. */
  const announceSoon = (): void => {
    if (bytes - announced >= ANNOUNCE_BYTES) announce();
    else timer ??= setTimeout(announce, ANNOUNCE_MS);
  };

  /**
   * A chunk takes no more rows once it is full, not only once there is a next one: a row may be larger than all that may
   * be unsaved, and the run would wait for room that no later row could make.
   */
  const isFullChunk = (): boolean => open.bytes >= CHUNK_BYTES;
  const hasOverflow = (): boolean =>
    unsaved > MEMORY_BYTES && (savedChunks < open.number || (savedChunks === open.number && isFullChunk()));

  /** The open chunk stays: its readers wait there for what comes next. */
  const evict = (): void => {
    while (inMemory > MEMORY_BYTES && oldest < Math.min(savedChunks, open.number)) {
      const { bytes: evicted, buffer } = chunks.get(oldest)!;
      inMemory -= evicted;
      if (buffer.length === CHUNK_BYTES) spare.push(buffer);
      chunks.delete(oldest++);
    }
  };

  /** Makes room in the open chunk, or opens the next one. */
  const reserve = (needed: number): void => {
    if (!isFullChunk() && open.bytes + needed <= open.buffer.length) return;
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
        yield await readSaved(number);
      } else {
        for (let from = 0; ;) {
          while (from === chunk.bytes && chunk === open && !closed) {
            yield EMPTY;
            if (from === chunk.bytes && chunk === open && !closed) await changed.promise;
          }
          if (from === chunk.bytes) break;
          if (chunks.get(number) !== chunk) {
            // It left memory while this reader was in it: its buffer may hold other rows by now.
            yield (await readSaved(number)).subarray(from);
            break;
          }
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
      unsaved += frames.length;
      inMemory += frames.length;
      full ||= unsaved > UNSAVED_BYTES;
      if (unsaved > MEMORY_BYTES) wake();
      firstRows.resolve();
      announceSoon();
    },
    finish(known) {
      const end = { ...known, rowCount, bytes, sha256: sha256.digest("hex") };
      closed = true;
      firstRows.resolve();
      ended.resolve(end);
      announce();
      wake();
      return end;
    },
    fail(error) {
      if (closed) return;
      failure = error;
      closed = true;
      firstRows.reject(error);
      ended.reject(error);
      announce();
      wake();
    },
    source: (head) => ({ head, frames: read, end: ended.promise }),
    async takeOverflow() {
      while (!closed && !hasOverflow()) await overflow.promise;
      if (failure) throw failure;
      return closed ? null : chunks.get(savedChunks)!;
    },
    saved(chunk) {
      savedChunks = chunk.number + 1;
      unsaved -= chunk.bytes;
      evict();
      if (full && unsaved <= UNSAVED_BYTES / 2) {
        full = false;
        onDrain();
      }
    },
    rest: () => [...chunks.values()].filter(({ number, bytes: length }) => number >= savedChunks && length > 0),
    isFull: () => full,
  };
}

/** Also what a reader gets when there is nothing more for it at the moment. */
const EMPTY = Buffer.alloc(0);
