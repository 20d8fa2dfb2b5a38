/** A number as JSON writes it: nothing of it is lost. */
interface NumberText {
  digits: string;
}

/** JSON.parse, but numbers stay the text that they are. */
export function parseJson(text: string): unknown {
  const keepDigits = (_key: string, value: unknown, context: { source: string }): unknown =>
    typeof value === "number" ? ({ digits: context.source } satisfies NumberText) : value;
  // The third argument is newer than TypeScript's declarations.
  return JSON.parse(text, keepDigits as (key: string, value: unknown) => unknown);
}

/** The same, with each number in one canonical form: 1e2, 100 and 100.00 are the same. */
export function parseJsonValues(text: string): unknown {
  const canonical = (_key: string, value: unknown, context: { source: string }): unknown =>
    typeof value === "number" ? { number: canonicalNumber(context.source) } : value;
  return JSON.parse(text, canonical as (key: string, value: unknown) => unknown);
}

function canonicalNumber(text: string): string {
  const { groups } = /^(?<sign>-?)(?<whole>\d+)(?:\.(?<part>\d+))?(?:[eE](?<exponent>[+-]?\d+))?$/.exec(text)!;
  const { sign, whole, part = "", exponent = "0" } = groups!;
  const digits = `${whole}${part}`.replace(/^0+/, "");
  const short = digits.replace(/0+$/, "");
  if (short === "") return "0";
  return `${sign}${short}e${Number(exponent) - part.length + digits.length - short.length}`;
}
