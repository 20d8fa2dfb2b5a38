import { splitMatches } from "./split-matches.ts";

/** A text in which the words that were looked for are marked. */
export function Highlight({ text, words }: { text: string; words: readonly string[] }) {
  return <>{splitMatches(text, words).map((piece) => (piece.isMatch ? <mark>{piece.text}</mark> : piece.text))}</>;
}
