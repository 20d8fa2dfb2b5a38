import type { AppError } from "../errors.ts";
import type { Output } from "./output.ts";
import type { ResultEnd, ResultHead, ResultSource } from "./result.ts";

/** A format: how a result becomes bytes. One writer serves one response. */
export interface Writer {
  contentType: string;
  /** For the entity tag, in place of the format's name: what the bytes depend on besides, such as a compressor's version. */
  variant?: string;
  /** @throws AppError before the first byte, when a complete result does not fit into the format */
  check?(end: ResultEnd): void;
  /** What comes before the first row. */
  head(head: ResultHead, out: Output): void;
  /** Rows, in the order of the result; frames are whole rows. */
  rows(frames: Buffer, out: Output): void;
  /** For a format that numbers its rows: the next row is this one, from 0; those before it are written elsewhere. */
  skipTo?(row: number): void;
  /** What comes after the last row. */
  tail(end: ResultEnd, head: ResultHead, out: Output): void;
  /** What a format can say of a failure in mid-result; the transfer is broken after it in any case. */
  failure?(error: AppError, out: Output): void;
  /**
   * A container around what the other functions write, such as an archive, compressed: the same bytes come out however
   * the pieces are cut. An error of the pieces passes through.
   */
  wrap?(pieces: AsyncGenerator<Uint8Array, void, void>, source: ResultSource): AsyncGenerator<Uint8Array, void, void>;
}
