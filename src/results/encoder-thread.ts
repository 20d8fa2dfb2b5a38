import { parentPort } from "node:worker_threads";
import { CODECS } from "./codecs.ts";
import { createWriter, type Format, type FormatOptions } from "./formats.ts";
import { createOutput, take } from "./output.ts";
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
  | { kind: "rows"; id: number; chunk: CompressedChunk }
  | { kind: "close"; id: number };

/** The bytes of the rows of one message, or what went wrong with them. */
export interface FromThread {
  piece?: Uint8Array;
  error?: string;
}

const writers = new Map<number, Writer>();
const out = createOutput();

parentPort?.on("message", (message: ToThread) => {
  if (message.kind === "open") {
    const writer = createWriter(message.rows.format, message.rows.options);
    // Only to tell the writer of the columns: the head's bytes go out from the server's own thread.
    writer.head(message.rows.head, out);
    out.length = 0;
    writers.set(message.id, writer);
  } else if (message.kind === "rows") {
    encode(message);
  } else {
    writers.delete(message.id);
  }
});

function encode({ id, chunk: { codec, bytes, data } }: Extract<ToThread, { kind: "rows" }>): void {
  try {
    writers.get(id)!.rows(CODECS[codec].decompressSync(data, bytes), out);
    const piece = take(out);
    parentPort!.postMessage({ piece } satisfies FromThread, [piece.buffer]);
  } catch (error) {
    out.length = 0;
    parentPort!.postMessage({ error: String(error) } satisfies FromThread);
  }
}
