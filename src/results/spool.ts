import type { FileHandle } from "node:fs/promises";
import type { Chunk } from "./recording.ts";
import { openUnnamedFile, readFully, writeFully } from "./unnamed-file.ts";

/**
 * Where the chunks of a running result wait that memory cannot hold: a temporary file that has no name any more, so
 * that nothing is left of it however the process ends. Small results never have one.
 */
export interface Spool {
  write(chunk: Chunk): Promise<void>;
  /** The frames of a chunk that was written, or undefined for another, and after close(). */
  read(number: number): Promise<Buffer> | undefined;
  close(): Promise<void>;
}

export function createSpool(): Spool {
  const places = new Map<number, { at: number; bytes: number }>();
  let file: Promise<FileHandle> | undefined;
  let end = 0;

  const readPlace = async ({ at, bytes }: { at: number; bytes: number }): Promise<Buffer> => {
    const buffer = Buffer.allocUnsafeSlow(bytes);
    await readFully(await file!, buffer, at);
    return buffer;
  };

  return {
    async write({ number, bytes, buffer }) {
      file ??= openUnnamedFile();
      const at = end;
      end += bytes;
      await writeFully(await file, buffer.subarray(0, bytes), at);
      places.set(number, { at, bytes });
    },
    read(number) {
      const place = places.get(number);
      return place && readPlace(place);
    },
    async close() {
      places.clear();
      await (await file)?.close();
      file = undefined;
    },
  };
}
