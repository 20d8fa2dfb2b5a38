import pg from "pg";
import { READER_SETTINGS } from "../../src/databases/begin-reading.ts";

/** A session with the settings of a run, to compare what PostgreSQL itself writes. */
export async function connectAsReader(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  await client.connect();
  for (const [name, value] of Object.entries(READER_SETTINGS)) await client.query(`SET ${name} = '${value}'`);
  return client;
}
