import type { Child } from "hono/jsx";

export const words = {
  error: "Error",
  warning: "Warning",
  note: "Note",
  doctorsFindings: "Doctor's findings",
  lookForFaults: "Look for faults",
  lookAgain: "Look again",
  looksAtEveryFollower: () => (
    <>
      Looks at every follower as <code>dataclips doctor</code> does: what the reader role could do that a reader must
      not, which limits are in force, and what else is worth knowing. It changes nothing.
    </>
  ),
  lookedAtAtMost: (iso: string, when: Child) => (
    <>
      Looked at <time datetime={iso}>{when}</time>, at most once a minute.
    </>
  ),
  noPrimaryIsConfigured: "No primary is configured: helpers and links cannot be installed from here.",
  thePrimaryAnswersPostgreSQL: (version: Child) => <>The primary answers: PostgreSQL {version}.</>,
  warningThePrimaryCannot: (reason: Child) => (
    <>
      <strong>Warning:</strong> The primary cannot be reached: {reason}.
    </>
  ),
  errorItCannotBe: (reason: Child) => (
    <>
      <strong>Error:</strong> It cannot be reached: {reason}. Look whether it runs, and whether the configuration's URL
      is right.
    </>
  ),
  theRoleCanOnly: (role: Child) => <>The role {role} can only read.</>,
  settingsOf: (name: Child) => <>Settings of {name}</>,
  silentRuns: "silent runs",
  endedThroughSignalUrl: "ended through signal_url",
  endedByTheRole: "ended by the role itself (no signal_url)",
};
