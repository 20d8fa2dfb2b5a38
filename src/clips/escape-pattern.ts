/** A text as a part of an SQL LIKE pattern that stands for itself. */
export function escapePattern(text: string): string {
  return text.replace(/[\\%_]/g, (special) => `\\${special}`);
}
