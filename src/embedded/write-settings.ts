import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { extensionSettings } from "./extensions.ts";
import { serverFiles } from "./home.ts";
import type { Home, ServerName } from "./home.ts";
import { HBA_TEXT, settingsText } from "./settings.ts";

/** Writes a server's configuration, for its next start or reload. */
export async function writeSettings(
  home: Home,
  server: ServerName,
  options: { loading?: boolean } = {},
): Promise<void> {
  const hbaFile = join(home.path, "pg_hba.conf");
  const text = settingsText({
    server,
    address: home.addresses[server],
    hbaFile,
    ...options,
    more: await extensionSettings(home.path),
    ...(server === "follower" ? { primary: home.addresses.primary } : {}),
  });
  await writeReadable(hbaFile, HBA_TEXT);
  await writeReadable(serverFiles(home, server).configFile, text);
}

/** Readable for the servers' user, whatever our umask: nothing in here is secret. */
async function writeReadable(path: string, text: string): Promise<void> {
  await writeFile(path, text);
  await chmod(path, 0o644);
}
