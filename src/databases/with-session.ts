import pg from "pg";
import { readerConnection } from "./reader-sessions.ts";

/**
 * Gives a session of its own by a URL, outside of any budget and of any transaction, and ends it: for looking at a
 * server, not for clips. Rejects as node-postgres does when it cannot connect, and with what `use` throws.
 */
export async function withSession<Value>(
  url: string,
  use: (client: pg.Client) => Promise<Value>,
  more: pg.ClientConfig = {},
): Promise<Value> {
  const client = new pg.Client({ ...readerConnection(url), ...more });
  client.on("error", () => {}); // a lost connection; the query under way reports it
  try {
    await client.connect();
    return await use(client);
  } finally {
    await client.end().catch(() => {});
  }
}
