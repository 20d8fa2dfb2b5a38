/**
 * Something that an inspection found. `error`: of a role, that it can write or get out of the database; of a server, that
 * its answers may be wrong.
 */
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
