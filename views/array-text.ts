/**
 * A one-dimensional array in PostgreSQL's text form (its documentation, 8.15.6), each element in quotes: whatever is in
 * it, it is one element, and not NULL.
 */
export function arrayText(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replaceAll(/["\\]/g, "\\$&")}"`).join(",")}}`;
}

/** The elements of a one-dimensional array in PostgreSQL's text form; null for any other text, and for one with NULLs. */
export function readArrayText(text: string): string[] | null {
  const inside = /^\s*\{\s*(.*?)\s*\}\s*$/s.exec(text)?.[1];
  if (inside === undefined) return null;
  if (inside === "") return [];
  const element = /\s*(?:"((?:[^"\\]|\\.)*)"|((?:[^"\\{},]|\\.)+?))\s*(?:,|$)/suy;
  const values: string[] = [];
  let end = 0;
  while (end < inside.length) {
    const found = element.exec(inside);
    if (found === null || (found[1] === undefined && /^null$/i.test(found[2]!))) return null;
    values.push((found[1] ?? found[2]!).replaceAll(/\\(.)/gsu, "$1"));
    end = element.lastIndex;
  }
  return inside.trimEnd().endsWith(",") ? null : values;
}

/** How the field of an array's elements is named: `status[]`. No parameter has such a name. */
const OF_ELEMENTS = /^(.+)\[\]$/s;

/**
 * A form's fields, in which those of an array's elements are one: `status[]=a&status[]=b` is `status={"a","b"}`. An
 * empty one is no element: it says that none was chosen.
 */
export function joinElements(fields: Iterable<readonly [name: string, value: string]>): [string, string][] {
  const joined: [string, string][] = [];
  const elements = new Map<string, string[]>();
  for (const [name, value] of fields) {
    const array = OF_ELEMENTS.exec(name)?.[1];
    if (array === undefined) joined.push([name, value]);
    else elements.set(array, [...(elements.get(array) ?? []), ...(value === "" ? [] : [value])]);
  }
  return [...joined, ...[...elements].map(([name, values]): [string, string] => [name, arrayText(values)])];
}
