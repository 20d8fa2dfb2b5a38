import { FOLDED_LENGTH, isAddress, isLong } from "../cell-rules.ts";
import { makeElement } from "./make-element.ts";
import type { ColumnKind } from "./order-rows.ts";

/** A value's cell, as views/result-table.tsx makes it; what is long opens by itself, so that all rows have one height. */
export function makeCell(value: string | null, kind: ColumnKind, open: (value: string) => void): HTMLTableCellElement {
  const cell = makeElement("td", { class: kind === "number" ? "number" : undefined });
  if (value === null) cell.append(makeElement("span", { class: "null" }, "NULL"));
  else if (isLong(value)) {
    const button = makeElement("button", { type: "button", class: "plain long" }, `${value.slice(0, FOLDED_LENGTH)}…`);
    button.addEventListener("click", () => open(value));
    cell.append(button);
  } else if (isAddress(value)) {
    cell.append(makeElement("a", { href: value, target: "_blank", rel: "noopener noreferrer nofollow" }, value));
  } else cell.append(value);
  return cell;
}
