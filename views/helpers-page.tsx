import type { AppError } from "../src/errors.ts";
import type { HelpersStatus, HelperStatus } from "../src/helpers/helpers-status.ts";
import type { InstallReport } from "../src/helpers/install-helpers.ts";
import type { Access } from "../src/people/access.ts";
import { mayDo } from "../src/people/permissions.ts";
import { WideTable } from "./wide-table.tsx";
import { words } from "./english/helpers-page.ts";
import { ErrorMessage } from "./error-message.tsx";
import { Layout, renderPage } from "./layout.tsx";

export interface HelpersPageProps {
  access: Access;
  status: HelpersStatus;
  /** The SQL of an install or a remove that is looked at first. */
  script: { action: "install" | "remove"; sql: string } | null;
  /** Why what was asked for could not be done. */
  error: AppError | null;
  /** Of an install that has more to say than that it is done. */
  report: InstallReport | null;
  done: "installed" | "removed" | null;
}

/** The helpers of a database: what they are for, how they stand, and what can be done. */
export function renderHelpersPage({ access, status, script, error, report, done }: HelpersPageProps): string {
  const { database, schema, helpers, followers } = status;
  const path = `/databases/${database}/helpers`;
  const isThere = helpers.some(({ state }) => state !== "missing" && state !== "foreign");
  const isCurrent = helpers.every(({ state }) => state === "current");
  const isChanged = helpers.some(({ state }) => state === "changed_by_hand");
  return renderPage(
    <Layout title={words.title(database)} access={access}>
      <h1>{words.title(database)}</h1>
      <p class="description">{words.whatTheyAre(schema)}</p>
      {error !== null && <HelperError error={error} />}
      {done !== null && (
        <p class="notice" role="status">
          {words.done[done]}
        </p>
      )}
      {report !== null && <Report report={report} />}
      <Engine status={status} />
      <ul class="plain">
        {followers.map((follower) => (
          <li>{words.follower(follower)}</li>
        ))}
      </ul>
      {mayDo(access, "helpers.manage") && (
        <div class="actions">
          {!isCurrent && (
            <form method="post" action={`${path}/install`}>
              <input type="hidden" name="schema" value={schema} />
              {isChanged && (
                <label>
                  <input type="checkbox" name="force" /> {words.replaceChanged}{" "}
                </label>
              )}
              <button class="primary">{words.install(isThere)}</button>
            </form>
          )}
          {!isCurrent && (
            <a class="button" href={`${path}/install?${new URLSearchParams({ schema })}`}>
              {words.sqlOf.install}
            </a>
          )}
          {isThere && (
            <form method="post" action={`${path}/remove`}>
              <input type="hidden" name="schema" value={schema} />
              <button>{words.remove}</button>
            </form>
          )}
          {isThere && (
            <a class="button" href={`${path}/remove?${new URLSearchParams({ schema })}`}>
              {words.sqlOf.remove}
            </a>
          )}
        </div>
      )}
      {script !== null && (
        <section id="script">
          <h2>{words.whatWouldRun[script.action]}</h2>
          <pre class="sql" tabindex={0}>
            {script.sql}
          </pre>
        </section>
      )}
      <WideTable label={words.title(database)} heads={words.columns}>
        {helpers.map((helper) => (
          <HelperRow helper={helper} />
        ))}
      </WideTable>
    </Layout>,
  );
}

function HelperRow({ helper }: { helper: HelperStatus }) {
  const { name, functions } = helper;
  // Without a comment are the inner functions of aggregates.
  const shown = functions.filter(({ comment }) => comment !== null || functions.length === 1);
  return (
    <tr>
      <td>{name}</td>
      <td>{words.state(helper)}</td>
      <td>
        {shown.map(({ signature, result, comment }) => (
          <div>
            <code>{words.function(signature, result)}</code>
            {comment !== null && <p class="facts">{comment}</p>}
          </div>
        ))}
      </td>
    </tr>
  );
}

function Engine({ status }: { status: HelpersStatus }) {
  const { language, everybody_writes } = status;
  return (
    <>
      <p class="facts">{words.engine(status)}</p>
      {language !== null && everybody_writes && <p class="warning">{words.everybodyWrites(language)}</p>}
    </>
  );
}

/** An error whose hint may be SQL on lines of its own. */
function HelperError({ error }: { error: AppError }) {
  const [hint, ...statements] = error.hint?.split("\n") ?? [];
  if (statements.length === 0) return <ErrorMessage error={error} />;
  return (
    <section class="error" role="alert">
      <p class="message">{error.message}</p>
      <p class="hint">{hint}</p>
      <pre class="sql" tabindex={0}>
        {statements.join("\n")}
      </pre>
      <p class="code">
        {error.code}
        {error.sqlstate !== undefined && ` · SQLSTATE ${error.sqlstate}`}
      </p>
    </section>
  );
}

function Report({ report: { kept, indexes } }: { report: InstallReport }) {
  return (
    <section class="notice" role="status">
      <p>{words.done.installed}</p>
      {kept.map((routine) => (
        <p>{words.kept(routine)}</p>
      ))}
      {indexes.length > 0 && (
        <>
          <p>{words.indexes}</p>
          <pre class="sql" tabindex={0}>
            {indexes.map((index) => `REINDEX INDEX CONCURRENTLY ${index};`).join("\n")}
          </pre>
        </>
      )}
    </section>
  );
}
