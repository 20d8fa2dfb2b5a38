import type { AppError } from "../src/errors.ts";
import type { HelpersStatus, HelperStatus } from "../src/helpers/helpers-status.ts";
import type { InstallReport } from "../src/helpers/install-helpers.ts";
import type { Access } from "../src/people/access.ts";
import { mayDo } from "../src/people/permissions.ts";
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

const STATES: Readonly<Record<HelperStatus["state"], string>> = {
  current: "current",
  outdated: "outdated",
  changed_by_hand: "changed by hand",
  missing: "not installed",
  foreign: "its name is taken",
};

const DONE = {
  installed: "The helpers are installed.",
  removed: "The helpers have been removed. The language stays, and so does a schema that holds something else.",
};

/** The helpers of a database: what they are for, how they stand, and what can be done. */
export function renderHelpersPage({ access, status, script, error, report, done }: HelpersPageProps): string {
  const { database, schema, helpers, followers } = status;
  const path = `/databases/${database}/helpers`;
  const isThere = helpers.some(({ state }) => state !== "missing" && state !== "foreign");
  const isCurrent = helpers.every(({ state }) => state === "current");
  const isChanged = helpers.some(({ state }) => state === "changed_by_hand");
  return renderPage(
    <Layout title={`Helpers of ${database}`} access={access}>
      <h1>Helpers of {database}</h1>
      <p class="description">
        Functions for reports, written in JavaScript, that clips can call: SELECT {schema}.sparkline(…). Dataclips
        installs them on the primary; the followers get them by replication.
      </p>
      {error !== null && <HelperError error={error} />}
      {done !== null && (
        <p class="notice" role="status">
          {DONE[done]}
        </p>
      )}
      {report !== null && <Report report={report} />}
      <Engine status={status} />
      <ul class="plain">
        {followers.map(({ name, arrived, reason }) => (
          <li>
            {name}: {arrived ? "has what the primary has" : reason}
          </li>
        ))}
      </ul>
      {mayDo(access, "helpers.manage") && (
        <div class="actions">
          {!isCurrent && (
            <form method="post" action={`${path}/install`}>
              <input type="hidden" name="schema" value={schema} />
              {isChanged && (
                <label>
                  <input type="checkbox" name="force" /> Replace those that were changed by hand{" "}
                </label>
              )}
              <button class="primary">{isThere ? "Upgrade" : "Install"}</button>
            </form>
          )}
          {!isCurrent && (
            <a class="button" href={`${path}/install?${new URLSearchParams({ schema })}`}>
              SQL of an install
            </a>
          )}
          {isThere && (
            <form method="post" action={`${path}/remove`}>
              <input type="hidden" name="schema" value={schema} />
              <button>Remove</button>
            </form>
          )}
          {isThere && (
            <a class="button" href={`${path}/remove?${new URLSearchParams({ schema })}`}>
              SQL of a remove
            </a>
          )}
        </div>
      )}
      {script !== null && (
        <section id="script">
          <h2>{script.action === "install" ? "What an install would run" : "What a remove would run"}</h2>
          <pre class="sql" tabindex={0}>
            {script.sql}
          </pre>
        </section>
      )}
      <table>
        <thead>
          <tr>
            <th scope="col">Helper</th>
            <th scope="col">State</th>
            <th scope="col">Functions</th>
          </tr>
        </thead>
        <tbody>
          {helpers.map((helper) => (
            <HelperRow helper={helper} />
          ))}
        </tbody>
      </table>
    </Layout>,
  );
}

function HelperRow({ helper: { name, state, detail, functions } }: { helper: HelperStatus }) {
  // Without a comment are the inner functions of aggregates.
  const shown = functions.filter(({ comment }) => comment !== null || functions.length === 1);
  return (
    <tr>
      <td>{name}</td>
      <td>
        {STATES[state]}
        {detail !== null && `: ${detail}`}
      </td>
      <td>
        {shown.map(({ signature, result, comment }) => (
          <div>
            <code>
              {signature}
              {result !== null && ` returns ${result}`}
            </code>
            {comment !== null && <p class="facts">{comment}</p>}
          </div>
        ))}
      </td>
    </tr>
  );
}

function Engine({ status: { language, installed, everybody_writes, offers, schema } }: { status: HelpersStatus }) {
  return (
    <>
      <p class="facts">
        Schema {schema} ·{" "}
        {language === null
          ? "the server has neither the extension plv8 nor pljs"
          : installed
            ? `language ${language}`
            : `language ${language} ${offers[language]}, which an install makes`}
      </p>
      {everybody_writes && (
        <p class="warning">
          Everybody may write functions in {language}, readers too. Let its owner run: REVOKE USAGE ON LANGUAGE{" "}
          {language} FROM PUBLIC;
        </p>
      )}
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
      <p>The helpers are installed.</p>
      {kept.map(({ routine, dependents }) => (
        <p>
          {routine} of another release stays
          {dependents.length === 0 ? ", for it was changed by hand" : `, for it is in use: ${dependents.join(", ")}`}.
        </p>
      ))}
      {indexes.length > 0 && (
        <>
          <p>Indexes hold what the code before gave. Make them anew, in a new session:</p>
          <pre class="sql" tabindex={0}>
            {indexes.map((index) => `REINDEX INDEX CONCURRENTLY ${index};`).join("\n")}
          </pre>
        </>
      )}
    </section>
  );
}
