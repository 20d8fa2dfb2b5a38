import { crc32 } from "node:zlib";
import { AppError } from "../errors.ts";
import { deflateBlocks } from "./deflate.ts";

/** A file of an archive. */
export interface ZipFile {
  name: string;
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** What the archive's directory, at its end, says of a file. */
interface Entry {
  name: Buffer;
  offset: number;
  crc: number;
  compressedBytes: number;
  bytes: number;
}

/** Sizes and offsets have 32 bits; ZIP64 has more, and not every reader of XLSX knows it. */
const MAX_BYTES = 0xffffffff;
const VERSION = 20;
/** Sizes come after the content (bit 3); names are UTF-8 (bit 11). */
const FLAGS = 0x0808;
const DEFLATE = 8;
/** 1980-01-01, the first day that ZIP knows: the same content gives the same bytes, whenever it is written. */
const DATE = 0x0021;

/**
 * A ZIP archive, streamed: sizes and checksum of each file stand behind it, in a data descriptor (PKWARE's APPNOTE.TXT,
 * sections 4.3.7 to 4.3.16). Files are read one after the other, each when its turn comes.
 * @throws AppError invalid_request, in mid-archive, when it would become larger than 4 GiB
 */
export async function* createZip(
  files: AsyncIterable<ZipFile>,
  maxBytes = MAX_BYTES,
): AsyncGenerator<Uint8Array, void, void> {
  const entries: Entry[] = [];
  let offset = 0;
  const sent = <Piece extends Uint8Array>(piece: Piece): Piece => {
    offset += piece.length;
    checkSize(offset, maxBytes);
    return piece;
  };
  for await (const { name, pieces } of files) {
    const entry: Entry = { name: Buffer.from(name), offset, crc: 0, compressedBytes: 0, bytes: 0 };
    yield sent(localHeader(entry.name));
    const start = offset;
    const content = deflateBlocks(pieces, (block) => {
      entry.crc = crc32(block, entry.crc);
      entry.bytes += block.length;
      checkSize(entry.bytes, maxBytes);
    });
    for await (const piece of content) yield sent(piece);
    entry.compressedBytes = offset - start;
    yield sent(dataDescriptor(entry));
    entries.push(entry);
  }
  const directory = Buffer.concat(entries.map(directoryEntry));
  yield Buffer.concat([sent(directory), directoryEnd(entries.length, directory.length, offset - directory.length)]);
}

function checkSize(bytes: number, maxBytes: number): void {
  if (bytes <= maxBytes) return;
  throw new AppError("invalid_request", "This result is too large for XLSX: a file, and its sheet, end at 4 GiB.", {
    hint: "Ask for CSV or NDJSON: they have no limit.",
  });
}

function localHeader(name: Buffer): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(VERSION, 4);
  header.writeUInt16LE(FLAGS, 6);
  header.writeUInt16LE(DEFLATE, 8);
  header.writeUInt16LE(DATE, 12);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, name]);
}

function dataDescriptor(entry: Entry): Buffer {
  const descriptor = Buffer.alloc(16);
  descriptor.writeUInt32LE(0x08074b50, 0);
  writeSizes(descriptor, 4, entry);
  return descriptor;
}

function directoryEntry(entry: Entry): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(VERSION, 4);
  header.writeUInt16LE(VERSION, 6);
  header.writeUInt16LE(FLAGS, 8);
  header.writeUInt16LE(DEFLATE, 10);
  header.writeUInt16LE(DATE, 14);
  writeSizes(header, 16, entry);
  header.writeUInt16LE(entry.name.length, 28);
  header.writeUInt32LE(entry.offset, 42);
  return Buffer.concat([header, entry.name]);
}

function writeSizes(to: Buffer, at: number, { crc, compressedBytes, bytes }: Entry): void {
  to.writeUInt32LE(crc, at);
  to.writeUInt32LE(compressedBytes, at + 4);
  to.writeUInt32LE(bytes, at + 8);
}

function directoryEnd(count: number, bytes: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(bytes, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}
