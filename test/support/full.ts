/**
 * Whether all of every corpus is tested, and what lasts a minute lasts a minute: `npm run test:full`, and `npm run
 * test:attacks`. Otherwise a part of them has to do, so that every change can be tested in a quarter of an hour.
 */
export const FULL = process.env["DATACLIPS_TEST"] === "full";

/** All of a corpus, or in a short run every n-th of it, beginning with the one at `offset`. */
export function sample<Case>(corpus: readonly Case[], n: number, offset = 0): readonly Case[] {
  return FULL ? corpus : corpus.filter((_, place) => place % n === offset % n);
}
