import { createHash } from "node:crypto";
import type { Coding } from "../results/content-codings.ts";
import type { FormatOptions } from "../results/formats.ts";
import type { ResultEnd, ResultHead } from "../results/result.ts";

/** The entity tags of a result in a format: a strong one for each coding (RFC 9110, section 8.8.3.3). */
export type EntityTags = (coding: Coding) => string;

/**
 * Strong validators: the same tag means the same bytes, for a result never changes and its writers do not either.
 * @param variant the format, or what its writer says in its place
 */
export function entityTags(head: ResultHead, end: ResultEnd, variant: string, options: FormatOptions): EntityTags {
  const identity = [
    end.sha256,
    head.number,
    head.title,
    head.startedAt.getTime(),
    variant,
    Object.entries(options).toSorted(),
  ];
  const hash = createHash("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, 32);
  return (coding) => (coding === "identity" ? `"${hash}"` : `"${hash}-${coding}"`);
}

/**
 * The tag of If-None-Match that is one of these: the client has the body already. Compared weakly, as section 13.1.2
 * asks for: proxies that compress a body weaken its tag. `*` is any: the last one, which is the plain body's.
 */
export function knownTag(ifNoneMatch: string | undefined, tags: readonly string[]): string | undefined {
  if (ifNoneMatch === undefined) return undefined;
  const known = new Set(ifNoneMatch.split(",").map((tag) => tag.trim().replace(/^W\//, "")));
  return known.has("*") ? tags.at(-1) : tags.find((tag) => known.has(tag));
}
