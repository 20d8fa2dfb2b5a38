import type { databaseJson } from "../src/routes/api-databases.ts";
import { Layout, renderPage } from "./layout.tsx";

type DatabaseJson = Awaited<ReturnType<typeof databaseJson>>;

/** The databases that clips may query, and how their followers are. */
export function renderDatabasesPage({ databases }: { databases: readonly DatabaseJson[] }): string {
  return renderPage(
    <Layout title="Databases" signedIn>
      <h1>Databases</h1>
      {databases.map((database) => (
        <section>
          <h2>{database.name}</h2>
          <table>
            <thead>
              <tr>
                <th scope="col">Follower</th>
                <th scope="col">State</th>
                <th scope="col" class="number">
                  Seconds behind
                </th>
              </tr>
            </thead>
            <tbody>
              {database.followers.map((follower) => (
                <tr>
                  <td>{follower.name}</td>
                  <td>
                    {follower.ok ? "answers" : `cannot be used: ${follower.reason}`}
                    {follower.is_primary === true && " (this is a primary, not a follower)"}
                  </td>
                  <td class="number">{follower.lag_seconds ?? "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p class="facts">
            At most {database.timeout_ms / 1000} s, {database.max_rows.toLocaleString("en")} rows and{" "}
            {Math.round(database.max_bytes / 1024 / 1024)} MiB a run · {database.running} of {database.max_runs} runs
            under way, {database.waiting} waiting
          </p>
        </section>
      ))}
    </Layout>,
  );
}
