import { type BodyCache, createBodyCache } from "./body-cache.ts";
import type { StoredResult } from "./store.ts";

/** Results up to so many bytes of frames are kept in memory. */
const RESULT_BYTES = 1024 * 1024;
const CACHE_BYTES = 16 * 1024 * 1024;
/** A small sealed result with its frames in memory. */
interface CachedResult {
  result: StoredResult;
  frames: Buffer;
}

/** Small sealed results in memory: they never change, so none is ever wrong. Those not asked for longest go first. */
export interface ResultCache {
  get(clipId: number, number: number): CachedResult | undefined;
  /** Keeps a result, if it is small enough. */
  add(cached: CachedResult): void;
  fits(result: StoredResult): boolean;
  /** Small results in their formats, encoded and compressed. */
  bodies: BodyCache;
}

/** @param options.keepsFrames whether results are kept too, and not only their bodies: isolates are many, and live for minutes */
export function createResultCache({ keepsFrames = true } = {}): ResultCache {
  const results = new Map<string, CachedResult>();
  let bytes = 0;

  return {
    get(clipId, number) {
      const name = `${clipId}:${number}`;
      const found = results.get(name);
      if (found === undefined) return undefined;
      results.delete(name);
      results.set(name, found);
      return found;
    },
    add(cached) {
      const name = `${cached.result.key.clipId}:${cached.result.head.number}`;
      if (cached.frames.length > RESULT_BYTES || results.has(name)) return;
      results.set(name, cached);
      bytes += cached.frames.length;
      for (const [oldest, entry] of results) {
        if (bytes <= CACHE_BYTES) break;
        results.delete(oldest);
        bytes -= entry.frames.length;
      }
    },
    fits: ({ end }) => keepsFrames && end.bytes <= RESULT_BYTES,
    bodies: createBodyCache(),
  };
}
