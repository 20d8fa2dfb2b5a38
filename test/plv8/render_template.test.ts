import { describeHelper, type HelperCase } from "./engines.ts";

const BOTH = ["text, json", "text, jsonb"];

/** A template, its data, and what it becomes or why not. */
function renders(name: string, template: string, data: unknown, gives: string | RegExp): HelperCase {
  const outcome = typeof gives === "string" ? { gives } : { error: gives };
  return { name, types: BOTH, args: [template, JSON.stringify(data)], ...outcome };
}

/**
 * What the tests of the mustache specification demand (github.com/mustache/spec; their names after the file's),
 * with texts of our own. Delimiters, partials, lambdas and inheritance are not supported, and so are not here.
 */
const INTERPOLATION = [
  renders("interpolation: no interpolation", "{Braces} and { more }\n", {}, "{Braces} and { more }\n"),
  renders("interpolation: basic", "Dear {{who}}!\n", { who: "Ann" }, "Dear Ann!\n"),
  renders("interpolation: HTML escaping", "{{html}}", { html: `& " < >` }, "&amp; &quot; &lt; &gt;"),
  renders("interpolation: triple mustache", "{{{html}}}", { html: `& " < >` }, `& " < >`),
  renders("interpolation: ampersand", "{{&html}}", { html: `& " < >` }, `& " < >`),
  renders("interpolation: integers", "{{n}} {{{n}}} {{&n}}", { n: 42 }, "42 42 42"),
  renders("interpolation: decimals", "{{n}} {{{n}}} {{&n}}", { n: 1.21 }, "1.21 1.21 1.21"),
  renders("interpolation: null", "({{x}}) ({{{x}}}) ({{&x}})", { x: null }, "() () ()"),
  renders("interpolation: context misses", "({{x}}) ({{{x}}}) ({{&x}})", {}, "() () ()"),
  renders("interpolation: dotted names", "{{a.b}} {{{a.b}}} {{&a.b}}", { a: { b: "x" } }, "x x x"),
  renders("interpolation: dotted names as sections", "{{#a}}{{b}}{{/a}}", { a: { b: "x" } }, "x"),
  renders("interpolation: arbitrary depth", "{{a.b.c.d.e}}", { a: { b: { c: { d: { e: 5 } } } } }, "5"),
  renders("interpolation: broken chains", "({{a.b.c}})", { a: {} }, "()"),
  renders("interpolation: broken chain resolution", "({{a.b.c.n}})", { a: { b: {} }, c: { n: "no" } }, "()"),
  renders("interpolation: initial resolution", "{{#a}}{{b.n}}{{/a}}", { a: { b: { n: 1 } }, b: { n: 2 } }, "1"),
  renders("interpolation: context precedence", "({{#a}}{{b.c}}{{/a}})", { a: { b: {} }, b: { c: "no" } }, "()"),
  renders("interpolation: implicit iterator", "{{.}} {{{.}}} {{&.}}", "<x>", "&lt;x&gt; <x> <x>"),
  renders("interpolation: whitespace around", "| {{s}} | {{{s}}} | {{&s}} |", { s: "-" }, "| - | - | - |"),
  renders("interpolation: never standalone", "  {{s}}\n  {{{s}}}\n  {{&s}}\n", { s: "-" }, "  -\n  -\n  -\n"),
  renders("interpolation: padding", "|{{ s }}|{{{ s }}}|{{& s }}|", { s: "-" }, "|-|-|-|"),
];

