/** Something that an inspection found. `error`: the role can write or get out of the database. */
export interface Finding {
  /** Names the check, such as `write_table`. */
  id: string;
  severity: "error" | "warning" | "info";
  /** A sentence: what it is. */
  message: string;
  /** A sentence: what to do about it. */
  hint: string;
  /** SQL that does it, to be run on the primary, in the inspected database, by its owner or a superuser. */
  statements: readonly string[];
}
