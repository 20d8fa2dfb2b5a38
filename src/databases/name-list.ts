/** Names to be shown before the rest is only counted. */
export const NAMES_SHOWN = 5;

/** Says names: at most five of them, then "and 12 more". */
export function nameList(names: readonly string[], total = names.length): string {
  const shown = names.slice(0, NAMES_SHOWN);
  const more = total - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ");
}
