/** Pseudo-random numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What can break CSV, JSON and arrays, more often than it comes in life. */
const PARTS = [
  ...Array.from({ length: 127 }, (_, n) => String.fromCharCode(n + 1)),
  ...['"', '""', ",", "\n", "\r", "\r\n", "\\", "\\.", "{", "}", ";", " ", "\t", "NULL", "null", "'", "[0:1]="],
  ...["é", "e\u0301", "日本", "😀", "\u2028", "\uFEFF", "\u0080", "\uFFFF", "\u{10FFFF}", "\u0800", "م"],
];

/** A text of up to 12 parts. */
export function randomText(random: () => number): string {
  const length = Math.floor(random() ** 2 * 13);
  return Array.from({ length }, () => PARTS[Math.floor(random() * PARTS.length)]).join("");
}

/** An array of texts and nulls of one to three dimensions, each of one to three elements; or an empty one. */
export function randomTextArray(random: () => number): unknown[] {
  const lengths = Array.from({ length: Math.floor(random() * 4) }, () => 1 + Math.floor(random() * 3));
  const make = (dimension: number): unknown =>
    dimension === lengths.length
      ? random() < 0.2
        ? null
        : randomText(random)
      : Array.from({ length: lengths[dimension]! }, () => make(dimension + 1));
  return lengths.length === 0 ? [] : (make(0) as unknown[]);
}
