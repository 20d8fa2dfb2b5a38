/** A pg_lsn such as `16/B374D848` as a number of bytes: two halves of 32 bits, in hex. */
export function lsnPosition(lsn: string): number {
  const [high = "0", low = "0"] = lsn.split("/");
  return Number.parseInt(high, 16) * 2 ** 32 + Number.parseInt(low, 16);
}
