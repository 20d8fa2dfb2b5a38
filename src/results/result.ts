import type { Column } from "./columns.ts";
import type { CompressedChunk } from "./read-chunk.ts";

/** What is known of a result when its first byte goes out; fixed from then on. */
export interface ResultHead {
  /** The clip's title when the query ran: stored, so that the same result gives the same bytes for ever. */
  title: string;
  version: number;
  /** The result's number within its clip, from 1. Numbers rise; a gap is a run that failed after its first row. */
  number: number;
  database: string;
  /** Where the query ran, how far that was behind its primary, and up to which point in the WAL its data was. */
  follower: { name: string; lagSeconds: number | null; lagBytes: number | null; walLsn: string | null };
  columns: readonly Column[];
  /** By the clock of Dataclips' own database. */
  startedAt: Date;
  /**
   * The same by this process's `performance.now()`, to measure its age by: no clock that is wrong, or is set, moves it.
   * -Infinity where the age is not known.
   */
  startedMs: number;
}

/** What is known of a result only when its last row has come. */
export interface ResultEnd {
  finishedAt: Date;
  durationMs: number;
  rowCount: number;
  /** Bytes of the frames. */
  bytes: number;
  /** Hex SHA-256 of the frames, in order. */
  sha256: string;
  /** True when the row or byte cap cut the result short. */
  truncated: boolean;
}

/**
 * A result that can be written in any format, whether it is still being produced or comes from the store: the same
 * writers read both, which is what makes the two give the same bytes.
 */
export interface ResultSource {
  head: ResultHead;
  /**
   * The row frames from the first to the last, in pieces of whole rows. A piece has to be used up before anything else
   * is awaited: its buffer may be filled again after that. An empty piece says that there is nothing more at the
   * moment. Throws what the run failed with.
   */
  frames(): AsyncGenerator<Buffer, void, void>;
  /** The chunks that the frames come from, where the result is a large one in the store. */
  chunks?: { count: number; read(number: number): Promise<CompressedChunk> };
  /** Settles once the last row has come; rejects as frames() throws. */
  end: Promise<ResultEnd>;
}
