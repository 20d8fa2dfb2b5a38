import type { Context } from "hono";
import { AppError } from "../errors.ts";
import { knownTag } from "./entity-tags.ts";

/** By what a client may tell whether it has a response already. */
export interface Validators {
  /** Those of the codings that the client accepts, the best first; the last one is the plain body's. Empty: not known yet. */
  tags: readonly string[];
  /** Null: its address has no such time. */
  modifiedAt: Date | null;
  /** Whether no other response of the address has the same time, which is in whole seconds. */
  isOnly?: () => Promise<boolean>;
}

/**
 * Looks at the conditions of a request for something, in the order of RFC 9110, section 13.2.2.
 * @returns the tag of what the client has already (304); undefined where it is to be sent
 * @throws AppError precondition_failed
 */
export async function checkConditions(
  c: Pick<Context, "req">,
  { tags, modifiedAt, isOnly = async () => true }: Validators,
): Promise<string | undefined> {
  const ifMatch = c.req.header("If-Match");
  // What begins while the client asks has not been the same before.
  const seconds = Math.floor((modifiedAt?.getTime() ?? 0) / 1000);
  /** Whether it is as it was at a time; undefined for what is no time. */
  const isAsOf = async (field: string | undefined): Promise<boolean | undefined> => {
    const time = field === undefined || modifiedAt === null ? null : readHttpDate(field);
    if (time === null) return undefined;
    return seconds < time || (seconds === time && (await isOnly()));
  };
  if (ifMatch === undefined) {
    if ((await isAsOf(c.req.header("If-Unmodified-Since"))) === false) throw changed("If-Unmodified-Since");
  } else if (ifMatch.trim() !== "*" && !matches(ifMatch, tags)) {
    throw changed("If-Match");
  }
  const ifNoneMatch = c.req.header("If-None-Match");
  if (ifNoneMatch !== undefined) return knownTag(ifNoneMatch, tags);
  return (await isAsOf(c.req.header("If-Modified-Since"))) === true ? tags[0] : undefined;
}

/** Compared strongly, as section 13.1.1 asks for: a weakened tag is none of ours. */
function matches(ifMatch: string, tags: readonly string[]): boolean {
  return ifMatch.split(",").some((tag) => tags.includes(tag.trim()));
}

/** Section 5.6.7: the fixed form, and the two that are obsolete and still have to be understood. */
const HTTP_DATE =
  /^(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT|[A-Z][a-z]+day, \d\d-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4})$/;

/** A time of HTTP in seconds since 1970; null for what is none. */
function readHttpDate(text: string): number | null {
  const trimmed = text.trim();
  if (!HTTP_DATE.test(trimmed)) return null;
  const ms = Date.parse(trimmed.endsWith("GMT") ? trimmed : `${trimmed} GMT`);
  return Number.isNaN(ms) ? null : ms / 1000;
}

function changed(field: string): AppError {
  return new AppError("precondition_failed", `The result is another one than ${field} asks for.`, {
    hint: "Ask for it without that condition.",
  });
}
