import { words } from "../english/browser/schema-panel.ts";
import { fetchSchema } from "./fetch-schema.ts";
import { makeElement } from "./make-element.ts";
import { EMPTY_INDEX, quotePath } from "./schema-index.ts";
import { createTableSearch, type FoundTable, type SearchTables } from "./search-tables.ts";

/** So many tables are in the page at once: more of them nobody reads, and a search finds them. */
const SHOWN_TABLES = 50;
/** So few have their columns shown at once. */
const OPEN_TABLES = 3;

/**
 * Makes a list of a database's tables and columns, with a search, in the place that a form has for it. It asks for the
 * schema, which completion uses as well, when somebody opens it.
 * @param options.database the form's choice
 * @param options.insert writes a name, quoted as SQL needs it, where the editor's cursor stands; with `focus`, the editor
 *   has the focus then: who chooses by keys may want to choose more
 */
export function showSchemaPanel(
  place: HTMLElement,
  { database, insert }: { database: HTMLSelectElement; insert: (name: string, focus: boolean) => void },
): void {
  const name = makeElement("span");
  const search = makeElement("input", {
    type: "search",
    "aria-label": words.whatToSearch,
    placeholder: words.searchedIn,
    autocomplete: "off",
    spellcheck: "false",
  });
  const state = makeElement("p", { class: "note", role: "status" });
  const list = makeElement("ul", { class: "names" });
  const details = makeElement("details", {}, makeElement("summary", {}, ...words.tablesOf(name)), search, state, list);
  place.replaceChildren(details);

  let find: SearchTables | null = null;
  let shown: readonly FoundTable[] = [];

  const showFound = (): void => {
    if (find === null) return;
    const { first, count } = find(search.value, SHOWN_TABLES);
    shown = first;
    const few = count <= OPEN_TABLES;
    list.replaceChildren(...first.map((found) => makeEntry(found, few || found.byColumn)));
    state.textContent = stateText(count, first.length, search.value);
  };
  const load = async (): Promise<void> => {
    const wanted = database.value;
    name.textContent = wanted;
    find = null;
    if (!details.open) return;
    state.textContent = words.loading;
    list.replaceChildren();
    const index = await fetchSchema(wanted);
    if (wanted !== database.value) return;
    if (index === EMPTY_INDEX) {
      state.textContent = words.notHad(wanted);
      return;
    }
    find = createTableSearch(index.schemaFacts);
    showFound();
  };
  const write = (path: string, focus: boolean): void => {
    insert(path, focus);
    state.textContent = words.inserted(path);
  };

  details.addEventListener("toggle", () => {
    if (find === null) void load();
  });
  database.addEventListener("change", () => void load());
  search.addEventListener("input", (event) => {
    // It is no field of the form's.
    event.stopPropagation();
    showFound();
  });
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.isComposing) return;
    event.preventDefault();
    const [first] = shown;
    if (first) write(quotePath(first.schema, first.table.name), false);
  });
  list.addEventListener("click", ({ target, detail }) => {
    const button = (target as Element).closest("button");
    if (button === null) return;
    if (button.dataset["insert"] !== undefined) write(button.dataset["insert"], detail > 0);
    else toggle(button);
  });
  details.addEventListener("keydown", (event) => moveByKey(event, search, list));
  void load();
}

function stateText(count: number, shown: number, search: string): string {
  if (count === 0) return search.trim() === "" ? words.noTables : words.nothingFound;
  return words.tables(count, shown);
}

/** The columns of the entries that have been made, until they are shown for the first time. */
const unmade = new WeakMap<Element, FoundTable["table"]["columns"]>();

function makeEntry({ schema, table }: FoundTable, open: boolean): HTMLLIElement {
  const path = quotePath(schema, table.name);
  const columns = makeElement("ul", { hidden: true });
  unmade.set(columns, table.columns);
  const opener = makeElement("button", {
    type: "button",
    class: "opener",
    "aria-expanded": "false",
    "aria-label": words.columnsOf(path),
  });
  const entry = makeElement(
    "li",
    {},
    opener,
    nameButton(path, path, table.comment),
    makeElement("span", { class: "note" }, noteText(table)),
    columns,
  );
  if (open) toggle(opener);
  return entry;
}

/** Most are plain tables: only what is none says so. */
function noteText({ kind, rows }: FoundTable["table"]): string {
  const counted = rows === null ? [] : [words.aboutRows(rows)];
  return [...(kind === "table" && rows !== null ? [] : [kind]), ...counted].join(", ");
}

function nameButton(name: string, written: string, comment: string | null): HTMLButtonElement {
  return makeElement(
    "button",
    { type: "button", class: "name", "data-insert": written, title: comment ?? undefined },
    name,
  );
}

/** Opens or closes a table's columns, which are made when they are first seen. */
function toggle(opener: HTMLButtonElement): void {
  const columns = opener.parentElement!.querySelector("ul")!;
  const made = unmade.get(columns);
  if (made !== undefined) {
    unmade.delete(columns);
    columns.append(
      ...made.map(({ name, type, nullable, comment }) =>
        makeElement(
          "li",
          {},
          nameButton(name, quotePath(undefined, name), comment),
          makeElement("span", { class: "note" }, words.column(type, nullable)),
        ),
      ),
    );
  }
  columns.hidden = !columns.hidden;
  opener.setAttribute("aria-expanded", String(!columns.hidden));
}

/** Up and down go through the names that are shown; right opens a table's columns, left closes them. */
function moveByKey(event: KeyboardEvent, search: HTMLInputElement, list: HTMLElement): void {
  const { key, target } = event;
  if (key === "ArrowDown" || key === "ArrowUp") {
    const names = [...list.querySelectorAll<HTMLButtonElement>("button.name")].filter(
      (name) => !name.closest("[hidden]"),
    );
    const stops: HTMLElement[] = [search, ...names];
    const from = (target as Element).closest("li")?.querySelector<HTMLButtonElement>("button.name") ?? search;
    const at = stops.indexOf(target instanceof HTMLButtonElement && stops.includes(target) ? target : from);
    stops[at + (key === "ArrowDown" ? 1 : -1)]?.focus();
    event.preventDefault();
  } else if ((key === "ArrowRight" || key === "ArrowLeft") && target instanceof HTMLButtonElement) {
    const opener = target.closest("ul.names > li")?.querySelector<HTMLButtonElement>(".opener");
    if (!opener) return;
    const isOpen = opener.getAttribute("aria-expanded") === "true";
    if (isOpen !== (key === "ArrowRight")) toggle(opener);
    if (key === "ArrowLeft") opener.parentElement!.querySelector<HTMLButtonElement>("button.name")!.focus();
    event.preventDefault();
  }
}
