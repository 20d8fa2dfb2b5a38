/**
 * So long a cache in front of Dataclips, or a browser, may keep what a share shows without asking, and so long again
 * while it asks. It is also how long a revoked share may be seen by those behind such a cache: at this server it stops
 * at once. More would save little, for asking again costs a 304.
 */
const KEEP_SECONDS = 30;

/** Who may keep a response, and how long what it shows is the newest. Times are by `performance.now()`, in milliseconds. */
export type Caching =
  | { audience: "private" }
  /**
   * @param maxAgeSeconds how old the clip's result may be; null: as old as it is, until there is another one
   * @param untilMs the time from which nobody may see it any more
   */
  | { audience: "public"; maxAgeSeconds: number | null; untilMs: number };

/** For what is for one person. It may be kept, but is asked for each time: a 304 if it is the same. */
export const PRIVATE: Caching = { audience: "private" };

/** For a response that may yet break off. */
export const INCOMPLETE = "no-store";

/** The time until which a result that began then is what its address shows. */
export function freshUntil(caching: Caching, startedMs: number): number {
  if (caching.audience === "private") return 0;
  const { maxAgeSeconds, untilMs } = caching;
  return Math.min(untilMs - 1, maxAgeSeconds === null ? Infinity : startedMs + maxAgeSeconds * 1000);
}

/**
 * Cache-Control of a complete result, and Age where the clip says how old a result may be: a cache takes Age off
 * max-age (RFC 9111, section 4.2), so that it keeps the result for what is left of the clip's rule.
 */
export function cacheFields(caching: Caching, startedMs: number, nowMs: number): Record<string, string> {
  if (caching.audience === "private") return { "Cache-Control": "private, no-cache" };
  const { maxAgeSeconds, untilMs } = caching;
  if (maxAgeSeconds === null) {
    // Half of what is left for each, so that both together end with it.
    const keep = Math.min(KEEP_SECONDS, Math.max(0, Math.floor((untilMs - nowMs) / 2000)));
    return { "Cache-Control": `public, max-age=${keep}, stale-while-revalidate=${keep}` };
  }
  // Of an unknown age, and so too old.
  if (startedMs === -Infinity) return { "Cache-Control": "public, no-cache" };
  const age = Math.max(0, Math.floor((nowMs - startedMs) / 1000));
  const left = Math.floor((freshUntil(caching, startedMs) - nowMs) / 1000);
  const Age = String(age);
  if (left < 1) return { "Cache-Control": "public, no-cache", Age };
  const keep = `max-age=${age + Math.min(left, KEEP_SECONDS)}`;
  return {
    "Cache-Control": `public, ${keep}, stale-while-revalidate=${Math.min(maxAgeSeconds, KEEP_SECONDS, Math.max(0, Math.floor((untilMs - nowMs) / 1000) - Math.min(left, KEEP_SECONDS)))}`,
    Age,
  };
}
