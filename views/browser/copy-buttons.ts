import { copyText } from "./copy-text.ts";
import { makeElement } from "./make-element.ts";

/** So long a button says what it has done. */
const SAID_MS = 2000;

/** Puts a button beside each text in a part of a page that is to be copied: see views/copy-block.tsx. */
export function addCopyButtons(within: ParentNode = document): void {
  for (const text of within.querySelectorAll<HTMLElement>("[data-copy]")) {
    const label = `Copy the ${text.dataset["copy"]}`;
    const button = makeElement("button", { type: "button", "aria-label": label }, "Copy");
    const said = makeElement("output", { class: "unseen" });
    button.addEventListener("click", async () => {
      const done = await copyText(text.textContent);
      button.textContent = done ? "Copied" : "Not let";
      said.textContent = done ? "Copied" : "Your browser did not let it be copied.";
      setTimeout(() => {
        button.textContent = "Copy";
        said.textContent = "";
      }, SAID_MS);
    });
    text.after(button, said);
  }
}
