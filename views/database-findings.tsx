import type { Examination } from "../src/databases/examinations.ts";
import type { DatabaseReport, FollowerReport } from "../src/databases/examine-database.ts";
import type { Finding } from "../src/databases/finding.ts";
import { formatTime } from "./english/formats.ts";

const LEVELS = [
  ["error", "Error"],
  ["warning", "Warning"],
  ["info", "Note"],
] as const satisfies readonly (readonly [Finding["severity"], string])[];

/** What doctor finds of a database, with a button that makes it look. */
export function DatabaseFindings({ path, examination }: { path: string; examination: Examination | null }) {
  return (
    <section id="findings">
      <h2>Doctor's findings</h2>
      <form method="get" action={`${path}#findings`} class="actions">
        <input type="hidden" name="check" value="1" />
        <button>{examination === null ? "Look for faults" : "Look again"}</button>
      </form>
      {examination === null ? (
        <p class="note">
          Looks at every follower as <code>dataclips doctor</code> does: what the reader role could do that a reader
          must not, which limits are in force, and what else is worth knowing. It changes nothing.
        </p>
      ) : (
        <>
          <p class="facts">
            Looked at{" "}
            <time datetime={new Date(examination.at).toISOString()}>{formatTime(new Date(examination.at))}</time>, at
            most once a minute.
          </p>
          <Primary primary={examination.report.primary} />
          {examination.report.followers.map((follower) => (
            <FollowerFindings follower={follower} />
          ))}
        </>
      )}
    </section>
  );
}

function Primary({ primary }: { primary: DatabaseReport["primary"] }) {
  if (!primary.configured) return <p>No primary is configured: helpers and links cannot be installed from here.</p>;
  if (primary.ok) return <p>The primary answers: PostgreSQL {primary.version}.</p>;
  return (
    <p class="finding" data-level="warning">
      <strong>Warning:</strong> The primary cannot be reached: {primary.reason}.
    </p>
  );
}

function FollowerFindings({ follower }: { follower: FollowerReport }) {
  if (!("findings" in follower)) {
    return (
      <>
        <h3>{follower.name}</h3>
        <p class="finding" data-level="error">
          <strong>Error:</strong> It cannot be reached: {follower.reason}. Look whether it runs, and whether the
          configuration's URL is right.
        </p>
      </>
    );
  }
  const { name, findings, role, settings, signal_url } = follower;
  const ordered = LEVELS.map(([level, word]) => ({
    level,
    word,
    found: findings.filter(({ severity }) => severity === level),
  }));
  const [errors] = ordered;
  return (
    <>
      <h3>
        {name} <small>{ordered.map(({ word, found }) => counted(found.length, word.toLowerCase())).join(", ")}</small>
      </h3>
      {errors!.found.length === 0 && <p>The role {role} can only read.</p>}
      <ul class="plain findings">
        {ordered.flatMap(({ level, word, found }) =>
          found.map((finding) => (
            <li class="finding" data-level={level}>
              <p>
                <strong>{word}:</strong> {finding.message}
              </p>
              <p class="hint">{finding.hint}</p>
              {level !== "info" && finding.statements.length > 0 && (
                <pre class="sql" tabindex={0}>
                  {finding.statements.join("\n")}
                </pre>
              )}
            </li>
          )),
        )}
      </ul>
      <details>
        <summary>Settings of {name}</summary>
        <dl class="numbers">
          {Object.entries(settings).map(([setting, value]) => (
            <>
              <dt>{setting}</dt>
              <dd>{value}</dd>
            </>
          ))}
          <dt>silent runs</dt>
          <dd>{signal_url ? "ended through signal_url" : "ended by the role itself (no signal_url)"}</dd>
        </dl>
      </details>
    </>
  );
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
