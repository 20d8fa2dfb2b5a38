import type { Finding } from "../../src/databases/finding.ts";
import { countOf, formatTime } from "./formats.ts";

export const words = {
  title: "Doctor's findings",
  look: (isFirst: boolean) => (isFirst ? "Look for faults" : "Look again"),
  whatIsLookedAt: () => (
    <>
      Looks at every follower as <code>dataclips doctor</code> does: what the reader role could do that a reader must
      not, which limits are in force, and what else is worth knowing. It changes nothing.
    </>
  ),
  lookedAt: (when: Date) => (
    <>
      Looked at <time datetime={when.toISOString()}>{formatTime(when)}</time>, at most once a minute.
    </>
  ),
  noPrimary: "No primary is configured: helpers and links cannot be installed from here.",
  primaryAnswers: (version: string) => `The primary answers: PostgreSQL ${version}.`,
  primaryUnreachable: (reason: string) => (
    <>
      <strong>Warning:</strong> The primary cannot be reached: {reason}.
    </>
  ),
  followerUnreachable: (reason: string) => (
    <>
      <strong>Error:</strong> It cannot be reached: {reason}. Look whether it runs, and whether the configuration's URL
      is right.
    </>
  ),
  counts: (counts: Readonly<Record<Finding["severity"], number>>) =>
    [countOf(counts.error, "error"), countOf(counts.warning, "warning"), countOf(counts.info, "note")].join(", "),
  onlyReads: (role: string) => `The role ${role} can only read.`,
  finding: ({ severity, message }: Finding) => (
    <>
      <strong>{SEVERITIES[severity]}:</strong> {message}
    </>
  ),
  settings: (follower: string) => `Settings of ${follower}`,
  silentRuns: "silent runs",
  endedBy: (signalUrl: boolean) =>
    signalUrl ? "ended through signal_url" : "ended by the role itself (no signal_url)",
};

const SEVERITIES: Readonly<Record<Finding["severity"], string>> = { error: "Error", warning: "Warning", info: "Note" };
