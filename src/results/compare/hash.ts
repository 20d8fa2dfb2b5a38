/**
 * MurmurHash3, x86, 32 bits (Austin Appleby, public domain), of the bytes from one offset to another. Fast, and good
 * enough to spread rows; what is equal is always decided by the bytes.
 * @returns a signed int32
 */
export function hashBytes(bytes: Uint8Array, from: number, to: number, seed: number): number {
  let hash = seed | 0;
  let at = from;
  for (const last = to - 3; at < last; at += 4) {
    hash ^= scramble(bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24));
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  if (at < to) {
    let rest = 0;
    for (let shift = 0; at < to; at++, shift += 8) rest |= bytes[at]! << shift;
    hash ^= scramble(rest);
  }
  return finishHash(hash ^ (to - from));
}

/** One hash of two, in which their order counts. */
export function combineHashes(first: number, second: number): number {
  return finishHash((Math.imul((first << 13) | (first >>> 19), 5) + 0xe6546b64) ^ scramble(second));
}

function scramble(word: number): number {
  const mixed = Math.imul(word, 0xcc9e2d51);
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
}

function finishHash(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
