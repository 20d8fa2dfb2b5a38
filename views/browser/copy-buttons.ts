import { words } from "../english/browser/copy-buttons.ts";
import { copyText } from "./copy-text.ts";
import { makeElement } from "./make-element.ts";

/** So long a button says what it has done. */
const SAID_MS = 2000;

/** Puts a button beside each text in a part of a page that is to be copied: see views/copy-block.tsx. */
export function addCopyButtons(within: ParentNode = document): void {
  for (const text of within.querySelectorAll<HTMLElement>("[data-copy]")) {
    const label = words.copyThe(text.dataset["copy"]!);
    const button = makeElement("button", { type: "button", "aria-label": label }, words.copy);
    const said = makeElement("output", { class: "unseen" });
    button.addEventListener("click", async () => {
      const done = await copyText(text.textContent);
      button.textContent = done ? words.copied : words.notLet;
      said.textContent = done ? words.copied : words.notLetCopy;
      setTimeout(() => {
        button.textContent = words.copy;
        said.textContent = "";
      }, SAID_MS);
    });
    text.after(button, said);
  }
}
