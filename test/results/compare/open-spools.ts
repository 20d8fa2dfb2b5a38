import { readdirSync, readlinkSync } from "node:fs";

/** The temporary files without a name that this process has open, as Linux shows them. */
export function openSpools(): string[] {
  return readdirSync("/proc/self/fd")
    .map((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`);
      } catch {
        // The directory's own, closed by now.
        return "";
      }
    })
    .filter((path) => path.includes("/dataclips-") && path.endsWith("(deleted)"));
}
