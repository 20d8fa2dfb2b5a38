// npm run worker:dev: the Worker in wrangler's local runtime, on the embedded PostgreSQL and its follower.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { addSampleClips } from "../clips/add-sample-clips.ts";
import { startEmbedded } from "../embedded/embedded.ts";
import { migrateOwnDatabase, openOwnDatabase } from "../own-database.ts";
import { hasAdministrator } from "../people/people.ts";
import { createSignInLink } from "../people/sign-in.ts";
import { createToken } from "../people/tokens.ts";
import { openTcpDoor } from "./open-tcp-door.ts";

const port = Number(process.env["PORT"] ?? 8787);
const embedded = await startEmbedded({
  dataDirectory: process.env["DATACLIPS_DATA"] ?? ".dataclips",
  onProgress: (line) => console.log(line),
  samples: true,
});
const ownUrl = embedded.url({ role: "dataclips", database: "dataclips" });
await migrateOwnDatabase(ownUrl);
const { db, close } = openOwnDatabase(ownUrl);
await addSampleClips(db);
const setUpPath = (await hasAdministrator(db)) ? null : `/set-up?link=${await createSignInLink(db, null)}`;
await close();

const doors = await Promise.all(
  [ownUrl, embedded.url({ role: "dataclips_reader", database: "shop", server: "follower" })].map(async (url) => {
    const { host, port: number, user, database } = new pg.Client(url);
    const door = await openTcpDoor({ path: `${host}/.s.PGSQL.${number}` });
    return { door, url: `postgres://${user}:unused@127.0.0.1:${door.port}/${database}` };
  }),
);
const [own, shop] = doors;
const token = process.env["DATACLIPS_TOKEN"] ?? createToken();
const secret = process.env["DATACLIPS_SECRET"] ?? createToken();
const wrangler = spawn(
  process.execPath,
  [
    fileURLToPath(new URL("../../node_modules/wrangler/bin/wrangler.js", import.meta.url)),
    "dev",
    `--port=${port}`,
    ...[`DATACLIPS_TOKEN:${token}`, `DATACLIPS_SECRET:${secret}`].flatMap((value) => ["--var", value]),
  ],
  {
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...process.env,
      WRANGLER_SEND_METRICS: "false",
      CLOUDFLARE_HYPERDRIVE_LOCAL_CONNECTION_STRING_DATABASE_URL: own!.url,
      CLOUDFLARE_HYPERDRIVE_LOCAL_CONNECTION_STRING_SHOP_FOLLOWER: shop!.url,
    },
  },
);
console.log(`\nToken for the API: ${token}`);
if (setUpPath !== null) console.log(`Make your account (once, within a day): http://localhost:${port}${setUpPath}`);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => wrangler.kill(signal));
await once(wrangler, "exit");
await Promise.all(doors.map(({ door }) => door.close()));
await embedded.stop();
