import pg from "pg";

const ROWS = 400;

/** Tables that the writers below change all the time. */
export const BUSY_SQL = `
  CREATE TABLE accounts (id int PRIMARY KEY, balance int, filler text);
  INSERT INTO accounts SELECT n, 0, repeat('x', 50) FROM generate_series(1, ${ROWS}) AS n;
  CREATE TABLE history (account int, delta int);
  CREATE TABLE queue (id int, part int, note text, PRIMARY KEY (part, id)) PARTITION BY LIST (part);
  CREATE TABLE queue_0 PARTITION OF queue FOR VALUES IN (0);
  CREATE TABLE queue_1 PARTITION OF queue FOR VALUES IN (1);
  INSERT INTO queue SELECT n, n % 2, 'n' FROM generate_series(1, ${ROWS}) AS n`;

/** What the writers do, one statement each. */
const WORK: readonly string[] = [
  `WITH moved AS (UPDATE accounts SET balance = balance + 1 WHERE id = 1 + floor(random() * ${ROWS})::int RETURNING id)
   INSERT INTO history SELECT id, 1 FROM moved`,
  // Rows leave their place and come back to it; others take it meanwhile.
  `UPDATE accounts SET id = ${2 * ROWS} - id WHERE id IN (SELECT floor(random() * ${2 * ROWS})::int FROM generate_series(1, 5))
     AND NOT EXISTS (SELECT FROM accounts AS other WHERE other.id = ${2 * ROWS} - accounts.id)`,
  `DELETE FROM history WHERE ctid IN (SELECT ctid FROM history LIMIT 2)`,
  `UPDATE queue SET part = 1 - part WHERE id = floor(random() * ${ROWS})::int`,
  `DELETE FROM queue WHERE id = floor(random() * ${ROWS})::int`,
  `INSERT INTO queue SELECT n, n % 2, 'again' FROM (SELECT floor(random() * ${ROWS})::int AS n) AS one ON CONFLICT DO NOTHING`,
];

/** Starts several sessions that write without a pause; `stop` gives how many statements they ran. */
export async function startWriters(url: string, sessions: number): Promise<{ stop(): Promise<number> }> {
  let statements = 0;
  let stopped = false;
  const write = async (client: pg.Client, seed: number): Promise<void> => {
    for (let n = seed; !stopped; n++) {
      try {
        await client.query(WORK[n % WORK.length]!);
        statements++;
      } catch (error) {
        // They get in each other's way.
        if (!["23505", "40001", "40P01"].includes((error as { code?: string }).code ?? "")) throw error;
      }
    }
    await client.end();
  };
  const loops: Promise<void>[] = [];
  for (let seed = 0; seed < sessions; seed++) {
    const client = new pg.Client(url);
    await client.connect();
    // Their commits are visible on the primary before they are in its log on the disk.
    if (seed === 0) await client.query("SET synchronous_commit = off");
    loops.push(write(client, seed));
  }
  return {
    async stop() {
      stopped = true;
      await Promise.all(loops);
      return statements;
    },
  };
}
