import type { FileHandle } from "node:fs/promises";
import { openUnnamedFile, readFully, writeFully } from "../unnamed-file.ts";

/** All runs together wait for the disk with about so many bytes, each with no less and no more than that. */
const SPOOL_BYTES = 4 * 1024 * 1024;
const LEAST_BYTES = 32 * 1024;
const MOST_BYTES = 1024 * 1024;
/** A run's buffer begins with so many bytes and grows: most results are small. */
const FIRST_BYTES = 4 * 1024;

/** Records that are written one after the other and read back in that order. */
export interface Run {
  /** The end of the run, which is not in the file: the writer of a record fills it, after makeRoom(). */
  buffer: Buffer;
  length: number;
  /** Where the rest is in the file. */
  places: { at: number; bytes: number }[];
}

/** Many runs in one unnamed temporary file; small ones stay in memory, and then there is no file. */
export interface RunSpool {
  runs: readonly Run[];
  /** Makes room for a whole record at the end of a run; a promise where the disk has to be waited for. */
  makeRoom(run: Run, bytes: number): Promise<void> | undefined;
  /** A run from its beginning, in pieces of whole records; a piece is good until the next one is asked for. */
  read(run: Run): AsyncGenerator<Buffer, void, void>;
  /** Lets go of file and memory. Idempotent. */
  close(): Promise<void>;
}

/** @param count how many runs there are */
export function createRunSpool(count: number): RunSpool {
  const most = Math.min(MOST_BYTES, Math.max(LEAST_BYTES, Math.floor(SPOOL_BYTES / count)));
  const runs: Run[] = Array.from({ length: count }, () => ({ buffer: EMPTY, length: 0, places: [] }));
  let file: Promise<FileHandle> | undefined;
  let end = 0;
  let closed = false;

  const flush = async (run: Run, bytes: number): Promise<void> => {
    const place = { at: end, bytes: run.length };
    end += run.length;
    file ??= openUnnamedFile();
    await writeFully(await file, run.buffer.subarray(0, run.length), place.at);
    run.places.push(place);
    run.length = 0;
    if (bytes > run.buffer.length || run.buffer.length > most)
      run.buffer = Buffer.allocUnsafeSlow(Math.max(bytes, most));
  };

  return {
    runs,
    makeRoom(run, bytes) {
      const needed = run.length + bytes;
      if (needed <= run.buffer.length) return undefined;
      if (run.length > 0 && needed > most) return flush(run, bytes);
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, Math.min(most, Math.max(FIRST_BYTES, needed * 4))));
      run.buffer.copy(larger, 0, 0, run.length);
      run.buffer = larger;
      return undefined;
    },
    async *read({ buffer, length, places }) {
      let piece = EMPTY;
      for (const { at, bytes } of places) {
        if (closed) throw new Error("A spool is read after it was closed.");
        if (bytes > piece.length) piece = Buffer.allocUnsafeSlow(Math.max(bytes, most));
        const filled = piece.subarray(0, bytes);
        await readFully(await file!, filled, at);
        yield filled;
      }
      if (length > 0) yield buffer.subarray(0, length);
    },
    async close() {
      closed = true;
      for (const run of runs) Object.assign(run, { buffer: EMPTY, length: 0, places: [] });
      const opened = file;
      file = undefined;
      await (await opened)?.close();
    },
  };
}

const EMPTY = Buffer.alloc(0);
