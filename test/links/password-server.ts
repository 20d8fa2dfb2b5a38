import { chmod, readFile, writeFile } from "node:fs/promises";
import pg from "pg";
import { startEmbedded } from "../../src/embedded/embedded.ts";
import { temporaryDirectory } from "../embedded/temporary-directory.ts";

/** A server of its own, where some roles have to bring a password (SCRAM) and the others need none. */
export interface PasswordServer {
  /** A superuser's session in the database `ledger`. */
  admin: pg.Client;
  /** postgres:// URL of a role there, in the database `ledger`. */
  url(role: string, password?: string): string;
  /** The socket's directory, as it stands in a server's options. */
  host: string;
  stop(): Promise<void>;
}

/** @param roles those that must bring a password, and their passwords; they may write to the table `entries` */
export async function startPasswordServer(roles: Readonly<Record<string, string>>): Promise<PasswordServer> {
  const directory = await temporaryDirectory();
  const embedded = await startEmbedded({ dataDirectory: directory.path, samples: false, onProgress: () => {} });
  const bare = embedded.url({ role: "postgres", database: "postgres" });
  const first = await connect(bare);
  await first.query("CREATE DATABASE ledger");
  const { rows } = await first.query("SHOW hba_file");
  const admin = await connect(embedded.url({ role: "postgres", database: "ledger" }));
  await admin.query(
    `CREATE TABLE entries (id int PRIMARY KEY, note text);
     INSERT INTO entries SELECT n, 'note ' || n FROM generate_series(1, 1000) AS n;
     CREATE FUNCTION write_entry() RETURNS int LANGUAGE sql VOLATILE AS
       'INSERT INTO public.entries VALUES (-1, ''written'') RETURNING id';
     CREATE VIEW writing AS SELECT write_entry() AS id`,
  );
  const hba = rows[0].hba_file as string;
  for (const [role, password] of Object.entries(roles)) {
    await admin.query(
      `CREATE ROLE ${role} LOGIN PASSWORD ${pg.escapeLiteral(password)};
       GRANT ALL ON entries, writing TO ${role}; GRANT CREATE ON SCHEMA public TO ${role}`,
    );
  }
  const lines = Object.keys(roles).map((role) => `local all ${role} scram-sha-256\n`);
  await writeFile(hba, lines.join("") + (await readFile(hba, "utf8")));
  await chmod(hba, 0o644);
  await first.query("SELECT pg_reload_conf()");
  await first.end();
  return {
    admin,
    url(role, password) {
      const url = new URL(embedded.url({ role, database: "ledger" }));
      url.password = password === undefined ? "" : encodeURIComponent(password);
      return url.href;
    },
    host: decodeURIComponent(new URL(bare).hostname),
    async stop() {
      await admin.end().catch(() => {});
      await embedded.stop();
      await directory.remove();
    },
  };
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  client.on("error", () => {});
  await client.connect();
  return client;
}
