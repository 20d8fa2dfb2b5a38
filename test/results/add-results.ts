import type pg from "pg";

/** What of a stored result a test decides; the rest is the same for all. */
interface AddedResult {
  number: number;
  version?: number;
  parameters?: Record<string, string>;
  database?: string;
  bytes?: number;
  /** How long ago it finished; it began a second before. */
  daysAgo?: number;
  sealed?: boolean;
}

/** Puts results into the store, as runs at other times would have; each has one chunk. */
export async function addResults(own: pg.Client, clipId: number, added: readonly AddedResult[]): Promise<void> {
  const rows = added.map((result) => {
    const { number, version = 1, parameters = {}, database = "test", bytes = 10, daysAgo = 0, sealed = true } = result;
    return { number, version, parameters, key: keyOf(parameters), database, bytes, daysAgo, sealed };
  });
  await own.query(
    `WITH made AS (
       INSERT INTO results (clip_id, number, version, parameters, parameters_key, title, database, follower, columns,
         started_at, finished_at, sealed_at, duration_ms, row_count, bytes, sha256, truncated, chunk_count)
       SELECT $1, r.number, r.version, r.parameters, r.key, 'Added', r.database, 'follower', '[]',
         now() - make_interval(secs => r."daysAgo" * 86400 + 1), now() - make_interval(secs => r."daysAgo" * 86400),
         CASE WHEN r.sealed THEN now() END, 1000, 1, r.bytes, 'none', false, 1
       FROM jsonb_to_recordset($2) AS r (number integer, version integer, parameters jsonb, key text, database text,
         bytes bigint, "daysAgo" double precision, sealed boolean)
       RETURNING id
     )
     INSERT INTO result_chunks (result_id, number, first_row, first_byte, bytes, codec, data)
     SELECT id, 0, 0, 0, 10, 'gzip', '' FROM made`,
    [clipId, JSON.stringify(rows)],
  );
  await own.query(`UPDATE clips SET last_result = (SELECT max(number) FROM results WHERE clip_id = $1) WHERE id = $1`, [
    clipId,
  ]);
}

function keyOf(parameters: Record<string, string>): string {
  return JSON.stringify(Object.entries(parameters).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
