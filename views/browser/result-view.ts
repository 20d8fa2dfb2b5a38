import { words } from "../english/browser/result-view.ts";
import { COPY_FORMATS, type CopyFormat } from "./copy-rows.ts";
import { copyText } from "./copy-text.ts";
import { loadRows, MOST_ROWS } from "./load-rows.ts";
import { makeCell } from "./make-cell.ts";
import { makeElement } from "./make-element.ts";
import { openValue } from "./open-value.ts";
import { type ColumnKind, orderRows, type RowOrder } from "./order-rows.ts";
import type { Row } from "./read-csv.ts";
import { createRowWindow, type RowWindow } from "./row-window.ts";
import { makeSummary } from "./show-summary.ts";

interface GivenRows {
  /** All rows, where the page has them already. */
  rows?: readonly Row[];
  /** Aborted when the table is taken out of the page. */
  signal?: AbortSignal;
}

/**
 * Makes a page's table of a result's first rows one of all its rows: see ResultTable in views/result-table.tsx. The
 * others are fetched when somebody scrolls towards them, or asks something of all.
 */
export function createResultView(frame: HTMLElement, given: GivenRows = {}): void {
  const box = frame.querySelector<HTMLElement>(".scroll")!;
  const table = box.querySelector("table")!;
  const heads = [...table.tHead!.rows[0]!.cells];
  const names = heads.map((head) => head.dataset["name"]!);
  const kinds = heads.map((head) => head.dataset["kind"] as ColumnKind);
  const { source } = frame.dataset;

  let rows: readonly Row[] = given.rows ?? readShown(table);
  /** How many there are, as far as is known. */
  let total = Number(frame.dataset["rows"]);
  let loading: Promise<void> | null = rows.length < total && source !== undefined ? null : Promise.resolve();
  let isLoaded = loading !== null;
  let order: RowOrder | null = null;
  let filter = "";
  /** The rows that are shown, by their numbers; null: all, as they came. */
  let shown: readonly number[] | null = null;

  const status = makeElement("output", { class: "note" });
  const say = (text = ""): void => {
    const counted = shown !== null && filter !== "" ? words.rowsOf(shown.length, rows.length) : "";
    status.textContent = text || counted;
  };

  const makeRow = (place: number): HTMLTableRowElement => {
    const row = rows[shown?.[place] ?? place];
    const cells = row?.map((value, column) =>
      makeCell(value, kinds[column]!, (whole) => openValue(names[column]!, whole)),
    );
    return makeElement("tr", {}, ...(cells ?? [makeElement("td", { colspan: names.length, class: "awaited" }, "…")]));
  };
  const window = createRowWindow(box, table, makeRow, (last) => {
    if (last > rows.length) void load();
  });

  const apply = (): void => {
    shown = order === null && filter === "" ? null : orderRows(rows, kinds, { order, filter });
    window.show(shown?.length ?? total);
    say();
  };

  /** Fetches all rows, once; a failure is said, and the next who asks tries again. */
  const load = (): Promise<void> => {
    loading ??= (async () => {
      try {
        rows = await loadRows(source!, (some) => {
          say(words.loading(some.length));
          if (some.length > rows.length) rows = some;
        });
        const isCut = rows.length < total && rows.length >= MOST_ROWS;
        total = rows.length;
        isLoaded = true;
        apply();
        if (isCut) say(words.firstLoaded(total));
      } catch (error) {
        loading = null;
        say(words.notLoaded((error as Error).message));
        throw error;
      }
    })();
    // Said above; who waits for it hears of it too.
    loading.catch(() => {});
    return loading;
  };
  const withAll = async (act: () => void): Promise<void> => {
    if (!isLoaded) {
      try {
        await load();
      } catch {
        return;
      }
    }
    act();
  };

  keepWidths(table, heads);
  heads.forEach((head, column) =>
    makeSortable(head, () =>
      withAll(() => {
        order = nextOrder(order, column);
        for (const [index, each] of heads.entries()) {
          if (index === order?.column) each.setAttribute("aria-sort", order.descending ? "descending" : "ascending");
          else each.removeAttribute("aria-sort");
        }
        box.scrollTop = 0;
        apply();
      }),
    ),
  );

  const search = makeElement("input", {
    type: "search",
    placeholder: words.filter,
    "aria-label": words.filter,
  });
  search.addEventListener("input", () => {
    void withAll(() => {
      filter = search.value.trim();
      box.scrollTop = 0;
      apply();
    });
  });
  const chosen = (): readonly Row[] => shown?.map((index) => rows[index]!) ?? rows;
  const copies = (Object.keys(COPY_FORMATS) as CopyFormat[]).map((format) => {
    const button = makeElement("button", { type: "button" }, format);
    button.addEventListener("click", () => {
      void withAll(async () => {
        const copied = chosen();
        const done = await copyText(COPY_FORMATS[format]({ names, kinds, rows: copied }));
        say(done ? words.copied(copied.length, format) : words.notLetCopy);
      });
    });
    return button;
  });
  const summary = makeElement("div", { class: "summary", hidden: true });
  const toggle = makeElement("button", { type: "button", "aria-expanded": "false" }, words.columns);
  toggle.addEventListener("click", () => {
    void withAll(() => {
      summary.hidden = !summary.hidden;
      toggle.setAttribute("aria-expanded", String(!summary.hidden));
      summary.replaceChildren(...(summary.hidden ? [] : [makeSummary(names, kinds, chosen())]));
    });
  });
  frame
    .querySelector(".tools")!
    .replaceChildren(
      search,
      toggle,
      makeElement(
        "span",
        { class: "copies", role: "group", "aria-label": words.copyAs },
        `${words.copyAs} `,
        ...copies,
      ),
      status,
    );
  box.before(summary);
  showOnPaper(box, {
    window,
    count: () => shown?.length ?? rows.length,
    total: () => shown?.length ?? total,
    signal: given.signal,
  });
  // What the page said without this script.
  document.querySelector(".shown")?.remove();
  apply();
}

