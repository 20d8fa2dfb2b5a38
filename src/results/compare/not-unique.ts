/** Rows of a result have the same key, and so cannot be compared by it. */
export class NotUnique extends Error {
  override readonly name = "NotUnique";
  readonly side: "from" | "to";
  readonly values: readonly (string | null)[];
  readonly count: number;

  /**
   * @param side which of the two results it is
   * @param values of the key's columns, in the rows that have the same ones
   * @param count how many rows these are
   */
  constructor(side: "from" | "to", values: readonly (string | null)[], count: number) {
    super(`${count} rows have the same key.`);
    this.side = side;
    this.values = values;
    this.count = count;
  }
}
