import { AUDIT_ACTIONS } from "../people/audit-actions.ts";
import type { EventFilter } from "../people/list-events.ts";
import { readSlug } from "../clips/slug.ts";
import { AppError } from "../errors.ts";
import { readTime } from "./read-time.ts";

/** What an address of the audit asks for, as it was written; empty where nothing is said. */
export const AUDIT_FILTERS = ["action", "person", "clip", "q", "from", "to"] as const;
export type AuditForm = Readonly<Record<(typeof AUDIT_FILTERS)[number], string>>;

/** An address of the audit, checked. */
export interface AuditQuery {
  filter: EventFilter;
  /** Only events with a smaller id: the next page. */
  before: number | null;
}

/** No filter is as long. */
const LONGEST = 200;
const DAY = /^\d{4}-\d\d-\d\d$/;

/**
 * Reads an address such as `?action=clip.run&person=ada&clip=<slug>&q=orders&from=2026-11-01&to=2026-11-30`. Names that
 * begin with `_` or `utm_` are left out; what is empty is as if it were not there.
 * @param paged whether there may be a `before`
 * @throws AppError invalid_request: a filter that is not understood must not be passed over, for then all would match
 */
export function readAuditQuery(url: string, { paged }: { paged: boolean }): AuditQuery & { form: AuditForm } {
  const given = new Map<string, string>();
  for (const [name, value] of new URL(url).searchParams) {
    if (name.startsWith("_") || name.startsWith("utm_")) continue;
    if (!isFilter(name) && !(paged && name === "before")) throw unknownName(name, paged);
    if (given.has(name)) throw new AppError("invalid_request", `${name} is given twice in the address.`);
    given.set(name, checkText(name, value.trim()));
  }
  const read = <Value>(name: string, parse: (text: string) => Value): Value | null => {
    const text = given.get(name) ?? "";
    return text === "" ? null : parse(text);
  };
  return {
    filter: {
      action: read("action", readAction),
      person: read("person", (text) => text),
      clip: read("clip", readClip),
      text: read("q", (text) => text),
      from: read("from", (text) => readTime("from", DAY.test(text) ? `${text}T00:00Z` : text)),
      to: read("to", (text) => readTime("to", text)),
    },
    before: read("before", readId),
    form: Object.fromEntries(AUDIT_FILTERS.map((name) => [name, given.get(name) ?? ""])) as AuditForm,
  };
}

function isFilter(name: string): boolean {
  return AUDIT_FILTERS.some((filter) => filter === name);
}

function checkText(name: string, value: string): string {
  if (value.length <= LONGEST && value.isWellFormed() && !value.includes("\0")) return value;
  throw new AppError("invalid_request", `${name} is too long, or not text.`, {
    hint: `It may have ${LONGEST} characters.`,
  });
}

function readAction(text: string): string {
  if (Object.hasOwn(AUDIT_ACTIONS, text)) return text;
  throw new AppError("invalid_request", `There is no action ${JSON.stringify(text)} in the audit.`, {
    hint: `There are: ${Object.keys(AUDIT_ACTIONS).join(", ")}.`,
  });
}

/** A slug, or a clip's address as somebody copied it. */
function readClip(text: string): string {
  const slug = readSlug(text.replace(/[?#].*$/s, "").replace(/^.*\//s, ""));
  if (slug !== null) return slug;
  throw new AppError("invalid_request", `${JSON.stringify(text)} is no clip's address.`, {
    hint: "A clip's address has 28 letters, such as /clips/<slug>.",
  });
}

function readId(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new AppError("invalid_request", `before must be the id of an event, not ${JSON.stringify(text)}.`);
}

function unknownName(name: string, paged: boolean): AppError {
  return new AppError("invalid_request", `The audit has no filter ${JSON.stringify(name.slice(0, 40))}.`, {
    hint: `It has ${AUDIT_FILTERS.join(", ")}${paged ? ", and before for the next page" : ""}.`,
  });
}
