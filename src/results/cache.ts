import type { StoredResult } from "./store.ts";

/** Results up to so many bytes of frames are kept in memory. */
const RESULT_BYTES = 1024 * 1024;
const CACHE_BYTES = 16 * 1024 * 1024;
/** Digests of larger bodies that are remembered. */
const DIGESTS = 1000;

/** A small sealed result with its frames in memory. */
interface CachedResult {
  result: StoredResult;
  frames: Buffer;
}

/** Small sealed results in memory, by clip and number: they never change, so none is ever wrong. The oldest goes first. */
export interface ResultCache {
  get(clipId: number, number: number): CachedResult | undefined;
  /** Keeps a result, if it is small enough. */
  add(clipId: number, cached: CachedResult): void;
  fits(result: StoredResult): boolean;
  /** The digest of a body that was sent before, by its entity tag. */
  digest(etag: string): string | undefined;
  addDigest(etag: string, digest: string): void;
}

export function createResultCache(): ResultCache {
  const results = new Map<string, CachedResult>();
  const digests = new Map<string, string>();
  let bytes = 0;
  return {
    get(clipId, number) {
      const key = `${clipId}:${number}`;
      const found = results.get(key);
      if (found === undefined) return undefined;
      results.delete(key);
      results.set(key, found);
      return found;
    },
    add(clipId, cached) {
      const key = `${clipId}:${cached.result.head.number}`;
      if (cached.frames.length > RESULT_BYTES || results.has(key)) return;
      results.set(key, cached);
      bytes += cached.frames.length;
      for (const [oldest, { frames }] of results) {
        if (bytes <= CACHE_BYTES) break;
        results.delete(oldest);
        bytes -= frames.length;
      }
    },
    fits: ({ end }) => end.bytes <= RESULT_BYTES,
    digest: (etag) => digests.get(etag),
    addDigest(etag, digest) {
      digests.set(etag, digest);
      for (const oldest of digests.keys()) {
        if (digests.size <= DIGESTS) break;
        digests.delete(oldest);
      }
    },
  };
}
