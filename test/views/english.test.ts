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
  // SQL's key words, and what is seen by those who complete them.
  /^views\/browser\/(sql-words|sql-sources|complete-sql)\.ts$/,
  // What is written in other languages.
  /^views\/recipe-codes\.ts$/,
];

/** Strings that are for programs; and so is what begins with a tag. */
const FOR_PROGRAMS = new Set([
  "Dataclips",
  "Enter",
  "Escape",
  "Tab",
  "input, select",
  "form :is(input, select, textarea)[name]",
  "text/csv, application/json",
  "system-ui, 'DejaVu Sans', sans-serif",
  " async",
  ' async=""',
  "-title ",
  "timestamp with time zone",
  "timestamp without time zone",
  "double precision",
  "no password",
  "no session",
  "unsaved ",
  "=; path=/clips; max-age=0",
  "REINDEX INDEX CONCURRENTLY ",
]);

const files = globSync("views/**/*.{ts,tsx}").filter((file) => !EXEMPT.some((pattern) => pattern.test(file)));

test.each(files)("%s has its words in views/english/", (file) => {
  expect(wordsIn(file, readFileSync(file, "utf8"))).toStrictEqual([]);
});

test("the look for words finds them", () => {
  const source = `
    const LINKS = [["/people", "People"]];
    const page = <p title="A title" class="two classes">Some <b>{x === "even" ? "yes" : words.no}</b> <code>SELECT now()</code></p>;
    const text = \`It took \${time} ms\`;`;
  expect(wordsIn("page.tsx", source)).toStrictEqual(["People", "A title", "Some", "yes", "It took", "ms"]);
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
  if (
    text !== null &&
    !FOR_PROGRAMS.has(text) &&
    !text.startsWith("<") &&
    looksLikeEnglish(text, isRead || node.type === "JSXText")
  )
    found.push(text.trim());
  for (const [field, value] of Object.entries(node)) visit(value, found, isReadIn(node, field, isRead));
}

/** Whether what stands in a field of a node is shown, or read aloud: what JSX gives, and some attributes. */
function isReadIn(node: SyntaxNode, field: string, isRead: boolean): boolean {
  if (node.type === "JSXAttribute") return READ.has(nameIn(node, "name"));
  if (node.type === "JSXElement" || node.type === "JSXFragment") return field === "children";
  return isRead && (node.type === "JSXExpressionContainer" || node.type === "TemplateLiteral" || isGiven(node, field));
}

/** What is shown is English if it has a word in small letters: SQL, CSV and × are none. Of other strings, what has two words or a capital. */
function looksLikeEnglish(text: string, isRead: boolean): boolean {
  return (isRead ? /[a-z]{2}|[A-Z][a-z]\b/ : /^[A-Z][a-z]+ ?[.:…]?$|[A-Za-z][:;,.…]? [A-Za-z]|^ [a-z]+|[a-z]+ $/).test(
    text,
  );
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value;
}

/** Imports, types, comparisons, attributes for browsers, and what stands in <code>. */
function isTechnical(node: SyntaxNode): boolean {
  if (node.type === "JSXAttribute") return TECHNICAL.has(nameIn(node, "name"));
  if (node.type === "Property") return TECHNICAL.has(nameIn(node, "key"));
  if (node.type === "JSXElement") {
    const opening = node["openingElement"] as { name: SyntaxNode };
    return ["code", "kbd", "style"].includes(String(opening.name["name"]));
  }
  if (node.type === "BinaryExpression") return ["===", "!=="].includes(String(node["operator"]));
  return node.type === "ImportDeclaration" || (node.type.startsWith("TS") && !node.type.endsWith("Expression"));
}

function nameIn(node: SyntaxNode, field: "name" | "key"): string {
  return String((node[field] as SyntaxNode)["name"]);
}

/** Of a condition in JSX, what it gives, which is shown. */
function isGiven(parent: SyntaxNode, field: string): boolean {
  if (parent.type === "ConditionalExpression") return field !== "test";
  return parent.type === "LogicalExpression" && (field === "right" || parent["operator"] !== "&&");
}

function textOf(node: SyntaxNode): string | null {
  if (node.type === "JSXText") return String(node["value"]);
  if (node.type === "TemplateElement") return (node["value"] as { cooked: string }).cooked;
  return node.type === "Literal" && typeof node["value"] === "string" ? node["value"] : null;
}
