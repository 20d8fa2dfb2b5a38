import type { Clip } from "./clips.ts";

/** How old a stored result may be, in seconds, before readers have the query run anew; null: however old. */
export function maxAgeSecondsOf({ refresh, maxAgeSeconds }: Pick<Clip, "refresh" | "maxAgeSeconds">): number | null {
  return refresh === "live" ? maxAgeSeconds : null;
}
