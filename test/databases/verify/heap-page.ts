import { open } from "node:fs/promises";

const PAGE_BYTES = 8192;
/** Offsets in a page and in a row's header: src/include/storage/bufpage.h and access/htup_details.h. */
const FIRST_LINE_POINTER = 24;
const XMAX = 4;
const INFOMASK = 20;
const XMAX_INVALID = 0x0800;

/** A page of a file, to be changed behind PostgreSQL's back. Rows count from 1, as in ctid. */
export interface HeapPage {
  bytes: Buffer;
  /** Makes a row disappear. */
  forget(row: number): void;
  /** Makes a deleted row come back. */
  revive(row: number): void;
  /** Changes text of the same length. */
  replace(from: string, to: string): void;
}

/** Changes a page of a file. Its checksum stays what it was, and is wrong from now on. */
export async function changePage(path: string, change: (page: HeapPage) => void, block = 0): Promise<void> {
  const file = await open(path, "r+");
  try {
    const bytes = Buffer.alloc(PAGE_BYTES);
    await file.read(bytes, 0, PAGE_BYTES, block * PAGE_BYTES);
    change(toPage(bytes));
    await file.write(bytes, 0, PAGE_BYTES, block * PAGE_BYTES);
  } finally {
    await file.close();
  }
}

function toPage(bytes: Buffer): HeapPage {
  const pointerAt = (row: number): number => FIRST_LINE_POINTER + 4 * (row - 1);
  const rowAt = (row: number): number => bytes.readUInt32LE(pointerAt(row)) & 0x7fff;
  return {
    bytes,
    forget: (row) => void bytes.writeUInt32LE(0, pointerAt(row)),
    revive(row) {
      const at = rowAt(row);
      bytes.writeUInt32LE(0, at + XMAX);
      bytes.writeUInt16LE(bytes.readUInt16LE(at + INFOMASK) | XMAX_INVALID, at + INFOMASK);
    },
    replace(from, to) {
      const at = bytes.indexOf(from);
      if (at < 0 || to.length !== from.length) throw new Error(`The page has no ${from}`);
      bytes.write(to, at);
    },
  };
}
