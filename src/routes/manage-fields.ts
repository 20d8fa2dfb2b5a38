import * as z from "zod";
import { ROLES } from "../people/tables.ts";
import { text } from "./clip-fields.ts";
import { Email } from "./person-fields.ts";

const teamIds = z
  .array(z.number("must be the numbers of teams").int("must be the numbers of teams").positive())
  .max(1000, "must have at most 1000 teams");
const role = z.enum(ROLES, `must be ${ROLES.join(", ")}`);
const databases = z.array(text(63).min(1)).max(1000).nullable();
const teamName = text(100).trim().min(1, "must not be empty");

/** What an administrator may change of a person. Names and addresses are the person's own to change. */
export const PersonChangeFields = z.strictObject({
  role: role.optional(),
  team_ids: teamIds.optional(),
  disabled: z.boolean("must be true or false").optional(),
});

/** What an invitation is made of. */
export const InvitationFields = z.strictObject({
  email: Email.nullable().default(null),
  role: role.default("viewer"),
  team_ids: teamIds.optional(),
});

/** What a team is made of. */
export const TeamFields = z.strictObject({
  name: teamName,
  databases: databases.default(null),
  member_ids: z.array(z.uuid("must be the ids of people")).max(10_000).optional(),
});

/** What of a team may be changed. */
export const TeamChangeFields = z.strictObject({
  name: teamName.optional(),
  databases: databases.optional(),
  member_ids: TeamFields.shape.member_ids,
});

/** The names of a form's boxes that are ticked, of those that begin so: `team_3`, `database_sales`. */
export function ticked(form: Readonly<Record<string, string>>, beginning: string): string[] {
  return Object.keys(form).flatMap((name) => (name.startsWith(beginning) ? [name.slice(beginning.length)] : []));
}
