import { randomUUID } from "node:crypto";
import { type FileHandle, open, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A temporary file that has no name any more: nothing is left of it, however the process ends. */
export async function openUnnamedFile(): Promise<FileHandle> {
  const path = join(tmpdir(), `dataclips-${randomUUID()}`);
  const file = await open(path, "wx+", 0o600);
  await unlink(path);
  return file;
}

/** Writes all bytes at a position: one write may be short when the disk is nearly full. */
export async function writeFully(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}

/** Fills a buffer from a position. @throws Error when the file ends before */
export async function readFully(file: FileHandle, into: Uint8Array, position: number): Promise<void> {
  for (let read = 0; read < into.length;) {
    const { bytesRead } = await file.read(into, read, into.length - read, position + read);
    if (bytesRead === 0) throw new Error(`A temporary file gave ${read} of ${into.length} bytes.`);
    read += bytesRead;
  }
}
