import type { NamePolicyConfig } from "../databases/database-config.ts";
import type { Finding } from "../databases/finding.ts";
import type { DatabaseReport, FollowerReport } from "../databases/examine-database.ts";

const MARKS: Readonly<Record<Finding["severity"], string>> = { error: "✗", warning: "!", info: "·" };

/** The reports of `dataclips doctor` for a terminal. */
export function reportText(reports: readonly DatabaseReport[]): string {
  const followers = reports.flatMap((report) => report.followers);
  const findings = followers.flatMap((follower) => ("findings" in follower ? follower.findings : []));
  const count = (severity: string): number => findings.filter((finding) => finding.severity === severity).length;
  const summary = [
    counted(reports.length, "database"),
    counted(followers.length, "follower"),
    `${followers.filter((follower) => !("findings" in follower)).length} out of reach`,
    counted(count("error"), "error"),
    counted(count("warning"), "warning"),
  ];
  return `${reports.map(databaseText).join("\n")}\n${summary.join(", ")}\n`;
}

function databaseText(report: DatabaseReport): string {
  const { name, limits, primary } = report;
  const lines = [
    name,
    `  functions    ${policyText(report.functions)}`,
    `  relations    ${policyText(report.relations)}`,
    `  limits       ${limits.timeout_ms / 1000} s, ${limits.max_rows} rows, ${bytes(limits.max_bytes)} (a row ${bytes(limits.max_row_bytes)}), ` +
      `${counted(limits.max_runs, "run")} at once, ${limits.max_lag_seconds} s behind at most`,
    `  sessions     ${report.sessions} at most on each follower, for each server process of Dataclips (max_runs + ${report.sessions - limits.max_runs})`,
    `  primary      ${primaryText(primary)}`,
    ...(report.allow_writable_role ? ["  ! Clips run even where the role can write (allow_writable_role)."] : []),
    ...report.followers.flatMap(followerLines),
  ];
  return `${lines.join("\n")}\n`;
}

function followerLines(follower: FollowerReport): string[] {
  if (!("findings" in follower)) return ["", `  ${follower.name}`, `    ✗ It cannot be reached: ${follower.reason}.`];
  const { findings, role, can_write, connections } = follower;
  const limit = follower.connection_limit === null ? "" : `, ${follower.connection_limit} sessions at once`;
  return [
    "",
    `  ${follower.name}`,
    `    ${follower.is_follower ? "✓" : "!"} PostgreSQL ${follower.version}, ${placeText(follower)}`,
    ...(can_write ? [`    ✗ role ${role}${limit}`] : [`    ✓ role ${role}: can write nothing${limit}`]),
    ...findings.flatMap(findingLines),
    `    connections  ${connections.used} of ${connections.available} in use; Dataclips may have ${follower.sessions} as this role`,
    `    silent runs  ${follower.signal_url ? "ended through signal_url" : "ended by the role itself (no signal_url)"}`,
    `    settings     ${wrapped(follower.settings, " = ")}`,
    `    extensions   ${wrapped(follower.extensions, " ") || "none"}`,
  ];
}

function placeText({ is_follower, lag_seconds, lag_bytes }: Extract<FollowerReport, { version: string }>): string {
  if (!is_follower) return "a primary";
  if (lag_seconds === null) return "a follower, nobody knows how far behind";
  return `a follower, ${lag_seconds} s${lag_bytes === null ? "" : ` and ${lag_bytes} bytes`} behind`;
}

function findingLines({ severity, message, hint, statements }: Finding): string[] {
  return [
    `    ${MARKS[severity]} ${message}`,
    `      ${hint}`,
    ...(severity === "info" ? [] : statements.map((statement) => `        ${statement}`)),
  ];
}

function primaryText(primary: DatabaseReport["primary"]): string {
  if (!primary.configured) return "not configured: helpers cannot be installed from here";
  return primary.ok ? `✓ PostgreSQL ${primary.version}` : `! it cannot be reached: ${primary.reason}`;
}

function policyText({ mode, allow, refuse }: NamePolicyConfig): string {
  const lists = [
    ...(allow.length === 0 ? [] : [`also ${allow.join(", ")}`]),
    ...(refuse.length === 0 ? [] : [`never ${refuse.join(", ")}`]),
  ];
  return [mode, ...lists].join("; ");
}

function wrapped(entries: Readonly<Record<string, string>>, between: string): string {
  const items = Object.entries(entries).map(([name, value]) => `${name}${between}${value}`);
  const lines: string[] = [];
  for (const item of items) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + item.length < 90) lines[lines.length - 1] = `${last}, ${item}`;
    else lines.push(item);
  }
  return lines.join(",\n                 ");
}

function bytes(count: number): string {
  const mebi = count / 1024 / 1024;
  return mebi >= 1 ? `${Number(mebi.toFixed(1))} MiB` : `${count} bytes`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
