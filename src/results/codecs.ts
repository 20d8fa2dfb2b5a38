import { promisify } from "node:util";
import zlib from "node:zlib";

interface Codec {
  compress(bytes: Uint8Array): Promise<Buffer>;
  decompress(bytes: Uint8Array): Promise<Buffer>;
}

const gzip: Codec = {
  compress: (bytes) => promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.gzip)(bytes, { level: 1 }),
  decompress: promisify<Uint8Array, Buffer>(zlib.gunzip),
};

const zstd: Codec = {
  // Level 1: the store is on the way of a run's bytes, and 3 made row frames no smaller.
  compress: (bytes) =>
    promisify<Uint8Array, zlib.ZstdOptions, Buffer>(zlib.zstdCompress)(bytes, {
      params: { [zlib.constants.ZSTD_c_compressionLevel]: 1 },
    }),
  decompress: (bytes) => promisify<Uint8Array, Buffer>(zlib.zstdDecompress)(bytes),
};

/** How chunks may be compressed; the codec's name stands with each chunk. */
export const CODECS: Readonly<Record<CodecName, Codec>> = { zstd, gzip };
export type CodecName = "zstd" | "gzip";

/** What this runtime writes: zstd where it has it (Node 22.15 and later), else gzip. */
export const DEFAULT_CODEC: CodecName = typeof zlib.zstdCompress === "function" ? "zstd" : "gzip";
