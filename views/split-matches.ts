/** A piece of a text, and whether it is one of the words that were looked for. */
export interface Piece {
  text: string;
  isMatch: boolean;
}

/** A text in pieces, so that each place where one of some words stands is one by itself; letters' case is not looked at. */
export function splitMatches(text: string, words: readonly string[]): Piece[] {
  const pattern = matcher(words);
  if (pattern === null) return [{ text, isMatch: false }];
  return text
    .split(pattern)
    .map((piece, index) => ({ text: piece, isMatch: index % 2 === 1 }))
    .filter((piece) => piece.text !== "");
}

/** Around a match in a long line. */
const SHOWN_LENGTH = 160;
const BEFORE_MATCH = 40;

/** The first line of a text that holds one of some words, cut to what is near it; null: none does. */
export function matchingLine(text: string, words: readonly string[]): string | null {
  const pattern = matcher(words);
  if (pattern === null) return null;
  for (const written of text.split("\n")) {
    const line = written.trim();
    const at = line.search(pattern);
    if (at === -1) continue;
    const start = line.length <= SHOWN_LENGTH ? 0 : Math.max(0, at - BEFORE_MATCH);
    const end = start + SHOWN_LENGTH;
    return `${start > 0 ? "…" : ""}${line.slice(start, end)}${end < line.length ? "…" : ""}`;
  }
  return null;
}

/** The longest first: the shorter may be its beginning. */
function matcher(words: readonly string[]): RegExp | null {
  const sorted = words.filter((word) => word !== "").toSorted((a, b) => b.length - a.length);
  if (sorted.length === 0) return null;
  return new RegExp(`(${sorted.map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")).join("|")})`, "giu");
}
