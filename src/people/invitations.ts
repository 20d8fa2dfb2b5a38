import { and, asc, desc, eq, gt, inArray, or, sql } from "drizzle-orm";
import type { OwnDatabase } from "../own-database.ts";
import type { Person, Role } from "./access.ts";
import { savePassword } from "./passwords.ts";
import { createPerson } from "./people.ts";
import { invitations, teams } from "./tables.ts";
import { createToken, hashToken } from "./tokens.ts";

/** How long an invitation works, if nobody takes it. */
const INVITATION_DAYS = 7;

/** What an invitation makes of whoever takes it. */
export interface InvitationDraft {
  /** Whom it is for; null: whoever has the link says their own. */
  email: string | null;
  role: Role;
  teamIds: readonly number[];
  /** Who invites, as the asker of runs. */
  createdBy: string;
}

/** An invitation that works. Its token is known to whoever has the link, and to nobody else. */
export interface Invitation extends InvitationDraft {
  id: string;
  createdAt: Date;
  expiresAt: Date;
  /** The name of who invites; null: whoever had the administrator's token. */
  invitedBy: string | null;
  /** The names of its teams; those that are gone since are not among them. */
  teams: readonly string[];
}

const MAKER = sql`SELECT p.name FROM people AS p
  WHERE p.disabled_at IS NULL AND p.role = 'administrator'
    AND (${invitations.createdBy} = 'person:' || p.id
      OR EXISTS (SELECT FROM api_keys AS k WHERE k.person_id = p.id AND ${invitations.createdBy} = 'key:' || k.id))`;

const COLUMNS = {
  id: invitations.id,
  email: invitations.email,
  role: invitations.role,
  teamIds: invitations.teamIds,
  createdBy: invitations.createdBy,
  createdAt: invitations.createdAt,
  expiresAt: invitations.expiresAt,
  invitedBy: sql<string | null>`(${MAKER})`,
  teams: sql<string[]>`ARRAY(SELECT t.name FROM teams AS t WHERE t.id = ANY (${invitations.teamIds}) ORDER BY t.name)`,
};

/** Makes an invitation; its token, which the link has in it, is returned this once. */
export async function createInvitation(
  db: OwnDatabase,
  { email, role, teamIds, createdBy }: InvitationDraft,
): Promise<{ id: string; token: string }> {
  const token = createToken();
  const [made] = await db
    .insert(invitations)
    .values({
      tokenHash: hashToken(token),
      email: email?.toLowerCase() ?? null,
      role,
      teamIds: [...teamIds],
      createdBy,
      expiresAt: new Date(Date.now() + INVITATION_DAYS * 86_400_000),
    })
    .returning({ id: invitations.id });
  return { id: made!.id, token };
}

/** Looks at an invitation without using it up; null if it does not work, and does not say why. */
export async function findInvitation(db: OwnDatabase, token: string): Promise<Invitation | null> {
  const [found] = await db
    .select(COLUMNS)
    .from(invitations)
    .where(and(eq(invitations.tokenHash, hashToken(token)), works()));
  return found ?? null;
}

/** What somebody says of themselves who becomes a person here. */
export interface NewAccount {
  name: string;
  /** Where the invitation is for one address, it has to be that: the caller sees to it. */
  email: string;
  /** Hashed: see passwords.ts. */
  passwordHash: string;
}

/**
 * Uses an invitation up, and makes the person; null if it does not work (any more). Both are done, or neither is.
 * @throws AppError conflict when there is somebody with the email address; the invitation is not used up then
 */
export async function takeInvitation(
  db: OwnDatabase,
  token: string,
  { name, email, passwordHash }: NewAccount,
): Promise<Person | null> {
  return db.transaction(async (tx) => {
    const [taken] = await tx
      .delete(invitations)
      .where(and(eq(invitations.tokenHash, hashToken(token)), works()))
      .returning({ email: invitations.email, role: invitations.role, teamIds: invitations.teamIds });
    if (taken === undefined) return null;
    // Some may be gone by now; those that are there stay until this is over.
    const there = await tx
      .select({ id: teams.id })
      .from(teams)
      .where(inArray(teams.id, taken.teamIds))
      .orderBy(asc(teams.id))
      .for("key share");
    const person = await createPerson(tx, {
      name,
      email: taken.email ?? email,
      // Who invites has said whose it is; what somebody says of themselves is no proof.
      emailVerified: taken.email !== null,
      role: taken.role,
      teamIds: there.map(({ id }) => id),
    });
    await savePassword(tx, person.id, passwordHash);
    return person;
  });
}

/** The invitations that work, the newest first. */
export async function listInvitations(db: OwnDatabase): Promise<Invitation[]> {
  return db.select(COLUMNS).from(invitations).where(works()).orderBy(desc(invitations.createdAt));
}

/** Revokes an invitation: its link works no more. Returns whether it did until now. */
export async function revokeInvitation(db: OwnDatabase, id: string): Promise<boolean> {
  const revoked = await db.delete(invitations).where(eq(invitations.id, id)).returning({ id: invitations.id });
  return revoked.length > 0;
}

/** It is not too old, and whoever made it may still invite: who loses that right leaves no way back in. */
function works() {
  return and(gt(invitations.expiresAt, sql`now()`), or(eq(invitations.createdBy, "token"), sql`EXISTS (${MAKER})`));
}
