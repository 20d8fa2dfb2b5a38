/**
 * What an error of PostgreSQL's means while a table is compared.
 * - `unreadable`: the server cannot read what it has stored: corrupted pages, values, indexes, missing files
 * - `too_long`: the statement timeout
 * - `refused`: a privilege, or row-level security
 * - `changed`: the table is not there any more, or has other columns
 */
export type ReadErrorKind = "unreadable" | "too_long" | "refused" | "changed" | "other";

const KINDS: readonly (readonly [RegExp, ReadErrorKind])[] = [
  // Classes "internal error" (invalid page, missing chunk) and "system error" (cannot read a file, has no such file).
  [/^(XX|58)/, "unreadable"],
  [/^57014$/, "too_long"],
  [/^42501$/, "refused"],
  [/^42/, "changed"],
];

export function readErrorKind(error: unknown): ReadErrorKind {
  const { code } = error as { code?: unknown };
  if (typeof code !== "string") return "other";
  return KINDS.find(([pattern]) => pattern.test(code))?.[1] ?? "other";
}
