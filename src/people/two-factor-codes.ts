import { createHash } from "node:crypto";
import { eq, lte, sql } from "drizzle-orm";
import type { OwnDatabase } from "../own-database.ts";
import { verifications } from "./tables.ts";

/** A code counts for its own 30 seconds and for those before and after, by better-auth; and clocks differ. */
const CODE_SECONDS = 120;

/**
 * Takes a code of a person's authenticator before it is looked at: a code works once (RFC 6238, section 5.2), also
 * where it is sent twice at the same moment. better-auth by itself takes it as often as it comes, for 90 seconds.
 * @returns whether nobody has taken it
 */
export async function takeCode(db: OwnDatabase, personId: string, code: string): Promise<boolean> {
  const row = {
    id: rowOf(personId, code),
    identifier: `two-factor-code-${personId}`,
    value: "",
    expiresAt: sql`now() + make_interval(secs => ${CODE_SECONDS})`,
  };
  const taken = await db
    .insert(verifications)
    .values(row)
    .onConflictDoUpdate({
      target: verifications.id,
      set: { expiresAt: row.expiresAt },
      setWhere: lte(verifications.expiresAt, sql`now()`),
    })
    .returning({ id: verifications.id });
  return taken.length > 0;
}

/** Gives back a code that was not right: it may come to be. */
export async function giveBackCode(db: OwnDatabase, personId: string, code: string): Promise<void> {
  await db.delete(verifications).where(eq(verifications.id, rowOf(personId, code)));
}

/** The key of a code's row: it is there once, or not at all. */
function rowOf(personId: string, code: string): string {
  const hex = createHash("sha256").update(`two-factor-code ${personId} ${code}`).digest("hex");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}
