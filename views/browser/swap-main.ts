import { keepWritten } from "./keep-written.ts";

/**
 * Makes of a page another one that differs in an element of it: what is the same before and after stays, and so does
 * what somebody has written, and the focus.
 * @param changed a child of the page's main part
 * @param html the other page
 * @returns what has come into the page
 */
export function swapMain(changed: Element, html: string): Element[] {
  const other = new DOMParser().parseFromString(html, "text/html");
  const main = changed.parentElement!;
  const left = [...main.children];
  const hadFocus = (): boolean => main.contains(document.activeElement);
  const focused = hadFocus();
  const putBack = keepWritten(main);
  const added: Element[] = [];
  for (const element of other.querySelectorAll("main > *")) {
    const same = left.findIndex((each) => each.isEqualNode(element));
    if (same >= 0) {
      for (const gone of left.splice(0, same + 1).slice(0, -1)) gone.remove();
      continue;
    }
    const here = document.adoptNode(element);
    if (left[0]) left[0].before(here);
    else main.append(here);
    added.push(here);
  }
  for (const gone of left) gone.remove();
  document.title = other.title;
  putBack();
  // Who was at the button to cancel is at the result that has come in its place.
  if (focused && !hadFocus()) focusOn(added.find(({ id }) => id === "result") ?? added[0]);
  return added;
}

function focusOn(element: Element | undefined): void {
  if (!(element instanceof HTMLElement)) return;
  element.tabIndex = -1;
  element.focus({ preventScroll: true });
}
