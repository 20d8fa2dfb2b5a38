import type { AppError } from "../src/errors.ts";
import type { Access } from "../src/people/access.ts";
import type { ListedPerson } from "../src/people/manage-people.ts";
import { FIRST_TEAM } from "../src/people/tables.ts";
import type { Team } from "../src/people/teams.ts";
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
    <Layout title="Teams" access={access}>
      <h1>Teams</h1>
      {error && <ErrorMessage error={error} />}
      <p class="note">
        Every clip is a team's: its members see it, and its editors write it, on the databases that the team may use.
        Administrators see all.
      </p>
      {teams.map((team) => (
        <section>
          <h2>{team.name}</h2>
          <p class="facts">
            {team.clips} {team.clips === 1 ? "clip" : "clips"} · {team.members.length}{" "}
            {team.members.length === 1 ? "member" : "members"}
            {team.members.length > 0 && `: ${team.members.map(({ name }) => name).join(", ")}`} · on{" "}
            {team.databases === null ? "all databases" : team.databases.join(", ") || "no database"}
          </p>
          <details>
            <summary>Change</summary>
            <TeamForm action={`/teams/${team.id}`} team={team} people={people} databases={databases} words="Save" />
          </details>
          {team.id !== FIRST_TEAM && team.clips === 0 && (
            <form method="post" action={`/teams/${team.id}/remove`}>
              <button class="plain">Remove</button>
            </form>
          )}
        </section>
      ))}
      <section id="new">
        <h2>New team</h2>
        <TeamForm action="/teams" team={null} people={people} databases={databases} words="Make the team" />
      </section>
    </Layout>,
  );
}

interface TeamFormProps extends Pick<TeamsPageProps, "people" | "databases"> {
  action: string;
  /** Null: a new one. */
  team: Team | null;
  words: string;
}

function TeamForm({ action, team, people, databases, words }: TeamFormProps) {
  const all = team === null || team.databases === null;
  // One that has gone from the configuration is left out, and with the next change it is gone from the team.
  return (
    <form class="stacked" method="post" action={action}>
      <label>
        Name
        <input name="name" value={team?.name ?? ""} maxlength={100} required />
      </label>
      <fieldset>
        <legend>Databases</legend>
        <label class="box">
          <input type="checkbox" name="all_databases" value="1" checked={all} /> all, or else:
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
        <legend>Members</legend>
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
      <button>{words}</button>
    </form>
  );
}
