import { constants } from "node:fs";
import {
  access,
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rmdir,
  symlink,
  writeFile,
} from "node:fs/promises";
import { basename, join } from "node:path";
import { AppError } from "../errors.ts";
import { runAs } from "./run-as.ts";
import { findServerUser } from "./server-user.ts";
import type { ServerUser } from "./server-user.ts";

/** A data directory that is ours to use. */
export interface DataDirectory {
  /** Where the servers' files lie: `primary/`, `follower/`, `run/` (the sockets) and our own files beside them. */
  home: string;
  user: ServerUser | undefined;
}

/** This file says that the directory is ours; nothing is ever written into a directory that has others' files. */
const MARKER = "dataclips-data.txt";
const MARKER_TEXT = "This directory belongs to Dataclips: its PostgreSQL keeps everything in postgresql/.\n";
/** What file systems, file managers and git leave in a directory that is empty to everybody else. */
const NOT_CONTENT = new Set(["lost+found", ".DS_Store", ".gitignore", ".gitkeep"]);

/**
 * Checks the data directory, makes what is missing, and settles where the servers' files lie and who owns them.
 * That is `<path>/postgresql`; as root, when the unprivileged user of the servers cannot work there (below a
 * directory of mode 0700, on a disk without owners), a place below `relocationRoot` that `<path>/postgresql` links to.
 * A directory with others' files in it, or one that cannot be written, is refused before anything is touched.
 */
export async function openDataDirectory(options: {
  path: string;
  relocationRoot: string;
  onProgress: (line: string) => void;
}): Promise<DataDirectory> {
  await claim(options.path);
  const home = join(options.path, "postgresql");
  const kind = await lstat(home).catch(() => undefined);
  if (kind === undefined) return makeHome(home, options);

  const resolved = await realpath(home).catch((cause: unknown) => {
    throw new AppError("conflict", `${home} links to a place that is gone.`, {
      hint: "Bring that place back, or delete the link to start with an empty database.",
      cause,
    });
  });
  const user = await findServerUser(join(resolved, "primary"));
  await makeRunDirectory(resolved, user);
  if (!(await isUsable(resolved, user))) {
    throw new AppError(
      "forbidden",
      `The user that PostgreSQL runs under (uid ${user?.uid ?? process.getuid?.()}) cannot work in ${resolved}.`,
      {
        hint: "Every directory above it needs the execute permission for others (chmod o+x), and the file system must be writable.",
      },
    );
  }
  return { home: resolved, user };
}

async function claim(path: string): Promise<void> {
  try {
    const entries = await readdir(path).catch(async (error: NodeJS.ErrnoException): Promise<string[]> => {
      if (error.code !== "ENOENT") throw error;
      await mkdir(path, { recursive: true });
      // Under root's strict umask the servers' user could not pass; what is private in here is private by itself.
      await chmod(path, 0o755);
      return [];
    });
    if (entries.includes(MARKER)) return await access(path, constants.W_OK);
    if (entries.some((entry) => !NOT_CONTENT.has(entry))) {
      throw new AppError(
        "conflict",
        `The data directory ${path} is not empty, and what is in it is not Dataclips' own.`,
        {
          hint: "Set DATACLIPS_DATA to a new or empty directory.",
        },
      );
    }
    await writeFile(join(path, MARKER), MARKER_TEXT);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === "ENOTDIR" || code === "EEXIST" ? "is not a directory" : `cannot be written (${code})`;
    throw new AppError("forbidden", `The data directory ${path} ${reason}.`, {
      hint: "Set DATACLIPS_DATA to a directory that the user who starts Dataclips may write to.",
      cause: error,
    });
  }
}

async function makeHome(home: string, options: Parameters<typeof openDataDirectory>[0]): Promise<DataDirectory> {
  const user = await findServerUser(join(home, "primary"));
  await mkdir(home).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error; // another start in this very moment: the lock decides
  });
  // As root the servers' user must pass, whatever the umask; what is private has a closed directory of its own.
  await chmod(home, user === undefined ? 0o700 : 0o755);
  await makeRunDirectory(home, user);
  if (user === undefined || (await isUsable(home, user))) return { home, user };

  await rmdir(join(home, "run"));
  await rmdir(home);
  await mkdir(options.relocationRoot, { recursive: true, mode: 0o755 });
  const relocated = await mkdtemp(join(options.relocationRoot, `${basename(options.path)}-`));
  await chmod(relocated, 0o755);
  await symlink(relocated, home);
  options.onProgress(`PostgreSQL's user cannot work below ${options.path}; its files go to ${relocated}`);
  await makeRunDirectory(relocated, user);
  return { home: relocated, user };
}

/** The sockets' directory. It is what makes `trust` safe: only the servers' user, and root, can enter it. */
async function makeRunDirectory(home: string, user: ServerUser | undefined): Promise<void> {
  const run = join(home, "run");
  try {
    await mkdir(run, { recursive: true, mode: 0o700 });
    if (user !== undefined) await chown(run, user.uid, user.gid);
    await chmod(run, 0o700);
  } catch (error) {
    // Some shared folders know no owners: isUsable then says no.
    if (!["EPERM", "EACCES", "ENOTSUP", "EINVAL"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

/** Tried out as the servers' user, because modes alone do not tell (access lists, mount options, mapped owners). */
async function isUsable(home: string, user: ServerUser | undefined): Promise<boolean> {
  const script = 'cd "$1" && p=run/probe.$$ && touch $p && chmod 600 $p && test -O $p && rm $p';
  return (await runAs(user, "/bin/sh", ["-c", script, "sh", home])).status === 0;
}

/** Refuses a primary that another major version of PostgreSQL made. Reads only. */
export async function checkVersion(home: string, majorVersion: string): Promise<void> {
  const text = await readFile(join(home, "primary/PG_VERSION"), "utf8").catch(() => undefined);
  if (text === undefined || text.trim() === majorVersion) return;
  throw new AppError(
    "conflict",
    `The databases in ${home} were made by PostgreSQL ${text.trim()}; this is PostgreSQL ${majorVersion}.`,
    {
      hint: "Nothing was changed. Start the version of Dataclips that made them and move them with pg_dump, or set DATACLIPS_DATA to a new directory.",
    },
  );
}
