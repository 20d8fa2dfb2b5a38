import { promisify } from "node:util";
import zlib from "node:zlib";

interface Codec {
  compress(bytes: Uint8Array): Promise<Buffer>;
  /** @param size bytes of the result, which are known: one buffer is allocated, and none copied */
  decompress(bytes: Uint8Array, size: number): Promise<Buffer>;
  /** As decompress, at once: for a thread that does nothing else. */
  decompressSync(bytes: Uint8Array, size: number): Buffer;
}

/** Level 1: the store is on the way of a run's bytes, and 3 made row frames no smaller. */
const LEVEL = 1;

const gzip = {
  compress: promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.gzip),
  decompress: promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.gunzip),
};
/** Made when it is used: a Node before 22.15 has none. */
const zstd = {
  compress: (bytes: Uint8Array, options: zlib.ZstdOptions) =>
    promisify<Uint8Array, zlib.ZstdOptions, Buffer>(zlib.zstdCompress)(bytes, options),
  decompress: (bytes: Uint8Array, options: zlib.ZstdOptions) =>
    promisify<Uint8Array, zlib.ZstdOptions, Buffer>(zlib.zstdDecompress)(bytes, options),
};

/** How chunks may be compressed; the codec's name stands with each chunk. */
export const CODECS: Readonly<Record<CodecName, Codec>> = {
  zstd: {
    compress: (bytes) =>
      zstd.compress(bytes, {
        chunkSize: outputBytes(bytes.length / 2),
        params: { [zlib.constants.ZSTD_c_compressionLevel]: LEVEL },
      }),
    decompress: (bytes, size) => zstd.decompress(bytes, { chunkSize: outputBytes(size) }),
    decompressSync: (bytes, size) => zlib.zstdDecompressSync(bytes, { chunkSize: outputBytes(size) }),
  },
  gzip: {
    compress: (bytes) => gzip.compress(bytes, { chunkSize: outputBytes(bytes.length / 2), level: LEVEL }),
    decompress: (bytes, size) => gzip.decompress(bytes, { chunkSize: outputBytes(size) }),
    decompressSync: (bytes, size) => zlib.gunzipSync(bytes, { chunkSize: outputBytes(size) }),
  },
};
export type CodecName = "zstd" | "gzip";

/** What this runtime writes: zstd where it has it (Node 22.15 and later), else gzip. */
export const DEFAULT_CODEC: CodecName = typeof zlib.zstdCompress === "function" ? "zstd" : "gzip";

/** The size of zlib's output buffers: its default of 16 KiB would make, and join, many. */
function outputBytes(expected: number): number {
  return Math.max(1024, Math.ceil(expected) + 64);
}
