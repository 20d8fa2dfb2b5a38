import { once } from "node:events";
import { realpath } from "node:fs/promises";
import { connect } from "node:net";
import { join, resolve } from "node:path";
import { AppError } from "../errors.ts";
import { type EmbeddedAddress, embeddedUrl } from "./embedded-url.ts";
import { shortenPath } from "./short-path.ts";

/** The embedded servers that another process runs. */
export interface RunningEmbedded {
  /** As Embedded's: see embedded.ts. */
  url(address: EmbeddedAddress): string;
  /** Gives back what the way to the sockets needed; the URLs may lead nowhere afterwards. Stops nothing. */
  close(): Promise<void>;
}

/**
 * Finds the embedded servers of a data directory, if a process runs them now: the holder of its lock (see lock.ts).
 * Null when there is none. Writes nothing into the directory. Right after that process has started, its servers may
 * not take connections yet.
 * @throws AppError forbidden when this user may not look
 */
export async function findRunning(dataDirectory: string): Promise<RunningEmbedded | null> {
  const path = resolve(dataDirectory);
  try {
    const home = await realpath(join(path, "postgresql"));
    const shortPath = await shortenPath(home);
    const isHeld = await takesConnections(join(shortPath.path, "lock")).catch(async (error: unknown) => {
      await shortPath.remove();
      throw error;
    });
    if (isHeld) {
      const sockets = join(shortPath.path, "run");
      return { url: (address) => embeddedUrl(sockets, address), close: () => shortPath.remove() };
    }
    await shortPath.remove();
    return null;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    if (code !== "EACCES" && code !== "EPERM") throw error;
    throw new AppError("forbidden", `This user may not look into the data directory ${path}.`, {
      hint: "Run the command as the user who runs Dataclips.",
      cause: error,
    });
  }
}

/** Whether somebody listens on a Unix socket. */
async function takesConnections(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, "connect");
    return true;
  } catch (error) {
    const { code } = error as { code?: string };
    // Refused: it died. No file: it ended well. Full or reset: it is there, and busy.
    if (code === "ECONNREFUSED" || code === "ENOENT") return false;
    if (code === "EAGAIN" || code === "ECONNRESET") return true;
    throw error;
  } finally {
    socket.destroy();
  }
}
