import { errorBody } from "../errors.ts";
import { describeResult } from "./json.ts";
import { createJsonRows, type JsonRowOptions } from "./json-values.ts";
import { type Output, writeText } from "./output.ts";
import type { Writer } from "./writer.ts";

/**
 * NDJSON: a line of columns, a line for each row, and a last line `{"done":…}`; without that last line the result is
 * not whole (a failure says so in a line `{"error":…}` before the transfer breaks).
 */
export function createNdjsonWriter(options: Pick<JsonRowOptions, "rows" | "numbers">): Writer {
  let writeRows: (frames: Buffer, out: Output) => void;
  return {
    contentType: "application/x-ndjson; charset=utf-8",
    head(head, out) {
      writeRows = createJsonRows(head.columns, { ...options, separator: "newline" });
      const columns = head.columns.map(({ name, type }) => ({ name, type: type.oid, type_name: type.name }));
      writeText(out, `${JSON.stringify({ title: head.title, columns })}\n`);
    },
    rows: (frames, out) => writeRows(frames, out),
    tail: (end, head, out) => writeText(out, `${JSON.stringify({ done: describeResult(head, end) })}\n`),
    failure: (error, out) => writeText(out, `${JSON.stringify(errorBody(error))}\n`),
  };
}
