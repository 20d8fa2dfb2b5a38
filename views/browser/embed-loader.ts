/**
 * /embed.js, for pages of other sites: puts a frame with a share where its own script element stands, and makes it as
 * high as what is in it. It runs in somebody else's page: no names are left there, and nothing is believed of a message
 * but a number, from the frame's own window and the share's own origin.
 */

/** In pixels: before the frame has said its height, and the most that it may say. */
const FIRST_HEIGHT = 400;
const MOST_HEIGHT = 20_000;

const element = document.currentScript;
// What is wrong with its attributes is thrown: the browser's console says it, and nothing of the page depends on it.
if (element instanceof HTMLScriptElement) putFrame(element, addressOf(element));

/** The address of the frame: data-share, with /embed, and what else the attributes say. @throws TypeError */
function addressOf({ dataset, attributes, src }: HTMLScriptElement): URL {
  const address = new URL(dataset["share"]!);
  // What runs nothing in the page itself; a share over plain http in a page over https is the browser's to refuse.
  if (!/^https?:$/.test(address.protocol)) throw new TypeError(`${src}: ${address.protocol}`);
  address.pathname = address.pathname.replace(/(\/embed)?\/*$/, "/embed");
  address.hash = "";
  const query = address.searchParams;
  new URLSearchParams(dataset["query"]).forEach((value, name) => query.set(name, value));
  for (const { name, value } of attributes) {
    if (name.startsWith("data-param-")) query.set(name.slice("data-param-".length), value);
  }
  for (const name of ["theme", "show"]) {
    const value = dataset[name];
    if (value !== undefined) query.set(name, value);
  }
  return address;
}

function putFrame(script: HTMLScriptElement, { href, origin }: URL): void {
  const frame = document.createElement("iframe");
  frame.src = href;
  frame.title = script.dataset["title"] ?? "Dataclips";
  frame.loading = "lazy";
  // Properties, and no attribute: a page's Content-Security-Policy lets them through.
  Object.assign(frame.style, { border: "0", width: "100%", height: `${FIRST_HEIGHT}px`, display: "block" });
  addEventListener("message", ({ source, origin: from, data }: MessageEvent) => {
    if (source !== frame.contentWindow || from !== origin || data?.type !== "dataclips:height") return;
    if (data.height > 0) frame.style.height = `${Math.min(Number(data.height), MOST_HEIGHT)}px`;
  });
  script.after(frame);
}
