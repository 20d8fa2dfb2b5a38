import { Client } from "pg";

/** Where a server listens: the directory of its Unix socket, and the number in the socket's name. */
export interface SocketAddress {
  directory: string;
  port: number;
}

/**
 * Runs `use` on a session of the superuser and closes it. The caller's environment (PGOPTIONS, PGSSLMODE ...) is
 * meant for other servers and has no say here.
 */
export async function withSession<T>(
  address: SocketAddress,
  database: string,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({
    host: address.directory,
    port: address.port,
    user: "postgres",
    database,
    ssl: false,
    options: "-c statement_timeout=0",
    application_name: "dataclips embedded",
  });
  client.on("error", () => {}); // a lost connection; the query under way reports it
  try {
    await client.connect();
    return await use(client);
  } finally {
    await client.end().catch(() => {});
  }
}