const people = { people: [{ name: "Ann" }, { name: "Bo" }] };
const tree = { a: { one: 1 }, b: { two: 2 }, c: { three: 3, d: { four: 4, five: 5 } } };
const SECTIONS = [
  renders("sections: truthy", "({{#yes}}here{{/yes}})", { yes: true }, "(here)"),
  renders("sections: falsey", "({{#no}}here{{/no}})", { no: false }, "()"),
  renders("sections: null is falsey", "({{#no}}here{{/no}})", { no: null }, "()"),
  renders("sections: context", "{{#who}}Dear {{name}}{{/who}}", { who: { name: "Ann" } }, "Dear Ann"),
  renders(
    "sections: parent contexts",
    "{{#s}}{{a}}{{b}}{{c.d}}{{/s}}",
    { a: 1, b: 0, s: { b: 2 }, c: { d: 3 } },
    "123",
  ),
  renders("sections: variable test", "{{#x}}{{.}} is {{x}}{{/x}}", { x: "y" }, "y is y"),
  renders(
    "sections: list contexts",
    "{{#tops}}{{#middles}}{{t.low}}{{m}}.{{#ends}}{{t.up}}{{m}}{{e}}.{{/ends}}{{/middles}}{{/tops}}",
    { tops: [{ t: { up: "A", low: "a" }, middles: [{ m: 1, ends: [{ e: "x" }, { e: "y" }] }] }] },
    "a1.A1x.A1y.",
  ),
  renders(
    "sections: deeply nested contexts",
    "{{#a}}\n{{one}}\n{{#b}}\n{{one}}{{two}}\n{{#c}}\n{{#d}}\n{{one}}{{two}}{{three}}{{four}}{{#five}}{{.}}{{four}}{{/five}}\n{{/d}}\n{{/c}}\n{{/b}}\n{{/a}}\n",
    tree,
    "1\n12\n123454\n",
  ),
  renders("sections: list", "{{#people}}{{name}}, {{/people}}", people, "Ann, Bo, "),
  renders("sections: empty list", "({{#none}}here{{/none}})", { none: [] }, "()"),
  renders("sections: doubled", "{{#y}}\n1\n{{/y}}\n2\n{{#y}}\n3\n{{/y}}\n", { y: true }, "1\n2\n3\n"),
  renders("sections: nested, truthy", "a {{#y}}b {{#y}}c{{/y}} d{{/y}} e", { y: true }, "a b c d e"),
  renders("sections: nested, falsey", "a {{#y}}b {{#y}}c{{/y}} d{{/y}} e", { y: false }, "a  e"),
  renders("sections: context misses", "({{#x}}here{{/x}})", {}, "()"),
  renders("sections: implicit iterator, texts", "{{#l}}({{.}}){{/l}}", { l: ["a", "b"] }, "(a)(b)"),
  renders("sections: implicit iterator, numbers", "{{#l}}({{.}}){{/l}}", { l: [1, 2.5] }, "(1)(2.5)"),
  renders("sections: implicit iterator, lists", "{{#l}}({{#.}}{{.}}{{/.}}){{/l}}", { l: [[1, 2], ["a"]] }, "(12)(a)"),
  renders(
    "sections: implicit iterator, escaping",
    "{{#l}}{{.}}{{{.}}}{{&.}}{{/l}}",
    { l: ["<", "&"] },
    "&lt;<<&amp;&&",
  ),
  renders("sections: implicit iterator, the root", "{{#.}}({{v}}){{/.}}", [{ v: 1 }, { v: 2 }], "(1)(2)"),
  renders("sections: dotted names", "({{#a.b}}here{{/a.b}})", { a: { b: true } }, "(here)"),
  renders("sections: dotted names, falsey", "({{#a.b}}here{{/a.b}})", { a: { b: false } }, "()"),
  renders("sections: dotted names, broken chains", "({{#a.b.c}}here{{/a.b.c}})", { a: {} }, "()"),
  renders("sections: whitespace around", " | {{#y}}\t|\t{{/y}} | \n", { y: true }, " | \t|\t | \n"),
  renders("sections: whitespace within", " | {{#y}} {{! no }}\n {{/y}} | \n", { y: true }, " |  \n  | \n"),
  renders("sections: indented, inline", " {{#y}}1{{/y}}\n {{#y}}2{{/y}}\n", { y: true }, " 1\n 2\n"),
  renders("sections: standalone lines", "1\n{{#y}}\n2\n{{/y}}\n3\n", { y: true }, "1\n2\n3\n"),
  renders("sections: standalone, indented", "1\n  {{#y}}\n2\n\t{{/y}} \n3\n", { y: true }, "1\n2\n3\n"),
  renders("sections: standalone, line endings", "|\r\n{{#y}}\r\n{{/y}}\r\n|", { y: true }, "|\r\n|"),
  renders("sections: standalone, no line before", "  {{#y}}\n#{{/y}}\n/", { y: true }, "#\n/"),
  renders("sections: standalone, no line after", "#{{#y}}\n/\n  {{/y}}", { y: true }, "#\n/\n"),
  renders("sections: padding", "|{{# y }}={{/ y }}|", { y: true }, "|=|"),
];

