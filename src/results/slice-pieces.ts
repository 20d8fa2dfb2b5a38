import type { Pieces } from "./body.ts";

/** The bytes of a body from `first` to `last`, both included; what comes after them is not read. */
export async function* slicePieces(pieces: Pieces, first: number, last: number): Pieces {
  let from = 0;
  for await (const piece of pieces) {
    const to = from + piece.length;
    if (to > first) yield piece.subarray(Math.max(0, first - from), last + 1 - from);
    if (to > last) return;
    from = to;
  }
}
