import { Client } from "pg";

/** Runs one query on a session of its own and gives its rows as arrays. */
export async function query(url: string, sql: string): Promise<unknown[][]> {
  const client = new Client(url);
  client.on("error", () => {});
  try {
    await client.connect();
    const result = await client.query<unknown[]>({ text: sql, rowMode: "array" });
    return result.rows;
  } finally {
    await client.end().catch(() => {});
  }
}
