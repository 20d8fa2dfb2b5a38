/** So much of a long value is shown before it is opened. */
export const FOLDED_LENGTH = 80;

/** Whether a value is folded: it is long, or has lines. */
export function isLong(value: string): boolean {
  return value.length > FOLDED_LENGTH || value.includes("\n");
}

/** Whether a value is a web address that a link can lead to. Never one of another scheme: javascript: is one. */
export function isAddress(value: string): boolean {
  return /^https?:\/\/[^\s"'<>]+$/.test(value) && URL.canParse(value);
}
