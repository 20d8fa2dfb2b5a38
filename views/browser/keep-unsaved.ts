import { words } from "../english/browser/keep-unsaved.ts";

/** A form's fields by their names. */
type Fields = Record<string, string>;

/** What is kept of a form: its fields, and the name under which the server says that it has saved them. */
interface Kept {
  fields: Fields;
  draft: string;
}

/**
 * Keeps what is written in a form in this tab's session storage, under the form's address, until the server has saved
 * it: through a reload, a lost connection, or a sign-in that has ended. What is found is put back, with a line that says
 * so and a button that discards it.
 * @param options.onChange called after fields were changed here
 */
export function keepUnsaved(form: HTMLFormElement, { onChange }: { onChange: () => void }): void {
  const key = `unsaved ${new URL(form.action).pathname}`;
  const served = readFields(form);
  const kept = takeKept(key);
  let draft = newDraft();
  const field = Object.assign(document.createElement("input"), { type: "hidden", name: "draft" });
  form.append(field);

  const keep = (): void => {
    const fields = readFields(form);
    if (isSame(fields, served) && !form.dataset["unsaved"]) sessionStorage.removeItem(key);
    else store(key, { fields, draft });
  };
  const forget = (): void => sessionStorage.removeItem(key);

  if (form.dataset["unsaved"] !== undefined) {
    // The server has sent back what it could not save, which is what was kept.
    draft = kept?.draft ?? draft;
    field.value = draft;
    keep();
  } else if (kept && !isSame(kept.fields, served)) {
    draft = kept.draft;
    writeFields(form, kept.fields);
    onChange();
    form.prepend(
      restoredNote(() => {
        writeFields(form, served);
        forget();
        onChange();
      }),
    );
  } else forget();
  field.value = draft;
  // Gone back to, after it was saved: what is written now is another draft.
  window.addEventListener("pageshow", ({ persisted }) => {
    if (persisted) field.value = draft = newDraft();
  });

  let pending: ReturnType<typeof setTimeout> | undefined;
  const flush = (): void => {
    if (pending === undefined) return;
    clearTimeout(pending);
    pending = undefined;
    keep();
  };
  form.addEventListener("input", () => {
    pending ??= setTimeout(flush, KEEP_AFTER_MS);
  });
  form.addEventListener("submit", flush);
  window.addEventListener("pagehide", flush);
  form.querySelector("a[data-cancel]")?.addEventListener("click", () => {
    clearTimeout(pending);
    pending = undefined;
    forget();
  });
}

/** A moment after the first key of several: a query may have 100,000 bytes. */
const KEEP_AFTER_MS = 300;
/** The server's cookie that says which draft it has saved; see src/routes/clip-pages.ts. */
const SAVED_COOKIE = "saved-";

function newDraft(): string {
  return crypto.getRandomValues(new Uint32Array(2)).join("-");
}

/** What was kept, unless the server has saved it since. */
function takeKept(key: string): Kept | null {
  const text = sessionStorage.getItem(key);
  if (text === null) return null;
  const kept = JSON.parse(text) as Kept;
  const cookie = `${SAVED_COOKIE}${kept.draft}`;
  if (!document.cookie.split("; ").includes(`${cookie}=1`)) return kept;
  document.cookie = `${cookie}=; path=/clips; max-age=0`;
  sessionStorage.removeItem(key);
  return null;
}

function store(key: string, kept: Kept): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(kept));
  } catch {
    // Full, or switched off: the form works as it does without a script.
  }
}

function readFields(form: HTMLFormElement): Fields {
  const fields: Fields = {};
  for (const [name, value] of new FormData(form)) {
    if (name !== "draft") fields[name] = String(value).replaceAll("\r\n", "\n");
  }
  return fields;
}

/** The version and the base too: what was written over older ones is still a conflict. */
function writeFields(form: HTMLFormElement, fields: Fields): void {
  for (const [name, value] of Object.entries(fields)) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) field.value = value;
    if (field instanceof HTMLSelectElement && [...field.options].some((option) => option.value === value)) {
      field.value = value;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
}

function isSame(left: Fields, right: Fields): boolean {
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names].every(
    (name) => name === "version" || name === "base" || (left[name] ?? "").trim() === (right[name] ?? "").trim(),
  );
}

function restoredNote(discard: () => void): HTMLElement {
  const note = Object.assign(document.createElement("p"), { className: "restored" });
  note.setAttribute("role", "status");
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: words.discard });
  button.className = "plain";
  button.addEventListener("click", () => {
    discard();
    note.remove();
  });
  note.append(`${words.restored} `, button);
  return note;
}
