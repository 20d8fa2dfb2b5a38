import { AppError } from "../errors.ts";
import { streamRows } from "../row-stream.ts";
import { type ChunkStore, chunkKey } from "./chunk-bucket.ts";
import { CODECS, type CodecName } from "./codecs.ts";
import { int32At, ROW_HEADER_BYTES } from "./frames.ts";

/** A chunk is about 512 KiB, or one row. */
const MAX_BYTES = 1024 * 1024 * 1024;

/** A chunk as it is stored. */
export interface CompressedChunk {
  codec: CodecName;
  /** The chunk's first row, from 0. */
  firstRow: number;
  /** Bytes of the frames. */
  bytes: number;
  data: Uint8Array;
}

/** The frames of one chunk of a stored result. @throws AppError store_failed when it is not there */
export async function readChunk(store: ChunkStore, resultId: number, number: number): Promise<Buffer> {
  const { codec, bytes, data } = await readCompressed(store, resultId, number);
  return CODECS[codec].decompress(data, bytes);
}

/**
 * One chunk of a stored result, still compressed. Read in binary form, straight off the wire: node-postgres would get the
 * bytes as hexadecimal text, and make a string of it.
 * @throws AppError store_failed when it is not there
 */
export async function readCompressed(
  { db, bucket }: ChunkStore,
  resultId: number,
  number: number,
): Promise<CompressedChunk> {
  const client = await db.$client.connect();
  let row: Buffer | undefined;
  let failure: Error | undefined;
  try {
    await streamRows(client, {
      text: "SELECT codec, first_row, bytes, data FROM result_chunks WHERE result_id = $1 AND number = $2",
      values: [String(resultId), String(number)],
      binary: true,
      maxRowBytes: MAX_BYTES,
      onFields: () => {},
      onRows: (frames) => {
        row = Buffer.from(frames);
      },
      onHugeRow: () => {},
    }).done;
  } catch (error) {
    failure = error as Error;
    throw error;
  } finally {
    client.release(failure);
  }
  if (row === undefined) throw missing();
  const [codec, firstRow, bytes, inDatabase] = readFields(row);
  if (inDatabase === null && bucket === undefined) throw isElsewhere();
  const data = inDatabase ?? (await bucket!.get(chunkKey(resultId, number)));
  if (data === null) throw missing();
  return {
    codec: codec!.toString() as CodecName,
    firstRow: Number(firstRow!.readBigInt64BE()),
    bytes: int32At(bytes!, 0),
    data,
  };
}

/** What is wrong with a result whose rows are where this server cannot look. */
export function isElsewhere(): AppError {
  return new AppError("store_failed", "This result is in a bucket (R2) that this server does not have.", {
    hint: "Ask for it by the address of the Workers, or run the clip again.",
  });
}

function missing(): AppError {
  return new AppError("store_failed", "A part of this result is missing in the store.", {
    hint: "Run the clip again.",
  });
}

/** The fields of one frame; NULL has a length of -1. */
function readFields(frame: Buffer): (Buffer | null)[] {
  const fields: (Buffer | null)[] = [];
  for (let at = ROW_HEADER_BYTES; at < frame.length;) {
    const length = int32At(frame, at);
    fields.push(length < 0 ? null : frame.subarray(at + 4, at + 4 + length));
    at += 4 + Math.max(0, length);
  }
  return fields;
}
