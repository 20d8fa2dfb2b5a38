import type { Examination } from "../src/databases/examinations.ts";
import type { DatabaseReport, FollowerReport } from "../src/databases/examine-database.ts";
import type { Finding } from "../src/databases/finding.ts";
import { formatTime } from "./english/formats.ts";
import { words } from "./english/database-findings.tsx";

const LEVELS = [
  ["error", words.error],
  ["warning", words.warning],
  ["info", words.note],
] as const satisfies readonly (readonly [Finding["severity"], string])[];

/** What doctor finds of a database, with a button that makes it look. */
export function DatabaseFindings({ path, examination }: { path: string; examination: Examination | null }) {
  return (
    <section id="findings">
      <h2>{words.doctorsFindings}</h2>
      <form method="get" action={`${path}#findings`} class="actions">
        <input type="hidden" name="check" value="1" />
        <button>{examination === null ? words.lookForFaults : words.lookAgain}</button>
      </form>
      {examination === null ? (
        <p class="note">{words.looksAtEveryFollower()}</p>
      ) : (
        <>
          <p class="facts">
            {words.lookedAtAtMost(new Date(examination.at).toISOString(), formatTime(new Date(examination.at)))}
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
  if (!primary.configured) return <p>{words.noPrimaryIsConfigured}</p>;
  if (primary.ok) return <p>{words.thePrimaryAnswersPostgreSQL(primary.version)}</p>;
  return (
    <p class="finding" data-level="warning">
      {words.warningThePrimaryCannot(primary.reason)}
    </p>
  );
}

function FollowerFindings({ follower }: { follower: FollowerReport }) {
  if (!("findings" in follower)) {
    return (
      <>
        <h3>{follower.name}</h3>
        <p class="finding" data-level="error">
          {words.errorItCannotBe(follower.reason)}
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
      {errors!.found.length === 0 && <p>{words.theRoleCanOnly(role)}</p>}
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
        <summary>{words.settingsOf(name)}</summary>
        <dl class="numbers">
          {Object.entries(settings).map(([setting, value]) => (
            <>
              <dt>{setting}</dt>
              <dd>{value}</dd>
            </>
          ))}
          <dt>{words.silentRuns}</dt>
          <dd>{signal_url ? words.endedThroughSignalUrl : words.endedByTheRole}</dd>
        </dl>
      </details>
    </>
  );
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