const INVERTED = [
  renders("inverted: falsey", "({{^no}}here{{/no}})", { no: false }, "(here)"),
  renders("inverted: truthy", "({{^yes}}here{{/yes}})", { yes: true }, "()"),
  renders("inverted: null is falsey", "({{^no}}here{{/no}})", { no: null }, "(here)"),
  renders("inverted: context", "({{^who}}Dear {{name}}{{/who}})", { who: { name: "Ann" } }, "()"),
  renders("inverted: list", "({{^people}}{{name}}{{/people}})", people, "()"),
  renders("inverted: empty list", "({{^none}}here{{/none}})", { none: [] }, "(here)"),
  renders("inverted: doubled", "{{^n}}\n1\n{{/n}}\n2\n{{^n}}\n3\n{{/n}}\n", { n: false }, "1\n2\n3\n"),
  renders("inverted: nested, falsey", "a {{^n}}b {{^n}}c{{/n}} d{{/n}} e", { n: false }, "a b c d e"),
  renders("inverted: nested, truthy", "a {{^n}}b {{^n}}c{{/n}} d{{/n}} e", { n: true }, "a  e"),
  renders("inverted: context misses", "({{^x}}here{{/x}})", {}, "(here)"),
  renders("inverted: dotted names, truthy", "({{^a.b}}here{{/a.b}})", { a: { b: true } }, "()"),
  renders("inverted: dotted names, falsey", "({{^a.b}}here{{/a.b}})", { a: { b: false } }, "(here)"),
  renders("inverted: dotted names, broken chains", "({{^a.b.c}}here{{/a.b.c}})", { a: {} }, "(here)"),
  renders("inverted: whitespace around", " | {{^n}}\t|\t{{/n}} | \n", {}, " | \t|\t | \n"),
  renders("inverted: whitespace within", " | {{^n}} {{! no }}\n {{/n}} | \n", {}, " |  \n  | \n"),
  renders("inverted: indented, inline", " {{^n}}1{{/n}}\n {{^n}}2{{/n}}\n", {}, " 1\n 2\n"),
  renders("inverted: standalone lines", "1\n{{^n}}\n2\n  {{/n}}\n3\n", {}, "1\n2\n3\n"),
  renders("inverted: standalone, line endings", "|\r\n{{^n}}\r\n{{/n}}\r\n|", {}, "|\r\n|"),
  renders("inverted: standalone, no line before", "  {{^n}}\n^{{/n}}\n/", {}, "^\n/"),
  renders("inverted: standalone, no line after", "^{{^n}}\n/\n  {{/n}}", {}, "^\n/\n"),
  renders("inverted: padding", "|{{^ n }}={{/ n }}|", {}, "|=|"),
];

const COMMENTS = [
  renders("comments: inline", "12{{! no }}34", {}, "1234"),
  renders("comments: several lines", "12{{!\n  no\n  no\n}}34\n", {}, "1234\n"),
  renders("comments: standalone", "1\n{{! no }}\n2\n", {}, "1\n2\n"),
  renders("comments: standalone, indented", "1\n  {{! no }}\n2\n", {}, "1\n2\n"),
  renders("comments: standalone, line endings", "|\r\n{{! no }}\r\n|", {}, "|\r\n|"),
  renders("comments: standalone, no line before", "  {{! no }}\n!", {}, "!"),
  renders("comments: standalone, no line after", "!\n  {{! no }}", {}, "!\n"),
  renders("comments: standalone, several lines", "1\n  {{!\n  no\n  }}\n2\n", {}, "1\n2\n"),
  renders("comments: indented, inline", "  12 {{! no }}\n", {}, "  12 \n"),
  renders("comments: whitespace around", "12 {{! no }} 34", {}, "12  34"),
  renders("comments: of a name that is there", "({{! no }})({{!no}})", { "! no": 1, "!no": 2, no: 3 }, "()()"),
];

