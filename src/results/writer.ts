import type { AppError } from "../errors.ts";
import type { Output } from "./output.ts";
import type { ResultEnd, ResultHead } from "./result.ts";

/** A format: how a result becomes bytes. One writer serves one response. */
export interface Writer {
  contentType: string;
  /** What comes before the first row. */
  head(head: ResultHead, out: Output): void;
  /** Rows, in the order of the result; frames are whole rows. */
  rows(frames: Buffer, out: Output): void;
  /** What comes after the last row. */
  tail(end: ResultEnd, head: ResultHead, out: Output): void;
  /** What a format can say of a failure in mid-result; the transfer is broken after it in any case. */
  failure?(error: AppError, out: Output): void;
}
