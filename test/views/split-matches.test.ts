import { expect, test } from "vitest";
import { matchingLine, splitMatches } from "../../views/split-matches.ts";

/** Matches in brackets. */
const marked = (text: string, words: string[]): string =>
  splitMatches(text, words)
    .map((piece) => (piece.isMatch ? `[${piece.text}]` : piece.text))
    .join("");

test.each<[text: string, words: string[], marked: string]>([
  ["Orders by month", ["ORDER", "month"], "[Order]s by [month]"],
  ["orders", ["or", "orders"], "[orders]"],
  ["aaa", ["a"], "[a][a][a]"],
  ["Éclair", ["é"], "[É]clair"],
  ["İstanbul 5", ["5"], "İstanbul [5]"],
  [
    "a.b (c) [d] $e ^f *g +h ?i |j \\k {l} -m /n",
    [".", "(c)", "[d]", "$e", "^f", "*g", "+h", "?i", "|j", "\\k", "{l}", "-m", "/n"],
    "a[.]b [(c)] [[d]] [$e] [^f] [*g] [+h] [?i] [|j] [\\k] [{l}] [-m] [/n]",
  ],
  ["nothing here", ["else"], "nothing here"],
  ["no words", [], "no words"],
  ["an empty word", [""], "an empty word"],
  ["", ["a"], ""],
])("in %j the words %j are marked", (text, words, expected) => {
  expect(marked(text, words)).toBe(expected);
});

test("the line of a match is the first one that has it, without the space around it", () => {
  expect(matchingLine("SELECT 1\n   FROM Orders \n-- orders", ["orders"])).toBe("FROM Orders");
  expect(matchingLine("SELECT 1", ["orders"])).toBeNull();
  expect(matchingLine("SELECT 1", [])).toBeNull();
});

test("a long line is cut to what is near its match", () => {
  const line = matchingLine(`${"a".repeat(500)} orders ${"b".repeat(500)}`, ["orders"])!;
  expect(line).toMatch(/^…a+ orders b+…$/);
  expect(line).toHaveLength(162);
  expect(matchingLine(`orders ${"b".repeat(500)}`, ["orders"])).toMatch(/^orders b+…$/);
  expect(matchingLine(`${"a".repeat(500)} orders`, ["orders"])).toMatch(/^…a{39} orders$/);
});
