import type { Examination } from "../src/databases/examinations.ts";
import type { DatabaseReport, FollowerReport } from "../src/databases/examine-database.ts";
import { words } from "./english/database-findings.tsx";

/** What doctor finds of a database, with a button that makes it look. */
export function DatabaseFindings({ path, examination }: { path: string; examination: Examination | null }) {
  return (
    <section id="findings">
      <h2>{words.title}</h2>
      <form method="get" action={`${path}#findings`} class="actions">
        <input type="hidden" name="check" value="1" />
        <button>{words.look(examination === null)}</button>
      </form>
      {examination === null ? (
        <p class="note">{words.whatIsLookedAt()}</p>
      ) : (
        <>
          <p class="facts">{words.lookedAt(new Date(examination.at))}</p>
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
  if (!primary.configured) return <p>{words.noPrimary}</p>;
  if (primary.ok) return <p>{words.primaryAnswers(primary.version)}</p>;
  return (
    <p class="finding" data-level="warning">
      {words.primaryUnreachable(primary.reason)}
    </p>
  );
}

function FollowerFindings({ follower }: { follower: FollowerReport }) {
  if (!("findings" in follower)) {
    return (
      <>
        <h3>{follower.name}</h3>
        <p class="finding" data-level="error">
          {words.followerUnreachable(follower.reason)}
        </p>
      </>
    );
  }
  const { name, findings, role, settings, signal_url } = follower;
  const { error = [], warning = [], info = [] } = Object.groupBy(findings, ({ severity }) => severity);
  return (
    <>
      <h3>
        {name} <small>{words.counts({ error: error.length, warning: warning.length, info: info.length })}</small>
      </h3>
      {error.length === 0 && <p>{words.onlyReads(role)}</p>}
      <ul class="plain findings">
        {[...error, ...warning, ...info].map((finding) => (
          <li class="finding" data-level={finding.severity}>
            <p>{words.finding(finding)}</p>
            <p class="hint">{finding.hint}</p>
            {finding.severity !== "info" && finding.statements.length > 0 && (
              <pre class="sql" tabindex={0}>
                {finding.statements.join("\n")}
              </pre>
            )}
          </li>
        ))}
      </ul>
      <details>
        <summary>{words.settings(name)}</summary>
        <dl class="numbers">
          {Object.entries(settings).map(([setting, value]) => (
            <>
              <dt>{setting}</dt>
              <dd>{value}</dd>
            </>
          ))}
          <dt>{words.silentRuns}</dt>
          <dd>{words.endedBy(signal_url)}</dd>
        </dl>
      </details>
    </>
  );
}
