import { micromark, type Options } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { words } from "./english/markdown.ts";

const OPTIONS: Options = {
  extensions: [
    gfm(),
    // Their ids could be there twice on a page.
    { disable: { null: ["gfmFootnoteDefinition", "gfmFootnoteCall", "gfmPotentialFootnoteCall"] } },
  ],
  htmlExtensions: [gfmHtml()],
};

const LINK = '<a rel="nofollow noopener" href="';

/**
 * Markdown (GitHub's, without footnotes) as HTML. HTML in it is shown as it is written, and addresses are http, https,
 * mailto, or of this server: micromark escapes the rest. So every tag in its output is its own, and can be told from
 * text by its `<`. Images become links to them: nothing is loaded from other servers when somebody looks at a page.
 * The highest headings become h2, for the page's title is its h1.
 */
export function markdownHtml(markdown: string): string {
  const html = micromark(markdown, OPTIONS)
    // Without an address: it was one that is not allowed.
    .replace(/<a href=""[^>]*>(.*?)<\/a>/gs, "$1")
    // A link in a link is none.
    .replace(/<a href="[^>]*>.*?<\/a>/gs, (link) => link.replace(IMAGE, (_, _address, text: string) => text))
    .replace(/<a href="/g, LINK)
    .replace(IMAGE, (_, address: string, text: string) =>
      address === "" ? text : `${LINK}${address}">${text || address}</a>`,
    )
    .replace(/<input type="checkbox" disabled=""( checked="")? \/>/g, (_, checked) => (checked ? "☑" : "☐"))
    // Lines are kept by the style, as they are written.
    .replace(/<br \/>/g, "")
    .replace(/<table>/g, `<div class="scroll" tabindex="0" role="region" aria-label="${words.table}"><table>`)
    .replace(/<\/table>/g, "</table></div>")
    .replace(/<pre>/g, '<pre tabindex="0">');
  return lowerHeadings(html);
}

const IMAGE = /<img src="([^"]*)" alt="([^"]*)"(?: title="[^"]*")? \/>/g;

/** Makes the highest kind of heading that there is h2, the next one h3, and so on: no level is left out. */
function lowerHeadings(html: string): string {
  const used = [...new Set([...html.matchAll(/<h([1-6])>/g)].map(([, level]) => level!))].toSorted();
  return html.replace(/<(\/?)h([1-6])>/g, (_, end: string, level: string) => {
    return `<${end}h${Math.min(6, used.indexOf(level) + 2)}>`;
  });
}

/** For a list: enough to find the first line in, and not all of it. */
const LOOKED_AT = 1000;

/** The first line of Markdown as plain text, without its marks. */
export function firstLine(markdown: string): string {
  const lines = markdownHtml(markdown.slice(0, LOOKED_AT))
    .replace(/<[^>]*>/g, "")
    .split("\n");
  const line = lines.map((text) => text.trim()).find((text) => text !== "") ?? "";
  return line.replace(/&(amp|lt|gt|quot);/g, (_, name: string) => ENTITIES[name]!);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };
