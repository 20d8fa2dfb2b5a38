import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { rename, stat, unlink } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../errors.ts";

/** Long enough for another process that saw the same stale lock to have replaced ours. */
const SETTLE_MS = 30;
const ANSWER_TIMEOUT_MS = 2_000;

/**
 * Takes the data directory for this process and returns what gives it back.
 *
 * The lock is a Unix socket that we listen on: whoever can connect to it has met a living holder, and a refused
 * connection means that the holder died, however it died. A file with a process id would outlive kill -9 and
 * reboots. The holder answers with its process id, which the refusal names. `home` is a path short enough for sockets.
 */
export async function takeLock(home: string, dataDirectory: string): Promise<() => Promise<void>> {
  const path = join(home, "lock");
  const holder = await askHolder(path);
  if (holder !== undefined) throw inUse(dataDirectory, holder);

  const server = createServer((socket) => {
    socket.on("error", () => {}); // the asker left
    socket.end(`${process.pid}\n`);
  });
  // Bound under a name of its own and then renamed: closing a server removes the name that it was bound under, and
  // that must not be the name that another start, of this process too, may have taken meanwhile.
  const ownPath = `${path}.${randomBytes(4).toString("hex")}`;
  server.listen(ownPath);
  await once(server, "listening");
  server.unref();
  const { ino } = await stat(ownPath);
  await rename(ownPath, path);
  const isOurs = async () => (await stat(path).catch(() => undefined))?.ino === ino;

  await sleep(SETTLE_MS);
  if (!(await isOurs())) {
    // Two starts saw the same stale lock; the one whose socket stayed has it.
    server.close();
    throw inUse(dataDirectory, await askHolder(path));
  }
  return async () => {
    if (await isOurs()) await unlink(path);
    server.close();
    await once(server, "close");
  };
}

/** Returns the process id of the lock's living holder, "" when it does not say, undefined when there is none. */
function askHolder(path: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(path);
    socket.setEncoding("utf8").setTimeout(ANSWER_TIMEOUT_MS, () => socket.destroy());
    socket.on("data", (text: string) => (answer += text));
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ECONNREFUSED") resolve(undefined);
      else if (error.code === "ECONNRESET" || error.code === "EAGAIN") resolve("");
      else reject(error);
    });
    socket.on("close", () => resolve(answer.trim()));
  });
}

function inUse(dataDirectory: string, holder: string | undefined): AppError {
  const who = holder === undefined || holder === "" ? "Another Dataclips" : `Another Dataclips (process ${holder})`;
  return new AppError("conflict", `${who} is running with the data directory ${dataDirectory}.`, {
    hint: "Stop it first, or set DATACLIPS_DATA to another directory.",
  });
}
