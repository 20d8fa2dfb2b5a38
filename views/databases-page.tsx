import type { Access } from "../src/people/access.ts";
import { mayDo } from "../src/people/permissions.ts";
import type { databaseJson } from "../src/routes/api-databases.ts";
import { Layout, renderPage } from "./layout.tsx";

type DatabaseJson = Awaited<ReturnType<typeof databaseJson>>;

/** The databases that clips may query, how their followers are, and what their reader roles could do. */
export function renderDatabasesPage({
  access,
  databases,
}: {
  access: Access;
  databases: readonly DatabaseJson[];
}): string {
  return renderPage(
    <Layout title="Databases" access={access}>
      <h1>Databases</h1>
      {databases.map((database) => (
        <section>
          <h2>{database.name}</h2>
          <p>
            {mayDo(access, "schema.read") && (
              <a href={`/databases/${encodeURIComponent(database.name)}/schema`}>Tables and functions</a>
            )}
            {database.has_primary && mayDo(access, "helpers.read") && (
              <>
                {" · "}
                <a href={`/databases/${encodeURIComponent(database.name)}/helpers`}>Helper functions</a>
                {" · "}
                <a href={`/databases/${encodeURIComponent(database.name)}/links`}>Links to other databases</a>
              </>
            )}
          </p>
          {database.allow_writable_role && (
            <p class="warning">
              Clips run here even though the reader role can write: the configuration says allow_writable_role.
            </p>
          )}
          <table>
            <thead>
              <tr>
                <th scope="col">Follower</th>
                <th scope="col">State</th>
                <th scope="col" class="number">
                  Seconds behind
                </th>
                <th scope="col" class="number">
                  Bytes behind
                </th>
                <th scope="col">PostgreSQL</th>
                <th scope="col">Role</th>
              </tr>
            </thead>
            <tbody>
              {database.followers.map((follower) => (
                <tr>
                  <td>{follower.name}</td>
                  <td>
                    {follower.ok ? "answers" : `runs no clips: ${follower.reason}`}
                    {follower.is_primary === true && " (this is a primary, not a follower)"}
                  </td>
                  <td class="number">{follower.lag_seconds ?? "–"}</td>
                  <td class="number">{follower.lag_bytes?.toLocaleString("en") ?? "–"}</td>
                  <td>{follower.version ?? "–"}</td>
                  <td>{follower.role ?? "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {database.followers.map((follower) => (
            <FollowerFindings follower={follower} />
          ))}
          <p class="facts">
            At most {database.timeout_ms / 1000} s, {database.max_rows.toLocaleString("en")} rows and{" "}
            {Math.round(database.max_bytes / 1024 / 1024)} MiB a run · {database.running} of {database.max_runs} runs
            under way, {database.waiting} waiting · at most {database.sessions} sessions on each follower · functions:{" "}
            {policyText(database.functions)} · relations: {policyText(database.relations)}
          </p>
        </section>
      ))}
    </Layout>,
  );
}

const MARKS = { error: "Wrong", warning: "Warning", info: "Note" } as const;

/** What an inspection found, behind a line that says how much. */
function FollowerFindings({ follower }: { follower: DatabaseJson["followers"][number] }) {
  const { findings, settings, extensions, connections, connection_limit } = follower;
  if (settings === null) return null;
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const warnings = findings.filter(({ severity }) => severity === "warning").length;
  const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? "" : "s"}`;
  return (
    <details open={errors > 0}>
      <summary>
        {follower.name}: {errors === 0 ? "its role can only read" : count(errors, "fault")},{" "}
        {count(warnings, "warning")}
      </summary>
      {findings.map(({ severity, message, hint, statements }) => (
        <>
          <p>
            <strong>{MARKS[severity]}:</strong> {message} {hint}
          </p>
          {statements.length > 0 && <pre>{statements.join("\n")}</pre>}
        </>
      ))}
      <p class="facts">
        {connection_limit === null ? "No connection limit" : `At most ${connection_limit} sessions of the role`}
        {connections && ` · ${connections.used} of ${connections.available} connections taken`} · extensions:{" "}
        {Object.entries(extensions ?? {})
          .map(([name, version]) => `${name} ${version}`)
          .join(", ")}
      </p>
      <p class="facts">
        {Object.entries(settings)
          .map(([name, value]) => `${name} = ${value}`)
          .join(" · ")}
      </p>
    </details>
  );
}

function policyText({ mode, allow, refuse }: DatabaseJson["functions"]): string {
  return [
    mode,
    ...(allow.length > 0 ? [`and ${allow.join(", ")}`] : []),
    ...(refuse.length > 0 ? [`without ${refuse.join(", ")}`] : []),
  ].join(" ");
}
