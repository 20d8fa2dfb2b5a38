import type { AppError } from "../src/errors.ts";
import type { Access } from "../src/people/access.ts";
import type { Invitation } from "../src/people/invitations.ts";
import type { ListedPerson } from "../src/people/manage-people.ts";
import { ROLES } from "../src/people/tables.ts";
import { ErrorMessage } from "./error-message.tsx";
import { Layout, renderPage } from "./layout.tsx";
import { formatTime } from "./result-table.tsx";

type TeamName = { id: number; name: string };

interface PeoplePageProps {
  access: Access;
  people: readonly ListedPerson[];
  /** Those that work. */
  invitations: readonly Invitation[];
  teams: readonly TeamName[];
  /** Whether whoever looks may make links that sign somebody in. */
  mayMakeLinks: boolean;
  error: AppError | null;
  /** A link that was made just now: shown this once. */
  link: { url: string; for: "invitation" | "sign_in" } | null;
}

const LINK_WORDS = {
  invitation: "The invitation is made. Send this link to whoever it is for; it works once, for 7 days.",
  sign_in: "The link is made. It signs one browser in as them, once, within a day.",
};

/** Who is here, what they may do, and who is invited. */
export function renderPeoplePage({ access, people, invitations, teams, mayMakeLinks, error, link }: PeoplePageProps) {
  return renderPage(
    <Layout title="People" access={access}>
      <h1>People</h1>
      {error && <ErrorMessage error={error} />}
      {link !== null && (
        <div class="notice" role="status">
          <p>
            <strong>{LINK_WORDS[link.for]}</strong> Copy it now: it is shown only this once.
          </p>
          <p>
            <a href={link.url}>{link.url}</a>
          </p>
        </div>
      )}
      <p class="note">
        Viewers see and run the clips of their teams, editors write them, administrators do everything. Who is in which
        team is said here and on the page of the <a href="/teams">teams</a>.
      </p>
      {people.length === 0 ? (
        <p>There is nobody yet.</p>
      ) : (
        <div class="scroll" tabindex={0} role="region" aria-label="People">
          <table class="result">
            <thead>
              <tr>
                {["Who", "Role and teams", "Two-factor", "Last sign-in", ""].map((name) => (
                  <th scope="col">{name}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {people.map((person) => (
                <PersonRow person={person} teams={teams} mayMakeLinks={mayMakeLinks} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Invitations invitations={invitations} teams={teams} />
    </Layout>,
  );
}

interface PersonRowProps {
  person: ListedPerson;
  teams: readonly TeamName[];
  mayMakeLinks: boolean;
}

function PersonRow({ person, teams, mayMakeLinks }: PersonRowProps) {
  const path = `/people/${person.id}`;
  const isIn = (id: number): boolean => person.teams.some((team) => team.id === id);
  return (
    <tr>
      <td>
        {person.name} <small>{person.email}</small>
        {person.disabledAt !== null && <small> disabled since {formatTime(person.disabledAt)}</small>}
      </td>
      <td>
        {person.role} <small>{person.teams.map(({ name }) => name).join(", ") || "in no team"}</small>
        <details>
          <summary>Change</summary>
          <form class="stacked" method="post" action={path}>
            <RoleInput role={person.role} />
            <TeamInputs teams={teams} isIn={isIn} />
            <button>Save</button>
          </form>
        </details>
      </td>
      <td>{person.twoFactor ? "yes" : "no"}</td>
      <td>{person.lastSignInAt === null ? "not yet" : formatTime(person.lastSignInAt)}</td>
      <td>
        {person.disabledAt === null ? (
          <>
            {mayMakeLinks && (
              <form method="post" action={`${path}/sign-in-link`}>
                <button class="plain">Make a sign-in link</button>
              </form>
            )}
            <form method="post" action={`${path}/disable`}>
              <button class="plain">Disable</button>
            </form>
          </>
        ) : (
          <form method="post" action={`${path}/enable`}>
            <button class="plain">Enable</button>
          </form>
        )}
      </td>
    </tr>
  );
}

function Invitations({ invitations, teams }: Pick<PeoplePageProps, "invitations" | "teams">) {
  return (
    <section id="invitations">
      <h2>Invitations</h2>
      {invitations.length > 0 && (
        <ul class="plain">
          {invitations.map((invitation) => (
            <li>
              <form method="post" action={`/people/invitations/${invitation.id}/revoke`}>
                {invitation.email ?? "Whoever has the link"}: {invitation.role}
                {invitation.teams.length > 0 && ` in ${invitation.teams.join(", ")}`}, until{" "}
                {formatTime(invitation.expiresAt)} <button class="plain">Revoke</button>
              </form>
            </li>
          ))}
        </ul>
      )}
      <form class="stacked" method="post" action="/people/invitations">
        <label>
          Email address
          <input type="email" name="email" maxlength={254} placeholder="empty: whoever has the link" />
        </label>
        <RoleInput role="viewer" />
        <TeamInputs teams={teams} isIn={(id) => id === 1} />
        <p>
          <button class="primary">Make an invitation</button>
        </p>
      </form>
    </section>
  );
}

function RoleInput({ role: current }: { role: string }) {
  return (
    <label>
      Role
      <select name="role">
        {ROLES.map((role) => (
          <option value={role} selected={role === current}>
            {role}
          </option>
        ))}
      </select>
    </label>
  );
}

function TeamInputs({ teams, isIn }: { teams: readonly TeamName[]; isIn: (id: number) => boolean }) {
  return (
    <fieldset>
      <legend>Teams</legend>
      {teams.map(({ id, name }) => (
        <label class="box">
          <input type="checkbox" name={`team_${id}`} value="1" checked={isIn(id)} /> {name}
        </label>
      ))}
    </fieldset>
  );
}
