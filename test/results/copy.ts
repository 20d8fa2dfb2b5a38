import type pg from "pg";

/** What `COPY (query) TO STDOUT (FORMAT csv, HEADER)` sends: the bytes that the CSV of Dataclips must be. */
export function copyCsv(client: pg.Client, query: string, delimiter = ","): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const pieces: Buffer[] = [];
  let failure: Error | undefined;
  const submittable = {
    submit(connection: { query(text: string): void }) {
      // The line end ends a comment in the query's last line.
      connection.query(`COPY (${query}\n) TO STDOUT (FORMAT csv, HEADER, DELIMITER '${delimiter}')`);
    },
    /** The parser's buffer is its own. */
    handleCopyData: ({ chunk }: { chunk: Buffer }) => void pieces.push(Buffer.from(chunk)),
    handleCommandComplete() {},
    handleError(error: Error) {
      failure = error;
      reject(error);
    },
    handleReadyForQuery() {
      if (failure === undefined) resolve(Buffer.concat(pieces));
    },
  };
  client.query(submittable as unknown as pg.Submittable);
  return promise;
}
