import { AppError } from "../errors.ts";

/** The schema on the primary in which materialized clips are. */
export const VIEWS_SCHEMA = "dataclips";

/** What a view is called until it is complete; nobody else sees it by this name. */
const UNFINISHED = "_materializing_";
/** PostgreSQL cuts longer identifiers off (NAMEDATALEN - 1); here a character is a byte. */
const LONGEST_NAME = 63;

/** A title as the name of a view: lowercase ASCII letters, digits and underscores. */
export function viewNameOf(title: string, clipId: number): string {
  const words = title
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");
  if (words === "") return `clip_${clipId}`;
  return (/^[0-9]/.test(words) ? `clip_${words}` : words).slice(0, LONGEST_NAME);
}

/** @throws AppError invalid_request for a name that would have to be quoted, or is kept for views that are being made */
export function checkViewName(name: string): string {
  if (/^[a-z_][a-z0-9_]{0,62}$/.test(name) && !name.startsWith(UNFINISHED)) return name;
  throw new AppError("invalid_request", `A materialized clip cannot be named ${JSON.stringify(name)}.`, {
    hint:
      "A name is a lowercase letter or an underscore, then up to 62 of a-z, 0-9 and _, so that it is written without " +
      `quotes in SQL: ${VIEWS_SCHEMA}.weekly_revenue. Names that begin with ${UNFINISHED} are kept.`,
  });
}

/** The name under which a clip's new content is made. */
export function unfinishedName(slug: string): string {
  return `${UNFINISHED}${slug}`;
}

/** A view's name as it is written in SQL; the name has passed {@link checkViewName}, or is of {@link unfinishedName}. */
export function qualifiedName(name: string): string {
  return `${VIEWS_SCHEMA}."${name}"`;
}
