import { spawn } from "node:child_process";
import type { Socket } from "node:net";
import { COMMAND_ENVIRONMENT } from "./run-as.ts";
import type { ServerUser } from "./server-user.ts";

/** A PostgreSQL server that does not outlive us. */
export interface GuardedProcess {
  /** Resolves when it is gone, with its exit code (128 + the signal's number after a signal). */
  exited: Promise<number>;
  /** Asks for a fast shutdown. */
  release(): void;
}

/**
 * The guard holds the reading end of a pipe as file descriptor 3 (a shell gives its background commands /dev/null as
 * standard input). We never write to it: it ends when we let go of it or when we die, however we die, and then the
 * server gets SIGINT, PostgreSQL's fast shutdown. SIGINT is repeated, because a server that has only just been
 * started may still ignore it; after half a minute SIGQUIT follows, which costs a crash recovery at the next start.
 * The guard itself ignores what a terminal or a service manager sends to a whole group.
 */
const GUARD = `
"$@" 3<&- &
server=$!
trap '' HUP INT TERM
(
  while read -r _ <&3; do :; done
  tries=0
  signal=INT
  while kill -$signal $server 2>/dev/null; do
    tries=$((tries + 1))
    if [ $tries -eq 150 ]; then signal=QUIT; fi
    sleep 0.2
  done
) &
watcher=$!
exec 3<&-
wait $server
status=$?
{ kill -KILL $watcher; wait $watcher; } 2>/dev/null
exit $status
`;

/** Starts a command under the guard, in a session of its own, so that a terminal's Ctrl-C does not reach it. */
export function startGuarded(options: {
  command: string;
  args: readonly string[];
  user: ServerUser | undefined;
  /** Open file descriptor for what it prints. */
  logDescriptor: number;
}): GuardedProcess {
  const { command, args, user, logDescriptor } = options;
  const child = spawn("/bin/sh", ["-c", GUARD, "dataclips-guard", command, ...args], {
    ...user,
    cwd: "/",
    env: COMMAND_ENVIRONMENT,
    detached: true,
    stdio: ["ignore", logDescriptor, logDescriptor, "pipe"],
  });
  const pipe = child.stdio[3] as Socket;
  pipe.on("error", () => {}); // the guard is gone: `exited` tells
  pipe.resume();
  const exited = new Promise<number>((resolve) => {
    child.once("error", () => resolve(127));
    child.once("exit", (code) => {
      pipe.destroy();
      resolve(code ?? 137);
    });
  });
  return { exited, release: () => pipe.destroy() };
}
