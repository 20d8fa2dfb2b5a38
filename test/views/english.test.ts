import { globSync, readFileSync } from "node:fs";
import { parseSync } from "oxc-parser";
import { expect, test } from "vitest";

/** What pages say stands in views/english/, a file for each file of views/. These have text that is no English. */
const EXEMPT: readonly RegExp[] = [
  /^views\/english\//,
  // CSS.
  /^views\/(print-)?style\.ts$/,
  /^views\/charts\/chart-style\.ts$/,
  /^views\/browser\/editor-theme\.ts$/,
  // SQL's key words.
  /^views\/browser\/sql-words\.ts$/,
];

/** Strings that are for programs: keys of the keyboard, classes, CSS, SQL, marks of a state. */
const FOR_PROGRAMS = new Set(["Enter", "Escape", "Tab", "input, select", "noopener noreferrer nofollow"]);

const files = globSync("views/**/*.{ts,tsx}").filter((file) => !EXEMPT.some((pattern) => pattern.test(file)));

test.each(files)("%s has its words in views/english/", (file) => {
  expect(wordsIn(file, readFileSync(file, "utf8"))).toStrictEqual([]);
});

test("the look for words finds them", () => {
  const source = `
    const LINKS = [["/people", "People"]];
    const page = <p title="A title" class="two classes">Some <b>{x ? "Yes" : words.no}</b> <code>SELECT now()</code></p>;
    const text = \`It took \${time} ms\`;`;
  expect(wordsIn("page.tsx", source)).toStrictEqual(["People", "A title", "Some", "Yes", "It took", "ms"]);
});

/** Attributes that are read to people. */
const READ = new Set(["alt", "aria-description", "aria-label", "label", "placeholder", "title"]);

/** Those that are for browsers. */
const TECHNICAL = new Set(
  "allow autocomplete class content d data-show form for href id inputmode media method name pattern rel role sandbox sizes src style transform type value viewBox".split(
    " ",
  ),
);

interface SyntaxNode {
  type: string;
  [key: string]: unknown;
}

/** A file's text that is for people to read: what JSX shows, and strings that look like English. */
function wordsIn(file: string, source: string): string[] {
  const found: string[] = [];
  visit(parseSync(file, source).program as unknown as SyntaxNode, found);
  return found;
}

function visit(node: unknown, found: string[], isRead = false): void {
  if (Array.isArray(node)) return node.forEach((each) => visit(each, found, isRead));
  if (!isNode(node) || isTechnical(node)) return;
  const text = textOf(node);
  if (text !== null && !FOR_PROGRAMS.has(text) && looksLikeEnglish(text, isRead || node.type === "JSXText"))
    found.push(text.trim());
  const isShown = isRead || (node.type === "JSXAttribute" && READ.has(attributeName(node)));
  for (const value of Object.values(node)) visit(value, found, isShown);
}

/** What is shown is English if it has a word in small letters: SQL, CSV and × are none. Of other strings, what has two words or a capital. */
function looksLikeEnglish(text: string, isRead: boolean): boolean {
  return (isRead ? /[a-z]{2}/ : /^[A-Z][a-z]+$|[A-Za-z][:;,.…]? [A-Za-z]|^ [a-z]+|[a-z]+ $/).test(text);
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value;
}

/** Imports, types, comparisons, attributes for browsers, and what stands in <code>. */
function isTechnical(node: SyntaxNode): boolean {
  if (node.type === "JSXAttribute") return TECHNICAL.has(attributeName(node));
  if (node.type === "JSXElement") {
    const opening = node["openingElement"] as { name: SyntaxNode };
    return ["code", "kbd", "style"].includes(String(opening.name["name"]));
  }
  if (node.type === "BinaryExpression") return ["===", "!=="].includes(String(node["operator"]));
  return node.type === "ImportDeclaration" || (node.type.startsWith("TS") && !node.type.endsWith("Expression"));
}

function attributeName(node: SyntaxNode): string {
  return String((node["name"] as SyntaxNode)["name"]);
}

function textOf(node: SyntaxNode): string | null {
  if (node.type === "JSXText") return String(node["value"]);
  if (node.type === "TemplateElement") return (node["value"] as { cooked: string }).cooked;
  return node.type === "Literal" && typeof node["value"] === "string" ? node["value"] : null;
}
