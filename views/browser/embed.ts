/**
 * The script of a page in a frame: tells the page around it how high it is, whenever that changes, so that the frame can
 * be as high. Without it the frame is as high as its page made it, and scrolls. Says how far a run is that the page was
 * sent without, and shows the result then.
 */
import { followRun } from "./follow-run.ts";

// Exact, or any. Only origins that the share names can be around this page (frame-ancestors), and a height is no secret:
// so what matters is that it arrives. The referrer is our own page once a form in the frame was sent, and is empty where
// the page around asks for that: a message to it would be lost. Firefox has no ancestorOrigins, a sandbox has "null".
const [around = "null"] = location.ancestorOrigins ?? [];
const target = around === "null" ? "*" : around;

if (parent !== window) {
  new ResizeObserver(() => {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    parent.postMessage({ type: "dataclips:height", height }, target);
  }).observe(document.body);
}

const follow = (): void => {
  const panel = document.querySelector<HTMLElement>(".running");
  if (panel) followRun(panel, follow);
};
follow();
