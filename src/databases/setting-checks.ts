import type { Finding } from "./finding.ts";

/** The settings that {@link settingFindings} looks at. */
export const CHECKED_SETTINGS = [
  "statement_timeout",
  "lock_timeout",
  "idle_in_transaction_session_timeout",
  "transaction_timeout",
  "client_connection_check_interval",
  "tcp_user_timeout",
  "temp_file_limit",
  "default_transaction_read_only",
  "lo_compat_privileges",
] as const;

/** What sql/roles.sql sets where 0 means that there is no limit. */
const TIMEOUTS: readonly { name: (typeof CHECKED_SETTINGS)[number]; value: string }[] = [
  { name: "statement_timeout", value: "60s" },
  { name: "lock_timeout", value: "500ms" },
  { name: "idle_in_transaction_session_timeout", value: "60s" },
  { name: "transaction_timeout", value: "15min" },
  { name: "client_connection_check_interval", value: "1s" },
  { name: "tcp_user_timeout", value: "5s" },
];

/**
 * What is amiss in the settings that a role's sessions begin with.
 * @param role its name, quoted
 * @param settings by name; those that the server's version does not know are missing
 */
export function settingFindings(role: string, settings: ReadonlyMap<string, string>): Finding[] {
  const findings: Finding[] = [];
  if (settings.get("lo_compat_privileges") === "on") {
    findings.push({
      id: "large_object_privileges_off",
      severity: "error",
      message: "Large objects have no privileges here (lo_compat_privileges is on): every role may write to them.",
      hint: "Switch lo_compat_privileges off.",
      statements: ["ALTER SYSTEM SET lo_compat_privileges = off;", "SELECT pg_reload_conf();"],
    });
  }
  const missing = TIMEOUTS.filter(({ name }) => settings.get(name) === "0");
  if (missing.length > 0) {
    findings.push({
      id: "no_timeout",
      severity: "warning",
      message: `The role ${role} begins its sessions without a limit of time: ${missing.map(({ name }) => name).join(", ")}.`,
      hint: "Run sql/roles.sql again, or set what is missing.",
      statements: missing.map(({ name, value }) => `ALTER ROLE ${role} SET ${name} = '${value}';`),
    });
  }
  if (settings.get("temp_file_limit") === "-1") {
    findings.push({
      id: "no_temp_file_limit",
      severity: "warning",
      message: `A query of the role ${role} may fill the disk with temporary files (temp_file_limit is -1).`,
      hint: "Run sql/roles.sql again as a superuser, or set it.",
      statements: [`ALTER ROLE ${role} SET temp_file_limit = '1GB';`],
    });
  }
  if (settings.get("default_transaction_read_only") === "off") {
    findings.push({
      id: "not_read_only_by_default",
      severity: "warning",
      message: `Transactions of the role ${role} are not read-only unless they say so.`,
      hint: "Run sql/roles.sql again, or set it.",
      statements: [`ALTER ROLE ${role} SET default_transaction_read_only = on;`],
    });
  }
  return findings;
}
