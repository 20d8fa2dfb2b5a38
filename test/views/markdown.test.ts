import { expect, test } from "vitest";
import { firstLine, markdownHtml } from "../../views/markdown-html.ts";

test.each<[markdown: string, html: string]>([
  ["Plain *words* and `code`", "<p>Plain <em>words</em> and <code>code</code></p>"],
  ["one\ntwo  \nthree", "<p>one\ntwo\nthree</p>"],
  ["~~old~~", "<p><del>old</del></p>"],
  ["- [ ] a\n- [x] b", "<ul>\n<li>☐ a</li>\n<li>☑ b</li>\n</ul>"],
  ["```sql\nSELECT 1 < 2\n```", '<pre tabindex="0"><code class="language-sql">SELECT 1 &lt; 2\n</code></pre>'],
  // The highest headings become h2, and no level is left out.
  ["# A\n### B\n# C", "<h2>A</h2>\n<h3>B</h3>\n<h2>C</h2>"],
  ["#### A\n###### B", "<h2>A</h2>\n<h3>B</h3>"],
  [
    "# 1\n## 2\n### 3\n#### 4\n##### 5\n###### 6",
    "<h2>1</h2>\n<h3>2</h3>\n<h4>3</h4>\n<h5>4</h5>\n<h6>5</h6>\n<h6>6</h6>",
  ],
  // Links tell nobody where they are from, and lend no weight.
  [
    "[words](https://a.example/?b=1&c=2 'title')",
    '<p><a rel="nofollow noopener" href="https://a.example/?b=1&amp;c=2" title="title">words</a></p>',
  ],
  ["https://a.example", '<p><a rel="nofollow noopener" href="https://a.example">https://a.example</a></p>'],
  ["[clip](/clips/abc)", '<p><a rel="nofollow noopener" href="/clips/abc">clip</a></p>'],
  // Images are links to them.
  [
    "![a map](https://a.example/map.png)",
    '<p><a rel="nofollow noopener" href="https://a.example/map.png">a map</a></p>',
  ],
  ["![](map.png)", '<p><a rel="nofollow noopener" href="map.png">map.png</a></p>'],
  ["[![a map](map.png) here](/there)", '<p><a rel="nofollow noopener" href="/there">a map here</a></p>'],
  ["note[^1]\n\n[^1]: below", '<p>note<a rel="nofollow noopener" href="below">^1</a></p>\n'],
  ["", ""],
])("the Markdown %j as HTML", (markdown, html) => {
  expect(markdownHtml(markdown)).toBe(html);
});

test("a table scrolls by itself, by the keyboard too", () => {
  expect(markdownHtml("|a|b|\n|-|-:|\n|1|2|")).toMatch(
    /^<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>[^]*<td align="right">2<\/td>[^]*<\/table><\/div>$/,
  );
});

test.each([
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<h1>title</h1>",
  '<a href="javascript:alert(1)">x</a>',
  "<svg/onload=alert(1)>",
  "<!-- --><b>",
  "<style>*{}</style>",
  "&lt;script&gt;alert(1)&lt;/script&gt;",
  "&#x3C;script>alert(1)&#x3C;/script>",
  "`<script>`",
  '[x](<"onmouseover=alert(1) a=">)',
  "[x](https://a.example '\"><script>alert(1)</script>')",
  '!["><script>](https://a.example)',
  "![x](https://a.example '\" onerror=\"alert(1)')",
  "[a <img src=x>](https://a.example)",
  '```"><script>\ncode\n```',
  '[x]: <javascript:alert(1)> "t"\n\n[x]',
])("no tag of %j is one of the page's, and no attribute", (markdown) => {
  const html = markdownHtml(markdown);
  const tags = [...html.matchAll(/<[^>]*>/g)].map(([tag]) => tag);
  const allowed =
    /^<(?:\/?(?:p|pre|code|em|a)|pre tabindex="0"|code class="[^"]*"|a rel="nofollow noopener" href="(?:https:[^"]*|%22[^"]*)"(?: title="[^"]*")?)>$/;
  expect(tags.filter((tag) => !allowed.test(tag))).toStrictEqual([]);
});

test.each([
  "[x](javascript:alert(1))",
  "[x](JaVaScRiPt:alert(1))",
  "[x](&#106;avascript:alert(1))",
  "[x](\u0001javascript:alert(1))",
  "[x](vbscript:x)",
  "[x](data:text/html,<script>)",
  "<javascript:alert(1)>",
  "![x](javascript:alert(1))",
  "![x](data:image/svg+xml,<svg>)",
  "[x][r]\n\n[r]: javascript:alert(1)",
])("the address of %j leads nowhere", (markdown) => {
  expect(markdownHtml(markdown)).not.toMatch(/href="(?!%01)|src=|<img/);
});

test.each([
  ["# Orders\n\nof *each* month", "Orders"],
  ["\n\n**Bold** [link](https://a.example) & <b>\nsecond", "Bold link & <b>"],
  ["- one\n- two", "one"],
  ['&lt;script&gt; "quoted"', '<script> "quoted"'],
  ["", ""],
  ["```\n\n```", ""],
  [`${"a".repeat(5000)}`, "a".repeat(1000)],
])("the first line of %j, as text", (markdown, line) => {
  expect(firstLine(markdown)).toBe(line);
});

test.each(["[", "*a ", "> ", "`a", "<", "![", "a_", "|a", "www.", "- ", "[a](", "***a", "# ", "&lt;"])(
  "a description full of %j is rendered, and closed",
  (piece) => {
    const html = markdownHtml(piece.repeat(10_000 / piece.length));
    expect((html.match(/<p>/g) ?? []).length).toBe((html.match(/<\/p>/g) ?? []).length);
  },
);
