import { parentPort } from "node:worker_threads";
import { CODECS } from "./codecs.ts";
import { createWriter, type Format, type FormatOptions } from "./formats.ts";
import { createOutput, take } from "./output.ts";
import { frameBytes } from "./frames.ts";
import type { CompressedChunk } from "./read-chunk.ts";
import type { ResultHead } from "./result.ts";
import type { Writer } from "./writer.ts";

/** What encoder.ts starts as a thread: it turns chunks into the bytes of a format, for several exports in turns. */

/** What a thread has to know before the rows of an export. */
export interface OpenRows {
  format: Format;
  options: FormatOptions;
  head: ResultHead;
}

export type ToThread =
  | { kind: "open"; id: number; rows: OpenRows }
  | { kind: "rows"; id: number; chunk: CompressedChunk; first: boolean }
  | { kind: "close"; id: number };

/** The bytes of the rows of one message, or what went wrong with them. */
export interface FromThread {
  piece?: Uint8Array;
  error?: string;
}

/** The writer of each export, and whether a row went before: this thread may not have got the first one. */
const writers = new Map<number, { writer: Writer; begun: boolean }>();
const out = createOutput();

parentPort?.on("message", (message: ToThread) => {
  if (message.kind === "open") {
    const writer = createWriter(message.rows.format, message.rows.options);
    // Only to tell the writer of the columns: the head's bytes go out from the server's own thread.
    writer.head(message.rows.head, out);
    out.length = 0;
    writers.set(message.id, { writer, begun: false });
  } else if (message.kind === "rows") {
    encode(message);
  } else {
    writers.delete(message.id);
  }
});

function encode({ id, chunk: { codec, firstRow, bytes, data }, first }: Extract<ToThread, { kind: "rows" }>): void {
  try {
    const state = writers.get(id)!;
    const frames = CODECS[codec].decompressSync(data, bytes);
    if (!first && !state.begun) {
      // A row that goes nowhere, so that the writer puts a separator before the next one.
      state.writer.rows(frames.subarray(0, frameBytes(frames, 0)), out);
      out.length = 0;
    }
    state.begun = true;
    state.writer.skipTo?.(firstRow);
    state.writer.rows(frames, out);
    const piece = take(out);
    parentPort!.postMessage({ piece } satisfies FromThread, [piece.buffer]);
  } catch (error) {
    out.length = 0;
    parentPort!.postMessage({ error: String(error) } satisfies FromThread);
  }
}
