import { raw } from "hono/html";
import { firstLine, markdownHtml } from "./markdown-html.ts";
import { words } from "./english/markdown.ts";

/** A clip's description, which is Markdown, as a part of a page. */
export function Markdown({ text }: { text: string }) {
  return <div class="description">{raw(markdownHtml(text))}</div>;
}

/** More is folded, where something else is what people come for. */
const SHOWN_LENGTH = 600;

/** As {@link Markdown}; one that is long is folded, and its first line shown. */
export function FoldedMarkdown({ text }: { text: string }) {
  if (text.length <= SHOWN_LENGTH) return <Markdown text={text} />;
  return (
    <details class="folded">
      <summary>{firstLine(text) || words.description}</summary>
      <Markdown text={text} />
    </details>
  );
}
