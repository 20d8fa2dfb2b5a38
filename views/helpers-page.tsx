import type { AppError } from "../src/errors.ts";
import type { HelpersStatus, HelperStatus } from "../src/helpers/helpers-status.ts";
import type { InstallReport } from "../src/helpers/install-helpers.ts";
import type { Access } from "../src/people/access.ts";
import { mayDo } from "../src/people/permissions.ts";
import { ErrorMessage } from "./error-message.tsx";
import { Layout, renderPage } from "./layout.tsx";
import { words } from "./english/helpers-page.tsx";

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
  changed_by_hand: words.changedByHand,
  missing: words.notInstalled,
  foreign: words.itsNameIsTaken,
};

const DONE = {
  installed: words.theHelpersAreInstalled,
  removed: words.theHelpersHaveBeen,
};

/** The helpers of a database: what they are for, how they stand, and what can be done. */
export function renderHelpersPage({ access, status, script, error, report, done }: HelpersPageProps): string {
  const { database, schema, helpers, followers } = status;
  const path = `/databases/${database}/helpers`;
  const isThere = helpers.some(({ state }) => state !== "missing" && state !== "foreign");
  const isCurrent = helpers.every(({ state }) => state === "current");
  const isChanged = helpers.some(({ state }) => state === "changed_by_hand");
  return renderPage(
    <Layout title={words.helpersOf(database)} access={access}>
      <h1>{words.helpersOf2(database)}</h1>
      <p class="description">{words.functionsForReportsWritten(schema)}</p>
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
            {name}: {arrived ? words.hasWhatThePrimary : reason}
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
                  <input type="checkbox" name="force" /> {words.replaceThoseThatWere}{" "}
                </label>
              )}
              <button class="primary">{isThere ? words.upgrade : words.install}</button>
            </form>
          )}
          {!isCurrent && (
            <a class="button" href={`${path}/install?${new URLSearchParams({ schema })}`}>
              {words.sqlOfAnInstall}
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
              {words.sqlOfARemove}
            </a>
          )}
        </div>
      )}
      {script !== null && (
        <section id="script">
          <h2>{script.action === "install" ? words.whatAnInstallWould : words.whatARemoveWould}</h2>
          <pre class="sql" tabindex={0}>
            {script.sql}
          </pre>
        </section>
      )}
      <table>
        <thead>
          <tr>
            <th scope="col">{words.helper}</th>
            <th scope="col">{words.state}</th>
            <th scope="col">{words.functions}</th>
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
              {result !== null && words.returns(result)}
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
        {words.schema(
          schema,
          language === null
            ? words.theServerHasNeither
            : installed
              ? words.language(language)
              : words.languageWhichAnInstall(language, offers[language]!),
        )}
      </p>
      {everybody_writes && <p class="warning">{words.everybodyMayWriteFunctions(language)}</p>}
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
      <p>{words.theHelpersAreInstalled}</p>
      {kept.map(({ routine, dependents }) => (
        <p>
          {words.ofAnotherReleaseStays(
            routine,
            dependents.length === 0 ? words.forItWasChanged : words.forItIsIn(dependents.join(", ")),
          )}
        </p>
      ))}
      {indexes.length > 0 && (
        <>
          <p>{words.indexesHoldWhatThe}</p>
          <pre class="sql" tabindex={0}>
            {indexes.map((index) => `REINDEX INDEX CONCURRENTLY ${index};`).join("\n")}
          </pre>
        </>
      )}
    </section>
  );
}
