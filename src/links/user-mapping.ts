import { AppError } from "../errors.ts";
import { asLinksOwner, type LinkChange } from "./link-change.ts";
import { LINKS_ROLE, type LinkNames } from "./link-names.ts";
import type { LinkTarget } from "./link-target.ts";
import { optionList } from "./server-options.ts";

/** Stands for the password wherever statements are shown. */
const PASSWORD_SHOWN = "<password>";

/**
 * Makes the user mapping of the links' owner: role and password on the other server. Nobody but that role and
 * superusers can read it.
 *
 * A role that is no superuser must come with a password, or it would come as the server's own operating system user
 * ("postgres_fdw", F.38.1.1). Only a superuser can say that it need not.
 * @throws AppError forbidden for a URL without a password where the primary's role is no superuser
 */
export async function makeMapping(change: LinkChange, { server }: LinkNames, target: LinkTarget): Promise<void> {
  const { user, password } = target;
  const sql = (options: Record<string, string>): string =>
    `CREATE USER MAPPING FOR ${LINKS_ROLE} SERVER ${server} OPTIONS (${optionList({ user, ...options })})`;
  if (password !== null) {
    await asLinksOwner(change, () => change.runSecret(sql({ password }), sql({ password: PASSWORD_SHOWN })));
    return;
  }
  if (!change.superuser) {
    throw new AppError("forbidden", "The link's URL has no password, and then only a superuser can make a link.", {
      hint: "Put one into it: postgres://role:password@host:5432/database. The role there must need it.",
    });
  }
  await change.run(sql({ password_required: "false" }));
}
