import { words } from "../english/browser/open-value.ts";
import { copyText } from "./copy-text.ts";
import { makeElement } from "./make-element.ts";

/** Shows a value whole, in a dialog; JSON with its structure. */
export function openValue(column: string, value: string): void {
  const shown = indentJson(value);
  const copy = makeElement("button", { type: "button" }, words.copy);
  copy.addEventListener("click", () => {
    void copyText(value).then((done) => (copy.textContent = done ? words.copied : words.notCopied));
  });
  const dialog = makeElement(
    "dialog",
    { class: "value", "aria-label": column },
    makeElement(
      "form",
      { method: "dialog" },
      makeElement("strong", {}, column),
      copy,
      makeElement("button", {}, words.close),
    ),
    makeElement("pre", { tabindex: 0 }, shown),
  );
  dialog.addEventListener("close", () => dialog.remove());
  // A click beside it closes it.
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
}

/** JSON on lines, with the digits of its numbers as they are; what is no JSON as it is. */
function indentJson(value: string): string {
  if (!/^\s*[{[]/.test(value) || !isJson(value)) return value;
  let depth = 0;
  const line = (): string => `\n${"  ".repeat(depth)}`;
  const tokens = value.match(/"(?:[^"\\]|\\.)*"|[{[]\s*[}\]]|[{}[\],:]|[^\s"{}[\],:]+/g) ?? [];
  return tokens
    .map((token) => {
      if (token === "{" || token === "[") return token + (depth++, line());
      if (token === "}" || token === "]") return (depth--, line()) + token;
      if (token === ",") return token + line();
      return token === ":" ? ": " : token;
    })
    .join("");
}

function isJson(value: string): boolean {
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}
