import type { DatabaseConfig } from "../src/databases/database-config.ts";
import type { Access } from "../src/people/access.ts";
import type { PageScript } from "../src/routes/page-script.ts";
import type { DatabaseStatusJson } from "../src/routes/status-json.ts";
import { DatabaseLinks } from "./database-links.tsx";
import { DatabaseStatus } from "./database-status.tsx";
import { words } from "./english/databases-page.ts";
import { Layout, renderPage } from "./layout.tsx";

interface DatabasesPageProps {
  access: Access;
  databases: readonly { database: DatabaseConfig; status: DatabaseStatusJson }[];
  script: PageScript | null;
}

/** The databases that clips may query, and how their followers are at the moment. */
export function renderDatabasesPage({ access, databases, script }: DatabasesPageProps): string {
  return renderPage(
    <Layout title={words.title} access={access}>
      {script && <script type="module" src={script.src} />}
      <h1>{words.title}</h1>
      {databases.length === 0 && <p class="note">{words.none}</p>}
      <div class="database-cards">
        {databases.map(({ database, status }) => (
          <section class="card">
            <h2>
              <a href={`/databases/${encodeURIComponent(database.name)}`}>{database.name}</a>
            </h2>
            <DatabaseStatus status={status} whole={false}>
              <WritableRole database={database} />
            </DatabaseStatus>
            <DatabaseLinks access={access} database={database} />
          </section>
        ))}
      </div>
    </Layout>,
  );
}

/** That clips run although the role could write. */
export function WritableRole({ database }: { database: DatabaseConfig }) {
  if (!database.allowWritableRole) return null;
  return <p class="warning">{words.writableRole}</p>;
}
