import { frameBytes, int32At, ROW_HEADER_BYTES } from "../frames.ts";
import type { Column } from "../columns.ts";
import { createOutput, type Output, reserve, take } from "../output.ts";
import type { Difference } from "./difference-runs.ts";

/** Frames go out in pieces of about so many bytes. */
const PIECE_BYTES = 64 * 1024;

/** What stands in the first column of a row; a changed row is two, as it was and as it is. */
const LABELS = { added: "added", removed: "removed", before: "changed-from", after: "changed-to" } as const;

/** The columns of differences as rows: what happened, and then the results' own. */
export function differenceColumns(columns: readonly Column[]): Column[] {
  return [{ name: "change", type: { oid: 25, name: "text" } }, ...columns];
}

/** Differences as row frames with the columns of {@link differenceColumns}, for any writer. */
export async function* differenceFrames(
  differences: AsyncGenerator<Difference, void, void>,
): AsyncGenerator<Buffer, void, void> {
  const out = createOutput();
  for await (const { change, before, after } of differences) {
    if (before) writeRow(change === "changed" ? LABELS.before : LABELS.removed, before, out);
    if (after) writeRow(change === "changed" ? LABELS.after : LABELS.added, after, out);
    if (out.length >= PIECE_BYTES) yield take(out);
  }
  if (out.length > 0) yield take(out);
}

/** A frame with one more column before the others. */
function writeRow(label: string, frame: Buffer, out: Output): void {
  const bytes = frameBytes(frame, 0) + 4 + label.length;
  reserve(out, bytes);
  const start = out.length;
  frame.copy(out.bytes, start, 0, ROW_HEADER_BYTES);
  out.bytes.writeInt32BE(int32At(frame, 1) + 4 + label.length, start + 1);
  out.bytes.writeUInt16BE(frame.readUInt16BE(5) + 1, start + 5);
  const end = out.bytes.writeInt32BE(label.length, start + ROW_HEADER_BYTES);
  frame.copy(out.bytes, end + out.bytes.write(label, end, "latin1"), ROW_HEADER_BYTES);
  out.length += bytes;
}
