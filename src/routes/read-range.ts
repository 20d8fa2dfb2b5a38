/** A part of a body, in bytes, both ends included; or a range that the body does not have. */
export type ByteRange = { first: number; last: number } | "unsatisfiable";

/**
 * The one range that a header asks for (RFC 9110, section 14.2). Null where the whole is to be sent: another unit,
 * something malformed, or several ranges, which would need a body of parts.
 * @param length bytes of the body
 */
export function readRange(range: string, length: number): ByteRange | null {
  const [, list] = /^bytes=(.*)$/i.exec(range.trim()) ?? [];
  const ranges = (list ?? "").split(",").filter((item) => item.trim() !== "");
  const [, from, to] = (ranges.length === 1 && /^(\d*)-(\d*)$/.exec(ranges[0]!.trim())) || [];
  if (from === undefined || to === undefined || (from === "" && to === "")) return null;
  if (from === "") {
    const count = Number(to);
    if (count === 0 || length === 0) return "unsatisfiable";
    return { first: Math.max(0, length - count), last: length - 1 };
  }
  const first = Number(from);
  const last = to === "" ? Infinity : Number(to);
  if (last < first) return null;
  return first >= length ? "unsatisfiable" : { first, last: Math.min(last, length - 1) };
}
