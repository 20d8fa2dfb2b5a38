import type { AppError } from "../src/errors.ts";
import type { Access } from "../src/people/access.ts";
import type { Invitation } from "../src/people/invitations.ts";
import type { ListedPerson } from "../src/people/manage-people.ts";
import { ROLES } from "../src/people/tables.ts";
import { WideTable } from "./wide-table.tsx";
import { formatTime } from "./english/formats.ts";
import { words } from "./english/people-page.tsx";
import { ErrorMessage } from "./error-message.tsx";
import { Layout, renderPage } from "./layout.tsx";

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

/** Who is here, what they may do, and who is invited. */
export function renderPeoplePage({ access, people, invitations, teams, mayMakeLinks, error, link }: PeoplePageProps) {
  return renderPage(
    <Layout title={words.title} access={access}>
      <h1>{words.title}</h1>
      {error && <ErrorMessage error={error} />}
      {link !== null && (
        <div class="notice" role="status">
          <p>
            <strong>{words.linkIsMade[link.for]}</strong> {words.shownOnce}
          </p>
          <p>
            <a href={link.url}>{link.url}</a>
          </p>
        </div>
      )}
      <p class="note">{words.whatRolesMay()}</p>
      {people.length === 0 ? (
        <p>{words.nobody}</p>
      ) : (
        <WideTable label={words.title} heads={words.columns} class="result">
          {people.map((person) => (
            <PersonRow person={person} teams={teams} mayMakeLinks={mayMakeLinks} />
          ))}
        </WideTable>
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
        {person.disabledAt !== null && <small> {words.disabledSince(person.disabledAt)}</small>}
      </td>
      <td>
        {person.role} <small>{person.teams.map(({ name }) => name).join(", ") || words.inNoTeam}</small>
        <details>
          <summary>{words.change}</summary>
          <form class="stacked" method="post" action={path}>
            <RoleInput role={person.role} />
            <TeamInputs teams={teams} isIn={isIn} />
            <button>{words.save}</button>
          </form>
        </details>
      </td>
      <td>{words.twoFactor(person.twoFactor)}</td>
      <td>{person.lastSignInAt === null ? words.notYet : formatTime(person.lastSignInAt)}</td>
      <td>
        {person.disabledAt === null ? (
          <>
            {mayMakeLinks && (
              <form method="post" action={`${path}/sign-in-link`}>
                <button class="plain">{words.makeSignInLink}</button>
              </form>
            )}
            <form method="post" action={`${path}/disable`}>
              <button class="plain">{words.disable}</button>
            </form>
          </>
        ) : (
          <form method="post" action={`${path}/enable`}>
            <button class="plain">{words.enable}</button>
          </form>
        )}
      </td>
    </tr>
  );
}

function Invitations({ invitations, teams }: Pick<PeoplePageProps, "invitations" | "teams">) {
  return (
    <section id="invitations">
      <h2>{words.invitations}</h2>
      {invitations.length > 0 && (
        <ul class="plain">
          {invitations.map((invitation) => (
            <li>
              <form method="post" action={`/people/invitations/${invitation.id}/revoke`}>
                {words.invitation(invitation.email, invitation.role, invitation.teams, invitation.expiresAt)}{" "}
                <button class="plain">{words.revoke}</button>
              </form>
            </li>
          ))}
        </ul>
      )}
      <form class="stacked" method="post" action="/people/invitations">
        <label>
          {words.email}
          <input type="email" name="email" maxlength={254} placeholder={words.emailOrNone} />
        </label>
        <RoleInput role="viewer" />
        <TeamInputs teams={teams} isIn={(id) => id === 1} />
        <p>
          <button class="primary">{words.makeInvitation}</button>
        </p>
      </form>
    </section>
  );
}

function RoleInput({ role: current }: { role: string }) {
  return (
    <label>
      {words.role}
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
      <legend>{words.teams}</legend>
      {teams.map(({ id, name }) => (
        <label class="box">
          <input type="checkbox" name={`team_${id}`} value="1" checked={isIn(id)} /> {name}
        </label>
      ))}
    </fieldset>
  );
}
