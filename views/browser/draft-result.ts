import { words } from "../english/browser/draft-result.ts";
import { makeCell } from "./make-cell.ts";
import { makeElement } from "./make-element.ts";
import type { ColumnKind } from "./order-rows.ts";
import { createResultView } from "./result-view.ts";

/** What SQL that is not saved has given: see src/routes/api-queries.ts. */
export interface DraftResult {
  columns: { name: string; type: string; kind: ColumnKind }[];
  rows: (string | null)[][];
  row_count: number;
  truncated: boolean;
  duration_ms: number;
  follower: string;
}

/** Rows by which the columns get their widths. */
const MEASURED_ROWS = 100;

/**
 * Shows a result as a clip's page does (see views/result-table.tsx), with all the tools over the rows that came.
 * @param options.isPart whether it is of a part of what is written
 * @param options.signal aborted when it is taken away again
 */
export function makeDraftResult(
  place: HTMLElement,
  { columns, rows, row_count, truncated, duration_ms, follower }: DraftResult,
  { isPart, signal }: { isPart: boolean; signal: AbortSignal },
): void {
  const facts = words.facts({ rows: row_count, isCut: truncated, ms: duration_ms, follower, isPart });
  place.append(makeElement("p", { class: "facts", role: "status" }, facts));
  const heads = columns.map(({ name, type, kind }) =>
    makeElement(
      "th",
      { scope: "col", class: classOf(kind), title: type, "data-name": name, "data-kind": kind },
      name,
      makeElement("small", {}, type),
    ),
  );
  const body = rows
    .slice(0, MEASURED_ROWS)
    .map((row) =>
      makeElement("tr", {}, ...row.map((value, column) => makeCell(value, columns[column]!.kind, () => {}))),
    );
  const table = makeElement(
    "table",
    { class: "result rows" },
    makeElement("thead", {}, makeElement("tr", {}, ...heads)),
    makeElement("tbody", {}, ...body),
  );
  const box = makeElement("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": words.result }, table);
  if (rows.length === 0) box.append(makeElement("p", { class: "note none" }, words.noRows));
  const tools = makeElement("div", { class: "tools" });
  const frame = makeElement("div", { class: "result-view", "data-rows": rows.length }, tools, box);
  place.append(frame);
  // Widths are those of what is in the page.
  createResultView(frame, { rows, signal });
}

function classOf(kind: ColumnKind): string | undefined {
  return kind === "number" ? "number" : undefined;
}
