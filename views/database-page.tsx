import type { DatabaseConfig } from "../src/databases/database-config.ts";
import type { Examination } from "../src/databases/examinations.ts";
import type { ExtensionFacts } from "../src/databases/read-extensions.ts";
import { AppError } from "../src/errors.ts";
import type { HelpersStatus } from "../src/helpers/helpers-status.ts";
import type { ListedLink } from "../src/links/list-links.ts";
import type { MaterializedClip } from "../src/materialized/list-materialized.ts";
import type { Access } from "../src/people/access.ts";
import type { PageScript } from "../src/routes/page-script.ts";
import type { DatabaseStatusJson } from "../src/routes/status-json.ts";
import { DatabaseFindings } from "./database-findings.tsx";
import { DatabaseLimits } from "./database-limits.tsx";
import { DatabaseLinks } from "./database-links.tsx";
import { DatabaseStatus } from "./database-status.tsx";
import { WritableRole } from "./databases-page.tsx";
import { HelpersSummary } from "./helpers-summary.tsx";
import { Layout, renderPage } from "./layout.tsx";
import { formatTime } from "./english/formats.ts";

interface DatabasePageProps {
  access: Access;
  database: DatabaseConfig;
  status: DatabaseStatusJson;
  extensions: readonly ExtensionFacts[] | AppError;
  /** Null: there is no primary, or it is not for whoever looks. So are the links. */
  helpers: HelpersStatus | AppError | null;
  links: readonly ListedLink[] | AppError | null;
  materialized: readonly MaterializedClip[];
  /** Whether to offer an examination, and what it found if it was asked for. */
  mayExamine: boolean;
  examination: Examination | null;
  script: PageScript | null;
}

/** All there is to know of a database. */
export function renderDatabasePage(props: DatabasePageProps): string {
  const { access, database, extensions, helpers, links, materialized } = props;
  const path = `/databases/${encodeURIComponent(database.name)}`;
  return renderPage(
    <Layout title={`Database ${database.name}`} access={access}>
      {props.script && <script type="module" src={props.script.src} />}
      <p class="facts">
        <a href="/databases">All databases</a>
      </p>
      <h1>{database.name}</h1>
      <DatabaseLinks access={access} database={database} />
      <WritableRole database={database} />
      <h2>Followers</h2>
      <DatabaseStatus status={props.status} whole />
      {props.mayExamine && <DatabaseFindings path={path} examination={props.examination} />}
      <DatabaseLimits database={database} />
      <section>
        <h2>Extensions</h2>
        {extensions instanceof AppError ? <NotKnown error={extensions} /> : <Extensions extensions={extensions} />}
      </section>
      {helpers !== null && (
        <section>
          <h2>Helpers</h2>
          {helpers instanceof AppError ? (
            <NotKnown error={helpers} />
          ) : (
            <HelpersSummary helpers={helpers} path={path} />
          )}
        </section>
      )}
      {links !== null && (
        <section>
          <h2>Links</h2>
          {links instanceof AppError ? <NotKnown error={links} /> : <Links links={links} path={path} />}
        </section>
      )}
      <section>
        <h2>Materialized clips</h2>
        <Materialized clips={materialized} />
      </section>
    </Layout>,
  );
}

function NotKnown({ error }: { error: AppError }) {
  return (
    <p class="warning">
      This could not be found out. {error.message} {error.hint}
    </p>
  );
}

function Extensions({ extensions }: { extensions: readonly ExtensionFacts[] }) {
  if (extensions.length === 0) return <p class="note">There are none.</p>;
  return (
    <div class="scroll" tabindex={0} role="region" aria-label="Extensions">
      <table>
        <thead>
          <tr>
            <th scope="col">Extension</th>
            <th scope="col">Version</th>
            <th scope="col">Is</th>
          </tr>
        </thead>
        <tbody>
          {extensions.map(({ name, version, comment }) => (
            <tr>
              <td>{name}</td>
              <td>{version}</td>
              <td>{comment}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Links({ links, path }: { links: readonly ListedLink[]; path: string }) {
  return (
    <>
      {links.length > 0 && (
        <ul>
          {links.map(({ name, to, schema }) => (
            <li>
              <code>{name}</code>: the schema {schema} of {to ?? "another database"}
            </li>
          ))}
        </ul>
      )}
      <p>
        {links.length === 0 && "There are none: with one, clips here can join tables of another database. "}
        <a href={`${path}/links`}>Links to other databases</a>
      </p>
    </>
  );
}

function Materialized({ clips }: { clips: readonly MaterializedClip[] }) {
  if (clips.length === 0) {
    return <p class="note">There are none. A clip can be kept as a table that others build on: see the clip's page.</p>;
  }
  return (
    <ul>
      {clips.map(({ slug, title, name, refreshedAt, failed }) => (
        <li>
          <a href={`/clips/${slug}`}>{title}</a>: <code>dataclips.{name}</code>,{" "}
          {refreshedAt === null ? (
            "never filled yet"
          ) : (
            <>
              of <time datetime={refreshedAt.toISOString()}>{formatTime(refreshedAt)}</time>
            </>
          )}
          {failed && ", and its last refresh has failed"}
        </li>
      ))}
    </ul>
  );
}
