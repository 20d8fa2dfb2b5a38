import { join } from "node:path";
import type { Binaries } from "./binaries.ts";
import type { ServerUser } from "./server-user.ts";
import type { SocketAddress } from "./session.ts";

/** Everything that the steps of a start need to know. */
export interface Home {
  /** The directory of all the files. As root it is root's own, and what PostgreSQL writes lies in directories below. */
  path: string;
  user: ServerUser | undefined;
  binaries: Binaries;
  addresses: { primary: SocketAddress; follower: SocketAddress };
  onProgress: (line: string) => void;
}

export type ServerName = keyof Home["addresses"];

/** The files of a server and beside it. */
export function serverFiles(home: Home, server: ServerName) {
  return {
    dataDirectory: join(home.path, server),
    configFile: join(home.path, `${server}.conf`),
    logFile: join(home.path, `${server}.log`),
    /** Stands from before the data directory appears until all that belongs into it is safely on the disk. */
    unfinishedMark: join(home.path, `${server}.unfinished`),
  };
}
