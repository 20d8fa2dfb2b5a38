import { randomUUID } from "node:crypto";
import { type FileHandle, open, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Chunk } from "./recording.ts";

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
    const { bytesRead } = await (await file!).read(buffer, 0, bytes, at);
    if (bytesRead !== bytes) throw new Error(`A spool gave ${bytesRead} of ${bytes} bytes.`);
    return buffer;
  };

  return {
    async write({ number, bytes, buffer }) {
      file ??= openUnnamed();
      const at = end;
      end += bytes;
      await writeAll(await file, buffer.subarray(0, bytes), at);
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

async function openUnnamed(): Promise<FileHandle> {
  const path = join(tmpdir(), `dataclips-${randomUUID()}`);
  const file = await open(path, "wx+", 0o600);
  await unlink(path);
  return file;
}

/** One write may be short when the disk is nearly full. */
async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}
