import { randomInt } from "node:crypto";

const LETTERS = 28;

/** A new identity for URLs: 28 random lowercase letters, 131 bits. */
export function createSlug(): string {
  return String.fromCharCode(...Array.from({ length: LETTERS }, () => 97 + randomInt(26)));
}

/**
 * The identity in a part of a URL: what follows a `-` is for people and ignored (`<slug>-weekly-revenue`). Null if
 * there is none.
 */
export function readSlug(text: string): string | null {
  return /^([a-z]{28})(?:-.*)?$/s.exec(text)?.[1] ?? null;
}

/** As {@link readSlug}, for a page: a dot, which titles never make, is the ending of a format that there is not. */
export function readPageSlug(text: string): string | null {
  return text.includes(".") ? null : readSlug(text);
}

/** The part of a URL that names a clip for people too: its slug and its title. */
export function speakingSlug(slug: string, title: string): string {
  const words = fileName(title);
  return words === "" ? slug : `${slug}-${words}`;
}

/** A title as lowercase ASCII words with hyphens, at most 60 characters; empty if it has none. */
export function fileName(title: string): string {
  return title
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, 60)
    .replace(/-+$/, "");
}
