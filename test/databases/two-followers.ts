import { chown, readFile, writeFile } from "node:fs/promises";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import pg from "pg";
import { findBinaries } from "../../src/embedded/binaries.ts";
import { startEmbedded } from "../../src/embedded/embedded.ts";
import { type Server, startServer } from "../../src/embedded/server.ts";
import { findServerUser } from "../../src/embedded/server-user.ts";
import { temporaryDirectory } from "../embedded/temporary-directory.ts";

type Name = "primary" | "one" | "two";

/** A primary with two real streaming followers, of which `two` can be stopped and started. */
export interface TwoFollowers {
  /** URL of a role in the database `pair`. */
  url(server: Name, role?: string): string;
  query(server: Name, sql: string): Promise<any[]>;
  stopTwo(): Promise<void>;
  startTwo(): Promise<void>;
  close(): Promise<void>;
}

/** The second follower's files are a copy of the first one's; it streams without a replication slot. */
export async function startTwoFollowers(): Promise<TwoFollowers> {
  const temporary = await temporaryDirectory();
  const path = `${temporary.path}/data/postgresql`;
  const start = () => startEmbedded({ dataDirectory: `${temporary.path}/data`, samples: false, onProgress: () => {} });
  let embedded = await start();
  await embedded.stop();
  await promisify(execFile)("cp", ["-a", `${path}/follower`, `${path}/second`]);
  embedded = await start();

  const directory = decodeURIComponent(/@([^:]+):/.exec(embedded.url({ role: "a", database: "b" }))![1]!);
  const settings = await readFile(`${path}/follower.conf`, "utf8");
  const configFile = `${path}/second.conf`;
  await writeFile(configFile, `${settings}\nport = 5439\nprimary_slot_name = ''\n`);
  const user = await findServerUser(`${path}/primary`);
  if (user) await chown(configFile, user.uid, user.gid);
  const binaries = await findBinaries({ user, relocationRoot: "/var/lib/dataclips", onProgress: () => {} });

  const url = (server: Name, role = "postgres", database = "pair"): string => {
    const address = embedded.url({ role, database, server: server === "primary" ? "primary" : "follower" });
    return server === "two" ? address.replace(/:\d+\//, ":5439/") : address;
  };
  const query = async (server: Name, sql: string, database = "pair"): Promise<any[]> => {
    const client = new pg.Client(url(server, "postgres", database));
    client.on("error", () => {});
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  };
  let two: Server | undefined;
  const startTwo = async (): Promise<void> => {
    two = await startServer({
      name: "follower",
      postgres: binaries.postgres,
      dataDirectory: `${path}/second`,
      configFile,
      logFile: `${path}/second.log`,
      user,
      address: { directory, port: 5439 },
      onProgress: () => {},
    });
  };
  const stopTwo = async (): Promise<void> => {
    await two?.stop();
    two = undefined;
  };
  await startTwo();
  await query("primary", "CREATE DATABASE pair", "postgres");
  await query("primary", "CREATE TABLE t AS SELECT n FROM generate_series(1, 10) AS n");
  await query("primary", await readFile(new URL("../../sql/roles.sql", import.meta.url), "utf8"));
  return {
    url: (server, role) => url(server, role),
    query: (server, sql) => query(server, sql),
    stopTwo,
    startTwo,
    async close() {
      await stopTwo();
      await embedded.stop();
      await temporary.remove();
    },
  };
}
