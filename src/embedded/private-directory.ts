import { chown, mkdtemp, readdir, rename, rmdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { runAs } from "./run-as.ts";
import type { ServerUser } from "./server-user.ts";

/**
 * Makes a directory that only the servers' user can enter, fills it and gives it its name when it is full: a name
 * that exists is never half of something. A process that a killed start left behind writes into a directory of
 * another name, which nobody looks at.
 */
export async function makePrivateDirectory(
  path: string,
  user: ServerUser | undefined,
  fill: (temporary: string) => Promise<void>,
): Promise<void> {
  for (const entry of await readdir(dirname(path))) {
    const isAbandoned = entry.startsWith(`${basename(path)}.`) && /\.[A-Za-z0-9]{6}$/.test(entry);
    if (isAbandoned) await removePrivateDirectory(join(dirname(path), entry), user);
  }
  const temporary = await mkdtemp(`${path}.`); // mode 0700
  try {
    if (user !== undefined) await chown(temporary, user.uid, user.gid);
    await fill(temporary);
    await rename(temporary, path);
  } catch (error) {
    await removePrivateDirectory(temporary, user);
    throw error;
  }
}

/** Removes such a directory. Its content goes under the servers' user: see {@link runAs}. A missing one is no fault. */
export async function removePrivateDirectory(path: string, user: ServerUser | undefined): Promise<void> {
  await runAs(user, "/bin/sh", ["-c", 'cd "$1" && rm -rf -- * .[!.]*', "sh", path]);
  await rmdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
}
