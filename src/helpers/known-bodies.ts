import bodies from "../../sql/plv8/bodies.json" with { type: "json" };

const KNOWN: ReadonlyMap<string, string> = new Map(Object.entries(bodies));

/** Whether this is the SHA-256, in hexadecimal, of the body of a helper of this release or of an earlier one. */
export function isKnownBody(sha256Hex: string): boolean {
  return KNOWN.has(sha256Hex);
}
