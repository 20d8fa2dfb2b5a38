import type { AppError } from "../src/errors.ts";
import type { Access } from "../src/people/access.ts";
import type { ListedPerson } from "../src/people/manage-people.ts";
import { FIRST_TEAM } from "../src/people/tables.ts";
import type { Team } from "../src/people/teams.ts";
import { words } from "./english/teams-page.ts";
import { ErrorMessage } from "./error-message.tsx";
import { Layout, renderPage } from "./layout.tsx";

interface TeamsPageProps {
  access: Access;
  teams: readonly Team[];
  people: readonly ListedPerson[];
  /** The names of the configured databases. */
  databases: readonly string[];
  error: AppError | null;
}

/** The teams: whose clips there are, on which databases, and who sees them. */
export function renderTeamsPage({ access, teams, people, databases, error }: TeamsPageProps): string {
  return renderPage(
    <Layout title={words.title} access={access}>
      <h1>{words.title}</h1>
      {error && <ErrorMessage error={error} />}
      <p class="note">{words.whatTeamsAre}</p>
      {teams.map((team) => (
        <section>
          <h2>{team.name}</h2>
          <p class="facts">
            {words.has(
              team.clips,
              team.members.map(({ name }) => name),
              team.databases,
            )}
          </p>
          <details>
            <summary>{words.change}</summary>
            <TeamForm
              action={`/teams/${team.id}`}
              team={team}
              people={people}
              databases={databases}
              button={words.save}
            />
          </details>
          {team.id !== FIRST_TEAM && team.clips === 0 && (
            <form method="post" action={`/teams/${team.id}/remove`}>
              <button class="plain">{words.remove}</button>
            </form>
          )}
        </section>
      ))}
      <section id="new">
        <h2>{words.newTeam}</h2>
        <TeamForm action="/teams" team={null} people={people} databases={databases} button={words.makeTeam} />
      </section>
    </Layout>,
  );
}

interface TeamFormProps extends Pick<TeamsPageProps, "people" | "databases"> {
  action: string;
  /** Null: a new one. */
  team: Team | null;
  button: string;
}

function TeamForm({ action, team, people, databases, button }: TeamFormProps) {
  const all = team === null || team.databases === null;
  // One that has gone from the configuration is left out, and with the next change it is gone from the team.
  return (
    <form class="stacked" method="post" action={action}>
      <label>
        {words.name}
        <input name="name" value={team?.name ?? ""} maxlength={100} required />
      </label>
      <fieldset>
        <legend>{words.databases}</legend>
        <label class="box">
          <input type="checkbox" name="all_databases" value="1" checked={all} /> {words.allOrElse}
        </label>
        {databases.map((name) => (
          <label class="box">
            <input
              type="checkbox"
              name={`database_${name}`}
              value="1"
              checked={team?.databases?.includes(name) === true}
            />{" "}
            {name}
          </label>
        ))}
      </fieldset>
      <fieldset>
        <legend>{words.members}</legend>
        {people.map(({ id, name, email }) => (
          <label class="box">
            <input
              type="checkbox"
              name={`member_${id}`}
              value="1"
              checked={team?.members.some((member) => member.id === id) === true}
            />{" "}
            {name} <small>{email}</small>
          </label>
        ))}
      </fieldset>
      <button>{button}</button>
    </form>
  );
}
