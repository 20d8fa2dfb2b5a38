import { promisify } from "node:util";
import type { Transform } from "node:stream";
import zlib from "node:zlib";
import { ON_WORKERS } from "../on-workers.ts";
import { CONTENT_CODINGS, type ContentCoding } from "./content-codings.ts";

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
  compress: promisify<Uint8Array, zlib.ZlibOptions, Buffer<ArrayBuffer>>(zlib.gzip),
  decompress: promisify<Uint8Array, zlib.ZlibOptions, Buffer<ArrayBuffer>>(zlib.gunzip),
};
/** Made when it is used: a Node before 22.15 has none. */
const zstd = {
  compress: (bytes: Uint8Array, options: zlib.ZstdOptions) =>
    promisify<Uint8Array, zlib.ZstdOptions, Buffer<ArrayBuffer>>(zlib.zstdCompress)(bytes, options),
  decompress: (bytes: Uint8Array, options: zlib.ZstdOptions) =>
    promisify<Uint8Array, zlib.ZstdOptions, Buffer<ArrayBuffer>>(zlib.zstdDecompress)(bytes, options),
};

const brotli = promisify<Uint8Array, zlib.BrotliOptions, Buffer<ArrayBuffer>>(zlib.brotliCompress);

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

/**
 * What this runtime writes: zstd where it has it (Node 22.15 and later), else gzip. workerd 1.20261023 reads all zstd, but
 * cannot write more than some 32 KiB of it ("Unexpected end of file"): test/worker/same-bytes.test.ts met that.
 */
export const DEFAULT_CODEC: CodecName = typeof zlib.zstdCompress === "function" && !ON_WORKERS ? "zstd" : "gzip";

/** A zlib stream, which can be made to give out what it has. */
export type CompressStream = Transform & { flush(callback: () => void): void };

interface BodyCodec {
  /** Compresses a small body well: it is done once, and sent many times. */
  compress(body: Uint8Array): Promise<Buffer<ArrayBuffer>>;
  /** Compresses a large one fast, as it goes by. */
  stream(): CompressStream;
}

const { constants } = zlib;

/** All that a stream has is taken from it after every piece: it never has to wait for its reader. */
const STREAM = { highWaterMark: 2 ** 30, chunkSize: 64 * 1024 };

/**
 * How bodies are compressed. The work is done by libuv's threads, so the event loop stays free. A window of 512 KiB
 * for Brotli bounds what a stream takes; its default would be 4 MiB.
 */
export const BODY_CODECS: Readonly<Record<ContentCoding, BodyCodec>> = {
  zstd: {
    compress: (body) =>
      zstd.compress(body, { params: { [constants.ZSTD_c_compressionLevel]: 9 }, chunkSize: outputBytes(body.length) }),
    stream: () =>
      zlib.createZstdCompress({ ...STREAM, params: { [constants.ZSTD_c_compressionLevel]: LEVEL } }) as CompressStream,
  },
  br: {
    compress: (body) => brotli(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } }),
    stream: () =>
      zlib.createBrotliCompress({
        ...STREAM,
        params: { [constants.BROTLI_PARAM_QUALITY]: 1, [constants.BROTLI_PARAM_LGWIN]: 19 },
      }),
  },
  gzip: {
    compress: (body) => gzip.compress(body, { level: 6 }),
    stream: () => zlib.createGzip({ ...STREAM, level: LEVEL }),
  },
};

/** The codings that this runtime has for bodies. */
export const AVAILABLE_CODINGS: readonly ContentCoding[] = CONTENT_CODINGS.filter(
  (coding) => coding !== "zstd" || DEFAULT_CODEC === "zstd",
);

/** The size of zlib's output buffers: its default of 16 KiB would make, and join, many. */
function outputBytes(expected: number): number {
  return Math.max(1024, Math.ceil(expected) + 64);
}
