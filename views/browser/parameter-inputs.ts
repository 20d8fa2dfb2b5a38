import { words } from "../english/browser/parameter-inputs.ts";
import { makeElement } from "./make-element.ts";
import { readParameters } from "./read-parameters.ts";

/** So long after the last key the server is asked. */
const ASK_AFTER_MS = 400;

/** Inputs for the parameters of the SQL that is being written. */
export interface ParameterInputs {
  /** Where they are. */
  place: HTMLElement;
  /** What is written in them, for those parameters that SQL has. */
  values(sql: string): Record<string, string>;
  /** Whether they can be used for SQL; where not, the browser says what is missing. */
  check(sql: string): boolean;
}

/**
 * Makes inputs for the parameters in a text area's SQL, by their types, as the server makes them for a clip's page. They
 * come a moment after a parameter is written, and keep what was put into them while one goes on writing. They belong to a
 * form of their own: they are not saved.
 */
export function createParameterInputs(area: HTMLTextAreaElement, database: HTMLSelectElement): ParameterInputs {
  const form = makeElement("form", { id: "draft-parameters", hidden: true });
  const place = makeElement("div", {
    class: "parameters drafted",
    role: "group",
    "aria-label": words.parameters,
    hidden: true,
  });
  area.form!.after(form);
  /** The names of those that somebody has written into: the others show the SQL's defaults. */
  const touched = new Set<string>();
  let asked = "";
  let shown = "";
  let asking: AbortController | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const show = (html: string): void => {
    if (html === shown) return;
    shown = html;
    const kept = new FormData(form);
    const focused = place.contains(document.activeElement) ? (document.activeElement as Field) : null;
    // Parsed, and never run: scripts of a parsed document are not.
    const nodes = [...new DOMParser().parseFromString(html, "text/html").body.childNodes];
    place.replaceChildren(...nodes);
    place.hidden = nodes.length === 0;
    for (const field of fieldsIn(place)) {
      field.setAttribute("form", form.id);
      if (touched.has(field.name)) putBack(field, kept.getAll(field.name).map(String));
      if (focused?.name === field.name && (field.type !== "checkbox" || field.value === focused.value)) field.focus();
    }
  };
  const ask = async (): Promise<void> => {
    const sql = area.value;
    const key = JSON.stringify([database.value, sql]);
    if (key === asked) return;
    asked = key;
    asking?.abort();
    if (!sql.includes("{{")) return show("");
    asking = new AbortController();
    try {
      const response = await fetch(`/api/databases/${encodeURIComponent(database.value)}/parameters`, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "text/html" },
        body: JSON.stringify({ sql }),
        signal: asking.signal,
      });
      // While one writes, most of what is there is wrong: the inputs stay as they are.
      if (response.ok) show(await response.text());
    } catch {
      // The network is away, or there is newer SQL: the next key asks again.
      if (asked === key) asked = "";
    }
  };
  const askSoon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), ASK_AFTER_MS);
  };

  area.addEventListener("input", askSoon);
  database.addEventListener("change", askSoon);
  place.addEventListener("input", (event) => {
    touched.add((event.target as Field).name);
    // They are no fields of the clip's form.
    event.stopPropagation();
  });
  if (area.value.includes("{{")) askSoon();

  return {
    place,
    values(sql) {
      const names = namesIn(sql);
      return Object.fromEntries(Object.entries(readParameters(form)).filter(([name]) => names.has(name)));
    },
    check(sql) {
      const names = namesIn(sql);
      return fieldsIn(place).every((field) => !names.has(field.name) || field.reportValidity());
    },
  };
}

type Field = HTMLInputElement | HTMLSelectElement;

function fieldsIn(place: HTMLElement): Field[] {
  return [...place.querySelectorAll<Field>("input, select")];
}

/** The names that stand behind {{ in SQL. */
function namesIn(sql: string): Set<string> {
  return new Set([...sql.matchAll(/\{\{\s*([A-Za-z]\w*)/g)].map(([, name]) => name!));
}

/** Puts what was written before into an input that has come in the place of another one. */
function putBack(field: Field, values: readonly string[]): void {
  const [value] = values;
  if (field.type === "checkbox") (field as HTMLInputElement).checked = values.includes(field.value);
  else if (field.type === "hidden" || value === undefined) return;
  else if (field instanceof HTMLInputElement) field.value = value;
  else if ([...field.options].some((option) => option.value === value)) field.value = value;
}