/** A browser asks nobody how long it takes to print: 2,000 rows are 40 pages. */
const MOST_PRINTED = 2000;

/** While a page is printed, its table has the rows that are loaded, and says how many there are besides. */
function showOnPaper(
  box: HTMLElement,
  options: { window: RowWindow; count: () => number; total: () => number; signal: AbortSignal | undefined },
): void {
  const { window, count, total, signal } = options;
  const until = signal === undefined ? {} : { signal };
  const note = makeElement("p", { class: "printed note" });
  box.after(note);
  addEventListener(
    "beforeprint",
    () => {
      const printed = Math.min(count(), MOST_PRINTED);
      window.unroll(printed);
      note.textContent = printed < total() ? words.firstPrinted(printed, total()) : "";
    },
    until,
  );
  addEventListener("afterprint", () => window.unroll(0), until);
}

/** The rows that the page came with. */
function readShown(table: HTMLTableElement): Row[] {
  return [...table.tBodies[0]!.rows].map((row) =>
    [...row.cells].map((cell) =>
      cell.querySelector(".null") ? null : (cell.querySelector(".whole") ?? cell).textContent,
    ),
  );
}

/** From now on columns are as wide as they are: other rows would make them others. */
function keepWidths(table: HTMLTableElement, heads: readonly HTMLTableCellElement[]): void {
  const widths = heads.map((head) => head.getBoundingClientRect().width);
  heads.forEach((head, column) => (head.style.width = `${widths[column]}px`));
  table.style.width = `${widths.reduce((sum, width) => sum + width, 0)}px`;
  table.classList.add("kept");
}

/** A click on a column's head orders by it: upwards, downwards, as it came. */
function nextOrder(order: RowOrder | null, column: number): RowOrder | null {
  if (order?.column !== column) return { column, descending: false };
  return order.descending ? null : { column, descending: true };
}

function makeSortable(head: HTMLTableCellElement, sort: () => void): void {
  const button = makeElement("button", { type: "button", class: "sort" }, ...head.childNodes);
  button.addEventListener("click", sort);
  head.replaceChildren(button);
}
