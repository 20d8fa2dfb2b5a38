import { words } from "../english/browser/show-summary.ts";
import { makeElement } from "./make-element.ts";
import { type ColumnSummary, summarizeColumn } from "./summarize-column.ts";
import type { ColumnKind } from "./order-rows.ts";
import type { Row } from "./read-csv.ts";

const SVG = "http://www.w3.org/2000/svg";
/** Of the picture, in its own units. */
const BAR_WIDTH = 8;
const BAR_HEIGHT = 24;
/** So much of a value fits. */
const SHOWN_LENGTH = 40;

/** A table with a line for each column of what is shown: how many values, which, and how they lie. */
export function makeSummary(names: readonly string[], kinds: readonly ColumnKind[], rows: readonly Row[]): HTMLElement {
  const body = makeElement("tbody");
  const table = makeElement(
    "table",
    { class: "result" },
    makeElement(
      "thead",
      {},
      makeElement("tr", {}, ...words.headings.map((text) => makeElement("th", { scope: "col" }, text))),
    ),
    body,
  );
  void fill(body, names, kinds, rows);
  return makeElement("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": words.columns }, table);
}

/** A line at a time: a column of 100,000 values takes a quarter of a second, in which the page stands still. */
async function fill(
  body: HTMLElement,
  names: readonly string[],
  kinds: readonly ColumnKind[],
  rows: readonly Row[],
): Promise<void> {
  for (const [column, name] of names.entries()) {
    body.append(makeLine(name, summarizeColumn(rows, column, kinds[column]!)));
    await new Promise((resolve) => void setTimeout(resolve));
  }
}

function makeLine(name: string, summary: ColumnSummary): HTMLElement {
  const number = (value: number) => makeElement("td", { class: "number" }, value.toLocaleString("en"));
  const text = (value: string | null) => makeElement("td", {}, shorten(value ?? ""));
  return makeElement(
    "tr",
    {},
    makeElement("th", { scope: "row" }, name),
    number(summary.values),
    number(summary.nulls),
    number(summary.distinct),
    text(summary.least),
    text(summary.greatest),
    makeElement("td", {}, ...(summary.bins === null ? [] : [drawBins(summary.bins)])),
    text(
      summary.most.map(({ value, count }) => `${shorten(value) || '""'} (${count.toLocaleString("en")})`).join(", "),
    ),
  );
}

/** A small histogram. What it says stands in its label. */
function drawBins(bins: readonly number[]): SVGElement {
  const most = Math.max(...bins);
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("viewBox", `0 0 ${bins.length * BAR_WIDTH} ${BAR_HEIGHT}`);
  picture.setAttribute("width", String(bins.length * BAR_WIDTH));
  picture.setAttribute("height", String(BAR_HEIGHT));
  picture.setAttribute("class", "bins");
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", words.bins(bins));
  bins.forEach((count, bin) => {
    const height = count === 0 ? 0 : Math.max(1, (count / most) * BAR_HEIGHT);
    const bar = document.createElementNS(SVG, "rect");
    for (const [name, value] of Object.entries({
      x: bin * BAR_WIDTH,
      y: BAR_HEIGHT - height,
      width: BAR_WIDTH - 1,
      height,
    })) {
      bar.setAttribute(name, String(value));
    }
    picture.append(bar);
  });
  return picture;
}

function shorten(value: string): string {
  return value.length > SHOWN_LENGTH ? `${value.slice(0, SHOWN_LENGTH)}…` : value;
}
