/** How a body may be compressed on its way (RFC 9110, section 8.4.1), the best first. */
export const CONTENT_CODINGS = ["zstd", "br", "gzip"] as const;
export type ContentCoding = (typeof CONTENT_CODINGS)[number];
/** A representation of a result: plain, or compressed. */
export type Coding = ContentCoding | "identity";

/** A quality value: 0 to 1, three digits at most (RFC 9110, section 12.4.2). */
const QUALITY = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/i;

/**
 * The codings that a client takes, the one that it likes best first; of those that it likes alike, the smallest body
 * first. Never empty: what is left of a header that refuses everything, or means nothing, is the plain body.
 * @param acceptEncoding the header Accept-Encoding (RFC 9110, section 12.5.3); without it only the plain body will do
 * @param available the codings that this runtime has
 */
export function acceptedCodings(
  acceptEncoding: string | undefined,
  available: readonly ContentCoding[],
): [Coding, ...Coding[]] {
  if (acceptEncoding === undefined) return ["identity"];
  const qualities = new Map<string, number>();
  for (const item of acceptEncoding.toLowerCase().split(",")) {
    const [name = "", weight] = item.split(";").map((part) => part.trim());
    const [, quality] = weight === undefined ? [undefined, "1"] : (QUALITY.exec(weight) ?? []);
    if (name !== "" && quality !== undefined) qualities.set(name === "x-gzip" ? "gzip" : name, Number(quality));
  }
  const rest = qualities.get("*");
  const known = available.map((coding): [Coding, number] => [coding, qualities.get(coding) ?? rest ?? 0]);
  // Not named, the plain body is taken, but liked less than what is named; `*;q=0` refuses it.
  const plain = qualities.get("identity") ?? (rest === 0 ? 0 : Number.MIN_VALUE);
  const accepted = [...known, ["identity", plain] as [Coding, number]]
    .filter(([, quality]) => quality > 0)
    .toSorted(([, left], [, right]) => right - left)
    .map(([coding]) => coding);
  return accepted.length === 0 ? ["identity"] : (accepted as [Coding, ...Coding[]]);
}
