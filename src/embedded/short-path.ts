import { chmod, lutimes, mkdtemp, readFile, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Another name of a directory, for use in the paths of Unix sockets. */
export interface ShortPath {
  path: string;
  remove(): Promise<void>;
}

/** A socket's path may have 107 bytes (103 on macOS), of which "/run/.s.PGSQL.5432" takes 18. */
const LONGEST_BYTES = 103 - 18;
/** libpq splits host names at commas, and quoting differs between the places where the path is written. */
const PLAIN = /^[\w./-]+$/;
/** What clears old files out of /tmp goes by their age, in days. */
const TOUCH_INTERVAL_MS = 3_600_000;
const PREFIX = "/tmp/dataclips-";
const RECORD = "short-path.txt";

/**
 * Gives a name of `home` that is short and plain enough for Unix sockets: `home` itself, or a link to it in a new
 * directory in /tmp. The sockets are always made in `home`; the link is only the way there.
 */
export async function shortenPath(home: string): Promise<ShortPath> {
  if (Buffer.byteLength(home) <= LONGEST_BYTES && PLAIN.test(home)) return { path: home, remove: async () => {} };
  const directory = await mkdtemp(PREFIX);
  // As root, the servers' user passes through it too. It is no secret: the sockets' own directory is closed.
  await chmod(directory, 0o711);
  const path = join(directory, "home");
  await symlink(home, path);

  const touch = async () => {
    const now = new Date();
    await Promise.all([lutimes(path, now, now), utimes(directory, now, now)]).catch(() => {});
  };
  const timer = setInterval(() => void touch(), TOUCH_INTERVAL_MS);
  timer.unref();
  return {
    path,
    async remove() {
      clearInterval(timer);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Notes in `home` which link is in use, and removes the one that a killed process left. For the lock's holder. */
export async function recordShortPath(home: string, shortPath: ShortPath): Promise<void> {
  const record = join(home, RECORD);
  const left = await readFile(record, "utf8").catch(() => "");
  if (left.startsWith(PREFIX) && /^\w+$/.test(left.slice(PREFIX.length)))
    await rm(left, { recursive: true, force: true });
  if (shortPath.path === home) await rm(record, { force: true });
  else await writeFile(record, shortPath.path.slice(0, -"/home".length));
}
