/** So many rows are there above and below what is seen, so that scrolling shows no gaps. */
const SPARE_ROWS = 15;

/** The part of a table's rows that is in sight: the others are only room. */
export interface RowWindow {
  /** Shows so many rows, made anew. */
  show(count: number): void;
  /** Shows the first rows, so many, for paper, where nothing scrolls; 0: those in sight again. */
  unroll(count: number): void;
}

/**
 * Keeps only those rows of a table that one sees in a scrolling box. All rows have one height.
 * @param makeRow makes the row that stands at a place, from 0
 * @param onScroll is told the last row that is in sight
 */
export function createRowWindow(
  box: HTMLElement,
  table: HTMLTableElement,
  makeRow: (place: number) => HTMLTableRowElement,
  onScroll: (last: number) => void,
): RowWindow {
  const body = table.tBodies[0]!;
  const rows = new Map<number, HTMLTableRowElement>();
  let count = 0;
  let height = 0;
  let isAsked = false;
  let unrolled = 0;

  const draw = (): void => {
    isAsked = false;
    const seen = box.clientHeight || 600;
    const top = unrolled > 0 ? 0 : box.scrollTop;
    const first = Math.max(0, Math.floor(top / height) - SPARE_ROWS);
    const end = Math.min(count, unrolled || Math.ceil((top + seen) / height) + SPARE_ROWS);
    for (const [place, row] of rows) {
      if (place >= first && place < end) continue;
      row.remove();
      rows.delete(place);
    }
    let before: HTMLTableRowElement | null = null;
    for (let place = first; place < end; place++) {
      const known = rows.get(place);
      const row = known ?? makeRow(place);
      if (known === undefined) {
        rows.set(place, row);
        row.setAttribute("aria-rowindex", String(place + 2));
        if (before === null) body.prepend(row);
        else before.after(row);
      }
      before = row;
    }
    // Not rows that take the room: readers, styles and tests count rows.
    table.style.marginTop = `${first * height}px`;
    table.style.marginBottom = `${Math.max(0, count - end) * height}px`;
    onScroll(end);
  };

  box.addEventListener(
    "scroll",
    () => {
      if (isAsked) return;
      isAsked = true;
      requestAnimationFrame(draw);
    },
    { passive: true },
  );

  return {
    show(shown) {
      height ||= body.rows[0]?.getBoundingClientRect().height || 30;
      count = shown;
      table.setAttribute("aria-rowcount", String(count + 1));
      const top = box.scrollTop;
      // Room for all, so that the box stays where it is while the rows are made anew.
      table.style.marginBottom = `${count * height}px`;
      rows.clear();
      body.replaceChildren();
      box.scrollTop = top;
      draw();
    },
    unroll(shown) {
      unrolled = shown;
      draw();
    },
  };
}
