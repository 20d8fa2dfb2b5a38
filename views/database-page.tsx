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
import { WideTable } from "./wide-table.tsx";
import { words } from "./english/database-page.tsx";
import { HelpersSummary } from "./helpers-summary.tsx";
import { Layout, renderPage } from "./layout.tsx";

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
    <Layout title={words.title(database.name)} access={access}>
      {props.script && <script type="module" src={props.script.src} />}
      <p class="facts">
        <a href="/databases">{words.all}</a>
      </p>
      <h1>{database.name}</h1>
      <DatabaseLinks access={access} database={database} />
      <WritableRole database={database} />
      <h2>{words.followers}</h2>
      <DatabaseStatus status={props.status} whole />
      {props.mayExamine && <DatabaseFindings path={path} examination={props.examination} />}
      <DatabaseLimits database={database} />
      <section>
        <h2>{words.extensions}</h2>
        {extensions instanceof AppError ? <NotKnown error={extensions} /> : <Extensions extensions={extensions} />}
      </section>
      {helpers !== null && (
        <section>
          <h2>{words.helpers}</h2>
          {helpers instanceof AppError ? (
            <NotKnown error={helpers} />
          ) : (
            <HelpersSummary helpers={helpers} path={path} />
          )}
        </section>
      )}
      {links !== null && (
        <section>
          <h2>{words.links}</h2>
          {links instanceof AppError ? <NotKnown error={links} /> : <Links links={links} path={path} />}
        </section>
      )}
      <section>
        <h2>{words.materialized}</h2>
        <Materialized clips={materialized} />
      </section>
    </Layout>,
  );
}

function NotKnown({ error }: { error: AppError }) {
  return <p class="warning">{words.notKnown(error)}</p>;
}

function Extensions({ extensions }: { extensions: readonly ExtensionFacts[] }) {
  if (extensions.length === 0) return <p class="note">{words.noExtensions}</p>;
  return (
    <WideTable label={words.extensions} heads={words.columns}>
      {extensions.map(({ name, version, comment }) => (
        <tr>
          <td>{name}</td>
          <td>{version}</td>
          <td>{comment}</td>
        </tr>
      ))}
    </WideTable>
  );
}

function Links({ links, path }: { links: readonly ListedLink[]; path: string }) {
  return (
    <>
      {links.length > 0 && (
        <ul>
          {links.map((link) => (
            <li>{words.link(link)}</li>
          ))}
        </ul>
      )}
      <p>
        {links.length === 0 && `${words.noLinks} `}
        <a href={`${path}/links`}>{words.allLinks}</a>
      </p>
    </>
  );
}

function Materialized({ clips }: { clips: readonly MaterializedClip[] }) {
  if (clips.length === 0) return <p class="note">{words.noMaterialized}</p>;
  return (
    <ul>
      {clips.map((clip) => (
        <li>{words.materializedClip(clip, `/clips/${clip.slug}`)}</li>
      ))}
    </ul>
  );
}