const OWN = [
  renders("an apostrophe is escaped too", "<a title='{{x}}'>", { x: "'" }, "<a title='&#39;'>"),
  renders("what is escaped stays so", "{{x}}", { x: "&amp;" }, "&amp;amp;"),
  renders("values are no templates", "{{{x}}}", { x: "{{y}}", y: "no" }, "{{y}}"),
  renders("booleans", "{{yes}} {{no}}", { yes: true, no: false }, "true false"),
  renders(
    "0 and the empty text are falsey",
    "{{^z}}0{{/z}}{{^e}}e{{/e}}{{#z}}no{{/z}}{{#e}}no{{/e}}",
    { z: 0, e: "" },
    "0e",
  ),
  renders(
    "numbers as JavaScript writes them",
    "{{#n}}{{.}} {{/n}}",
    { n: [1e21, 1e-7, 0.1, -3] },
    "1e+21 1e-7 0.1 -3 ",
  ),
  renders(
    "an object and a list are JSON",
    "{{{o}}} {{l}}",
    { o: { a: [1, null] }, l: ["<"] },
    `{"a":[1,null]} [&quot;&lt;&quot;]`,
  ),
  renders("an element by its place", "{{l.1.n}}", { l: [{ n: 1 }, { n: 2 }] }, "2"),
  renders("a name with spaces", "{{ first name }}", { "first name": "Ann" }, "Ann"),
  renders(
    "what JavaScript's objects inherit is not there",
    "({{constructor}}{{__proto__}}{{toString}}{{a.constructor.name}}{{s.length}})",
    { a: {}, s: "text" },
    "()",
  ),
  renders("a root that is no object", "({{a}}{{.}})", 5, "(5)"),
  renders(
    "beyond ASCII",
    "{{Ä😀}} {{#é}}日本 {{.}}{{/é}}",
    { "Ä😀": "👩‍👩‍👧", é: ["e\u0301", "\u{10ffff}"] },
    "👩‍👩‍👧 日本 e\u0301日本 \u{10ffff}",
  ),
  renders("no template", "", { a: 1 }, ""),
  renders("a tag that is never closed", "a\nb {{x", {}, /render_template: line 2: \{\{ without \}\}/),
  renders("three braces closed by two", "{{{x}}", {}, /render_template: line 1: \{\{ without \}\}\}/),
  renders(
    "a section that is never closed",
    "\n\n{{#x}}\n{{y}}",
    {},
    /render_template: line 3: \{\{#x\}\} is never closed/,
  ),
  renders(
    "another section closed",
    "{{#x}}\n{{/y}}",
    {},
    /render_template: line 2: \{\{\/y\}\} where \{\{\/x\}\} was expected/,
  ),
  renders("sections crossed", "{{#x}}{{#y}}{{/x}}{{/y}}", {}, /\{\{\/x\}\} where \{\{\/y\}\} was expected/),
  renders("nothing to close", "\n{{/x}}", {}, /render_template: line 2: \{\{\/x\}\} closes nothing/),
  renders("a tag without a name", "{{ }}", {}, /render_template: line 1: a tag without a name/),
  renders("a partial", "{{> x}}", {}, /render_template: line 1: \{\{> is not supported/),
  renders("other delimiters", "{{=<% %>=}}", {}, /render_template: line 1: \{\{= is not supported/),
  renders("100 sections deep", `${"{{#a}}".repeat(100)}x${"{{/a}}".repeat(100)}`, { a: true }, "x"),
  renders(
    "101 sections deep",
    `${"{{#a}}".repeat(101)}x${"{{/a}}".repeat(101)}`,
    { a: true },
    /more than 100 sections/,
  ),
  renders("the longest template", " ".repeat(100_000), {}, " ".repeat(100_000)),
  renders("a longer one", " ".repeat(100_001), {}, /a template of at most 100,000 characters, not 100001/),
  renders("the longest result", "{{x}}", { x: "&".repeat(200_000) }, "&amp;".repeat(200_000)),
  renders(
    "a longer one by a text",
    "{{x}}.",
    { x: "&".repeat(200_000) },
    /line 1: the result is longer than 1,000,000/,
  ),
  renders(
    "a longer one by a value",
    ".\n{{x}}",
    { x: "x".repeat(1_000_000) },
    /line 2: the result is longer than 1,000,000/,
  ),
  renders(
    "a long list",
    "{{{l}}}",
    { l: Array(1000).fill("x".repeat(990)) },
    JSON.stringify(Array(1000).fill("x".repeat(990))),
  ),
  renders(
    "a longer list",
    "{{{l}}}",
    { l: Array(1000).fill("x".repeat(1001)) },
    /line 1: the result is longer than 1,000,000/,
  ),
  renders(
    "lists within themselves",
    "{{#l}}{{#l}}{{#l}}{{/l}}{{/l}}{{/l}}",
    { l: [...Array(100).keys()] },
    /line 1: more than 300,000 steps/,
  ),
  renders(
    "lookups through many levels",
    `${"{{#a}}".repeat(90)}${"{{x}}".repeat(4000)}${"{{/a}}".repeat(90)}`,
    { a: true },
    /line 1: more than 300,000 steps/,
  ),
];

describeHelper("render_template", [
  ...INTERPOLATION,
  ...SECTIONS,
  ...INVERTED,
  ...COMMENTS,
  ...OWN,
  { name: "NULL template", types: BOTH, args: [null, "{}"], gives: null },
  { name: "NULL data", types: BOTH, args: ["x", null], gives: null },
  { name: "data that is null", types: BOTH, args: ["({{x}}{{.}})", "null"], gives: "()" },
  // jsonb itself refuses both.
  {
    name: "a lone surrogate",
    types: "text, json",
    args: ["{{x}}", String.raw`{"x": "a\ud83d b"}`],
    gives: "a\ufffd b",
  },
  {
    name: "U+0000",
    types: "text, json",
    args: ["{{x}}", String.raw`{"x": "a\u0000"}`],
    error: /the data hold U\+0000/,
  },
  { name: "data that is no JSON", types: "text, json", args: ["x", "{"], error: /JSON|json/ },
]);
