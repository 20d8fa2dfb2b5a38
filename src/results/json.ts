import { createJsonRows, type JsonRowOptions } from "./json-values.ts";
import { type Output, writeText } from "./output.ts";
import type { ResultEnd, ResultHead } from "./result.ts";
import type { Writer } from "./writer.ts";

/**
 * JSON in Heroku Dataclips' shape, so that clients of those go on working: title, fields, types, type_names, values,
 * started_at, finished_at, checksum; then Dataclips' own. What is known only at the end comes after the values.
 */
export function createJsonWriter(options: Pick<JsonRowOptions, "rows" | "numbers">): Writer {
  let writeRows: (frames: Buffer, out: Output) => void;
  return {
    contentType: "application/json; charset=utf-8",
    head(head, out) {
      writeRows = createJsonRows(head.columns, { ...options, separator: "comma" });
      const { title, columns } = head;
      const fields = JSON.stringify({
        title,
        fields: columns.map((column) => column.name),
        types: columns.map((column) => column.type.oid),
        type_names: columns.map((column) => column.type.name),
      });
      writeText(out, `${fields.slice(0, -1)},"values":[`);
    },
    rows: (frames, out) => writeRows(frames, out),
    tail(end, head, out) {
      writeText(out, `],${JSON.stringify(describeResult(head, end)).slice(1)}`);
    },
  };
}

/** What JSON and NDJSON say of a result as a whole, under the names of the wire format. */
export function describeResult(head: ResultHead, end: ResultEnd): Record<string, unknown> {
  return {
    started_at: head.startedAt.toISOString(),
    finished_at: end.finishedAt.toISOString(),
    checksum: `sha256:${end.sha256}`,
    version: head.version,
    result: head.number,
    row_count: end.rowCount,
    truncated: end.truncated,
    database: head.database,
    follower: {
      name: head.follower.name,
      lag_seconds: head.follower.lagSeconds,
      lag_bytes: head.follower.lagBytes,
      wal_lsn: head.follower.walLsn,
    },
    duration_ms: end.durationMs,
  };
}
