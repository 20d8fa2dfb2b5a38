import { readFile, stat } from "node:fs/promises";
import { userInfo } from "node:os";
import { AppError } from "../errors.ts";

/** The unprivileged user that PostgreSQL runs under, when that is not the user that we run as ourselves. */
export interface ServerUser {
  uid: number;
  gid: number;
}

/** In the order of preference; macOS names its system users with an underscore. */
const CANDIDATES = ["postgres", "_postgres", "nobody"];

/**
 * Finds the user to run PostgreSQL under: undefined means ourselves. PostgreSQL refuses to run as root, so root
 * gets the owner of the existing cluster, or an unprivileged entry of /etc/passwd (initdb looks its user up there).
 * `primaryDirectory` is the place of the primary's files, which need not exist yet.
 */
export async function findServerUser(primaryDirectory: string): Promise<ServerUser | undefined> {
  const owner = await stat(primaryDirectory).catch(() => undefined);
  if (process.getuid?.() !== 0) {
    if (owner !== undefined && owner.uid !== process.getuid?.()) {
      throw new AppError(
        "forbidden",
        `The databases in ${primaryDirectory} belong to another user (uid ${owner.uid}).`,
        {
          hint: "Start Dataclips as the user who started it first (root, if that was root), or set DATACLIPS_DATA to another directory.",
        },
      );
    }
    requirePasswdEntry();
    return undefined;
  }
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };

  const entries = (await readFile("/etc/passwd", "utf8")).split("\n").map((line) => line.split(":"));
  for (const name of CANDIDATES) {
    const entry = entries.find((fields) => fields[0] === name);
    // macOS writes nobody's uid as -2; the system calls want it unsigned.
    if (entry !== undefined) return { uid: Number(entry[2]) >>> 0, gid: Number(entry[3]) >>> 0 };
  }
  throw new AppError(
    "invalid_request",
    "PostgreSQL refuses to run as root, and /etc/passwd has neither a user postgres nor nobody to run it under.",
    { hint: "Start Dataclips as an ordinary user, or add one: useradd --system postgres" },
  );
}

/** initdb refuses a uid without a name; containers that run under a number of their own have none. */
function requirePasswdEntry(): void {
  try {
    userInfo();
  } catch (cause) {
    throw new AppError(
      "invalid_request",
      `The user that Dataclips runs as (uid ${process.getuid?.()}) has no entry in /etc/passwd, and PostgreSQL wants one.`,
      {
        hint: "Run the container under a user that its /etc/passwd knows.",
        cause,
      },
    );
  }
}
