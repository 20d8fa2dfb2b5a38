import type pg from "pg";
import type { Finding } from "./finding.ts";
import { nameList } from "./name-list.ts";
import { type CheckedRow, roleChecksSql } from "./role-checks-sql.ts";
import { ROLE_CHECKS, type RoleCheck, SUPERUSER_CHECK } from "./role-checks.ts";
import { CHECKED_SETTINGS, settingFindings } from "./setting-checks.ts";

/** What a role could do. */
export interface RoleInspection {
  role: string;
  /** How many sessions it may have on the server at once; null: as many as the server has. */
  connectionLimit: number | null;
  /** Errors first, then warnings. */
  findings: readonly Finding[];
}

const SEVERITIES: readonly Finding["severity"][] = ["error", "warning", "info"];

/** pg_settings says with reset_val what the session began with, whatever a transaction has set since. */
const IDENTITY = `
  SELECT rolname AS role, pg_catalog.quote_ident(rolname) AS quoted, rolsuper AS superuser,
         rolconnlimit AS limit, pg_catalog.current_setting('server_version_num')::int4 / 10000 AS version,
         (SELECT pg_catalog.json_object_agg(name, reset_val) FROM pg_catalog.pg_settings
           WHERE name IN (${CHECKED_SETTINGS.map((name) => `'${name}'`).join(", ")})) AS settings
    FROM pg_catalog.pg_roles WHERE rolname = session_user`;

/** Of one message, which is one transaction. Compiling would take longer than the query. */
const LIMITS = "SET LOCAL jit = off; SET LOCAL statement_timeout = 10000;";

interface IdentityRow {
  role: string;
  quoted: string;
  superuser: boolean;
  limit: number;
  version: number;
  settings: Record<string, string>;
}

/**
 * Finds out what the role of a session could write, execute or become that a reader must not, in its database, on a
 * primary or on a follower. Two queries on the catalogs that every role may read. Where a server keeps those from the
 * role too, or needs more than ten seconds, that is a finding. Rejects only as the connection does.
 * @param client a session outside of a transaction
 * @param options.budget sessions that Dataclips may have there at once: see session-budget.ts
 */
export async function inspectRole(client: pg.Client, { budget }: { budget: number }): Promise<RoleInspection> {
  const { rows } = await client.query<IdentityRow>(IDENTITY);
  const identity = rows[0]!;
  const findings = [
    ...(await privilegeFindings(client, identity)),
    ...connectionFindings(identity, budget),
    ...settingFindings(identity.quoted, new Map(Object.entries(identity.settings))),
  ];
  return {
    role: identity.role,
    connectionLimit: identity.limit < 0 ? null : identity.limit,
    findings: SEVERITIES.flatMap((severity) => findings.filter((finding) => finding.severity === severity)),
  };
}

async function privilegeFindings(client: pg.Client, { quoted, superuser, version }: IdentityRow): Promise<Finding[]> {
  const checks = superuser ? [SUPERUSER_CHECK] : ROLE_CHECKS.filter(({ since = 0 }) => version >= since);
  try {
    const results = (await client.query(LIMITS + roleChecksSql(checks))) as unknown as pg.QueryResult<CheckedRow>[];
    const { rows } = results.at(-1)!;
    return checks.flatMap((check) => {
      const found = rows.filter(({ id }) => id === check.id);
      return found.length === 0 ? [] : [toFinding(check, quoted, found)];
    });
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code !== "42501" && code !== "57014") throw error;
    return [
      {
        id: "not_inspected",
        severity: "warning",
        message: `What the role ${quoted} may do cannot be looked up: ${message}.`,
        hint: "Check by hand that it can write nothing.",
        statements: [],
      },
    ];
  }
}

function toFinding(check: RoleCheck, role: string, rows: readonly CheckedRow[]): Finding {
  const names = nameList(rows.map(nameOf), rows[0]!.total);
  return {
    id: check.id,
    severity: check.severity,
    // Of its own attribute the name has been said.
    message: `The role ${role} ${check.finding}${names === role ? "" : `: ${names}`}.`,
    hint: check.hint,
    statements: check.revoke === true ? [...new Set(rows.map(revokeStatement))] : [],
  };
}

/** Such as "public.orders (INSERT, UPDATE)", with who was given it if that is not the role itself. */
function nameOf({ type, identity, column, privileges, grantee, own }: CheckedRow): string {
  const name = column === null ? identity.replace(/\(.*/, withoutCatalog) : `${identity}.${column}`;
  const spelled = NAMED_BY_THEMSELVES.has(type) ? name : `${type.replace(/ ACL$/, "")} ${name}`;
  const notes = [
    ...(privileges === null || privileges === "EXECUTE" ? [] : [privileges]),
    ...(own || type === "role" ? [] : [grantee === "PUBLIC" ? "as everybody" : `by ${grantee}`]),
  ];
  return notes.length === 0 ? spelled : `${spelled} (${notes.join(", ")})`;
}

/** Arguments' types as people write them. */
function withoutCatalog(argumentTypes: string): string {
  return argumentTypes.replaceAll("pg_catalog.", "");
}

const NAMED_BY_THEMSELVES = new Set(["table", "view", "function", "procedure", "schema", "role", "database"]);

/** How REVOKE calls what pg_identify_object calls something else. */
const REVOKED_AS: Readonly<Record<string, string>> = {
  view: "TABLE",
  "materialized view": "TABLE",
  "foreign table": "TABLE",
  function: "ROUTINE",
  procedure: "ROUTINE",
  aggregate: "ROUTINE",
  "foreign-data wrapper": "FOREIGN DATA WRAPPER",
  server: "FOREIGN SERVER",
  "parameter ACL": "PARAMETER",
};

function revokeStatement({ type, identity, privileges, grantee }: CheckedRow): string {
  return `REVOKE ${privileges} ON ${REVOKED_AS[type] ?? type.toUpperCase()} ${identity} FROM ${grantee};`;
}

function connectionFindings({ quoted, limit }: IdentityRow, budget: number): Finding[] {
  if (limit >= budget) return [];
  const statements = [`ALTER ROLE ${quoted} CONNECTION LIMIT ${budget};`];
  return [
    limit < 0
      ? {
          id: "no_connection_limit",
          severity: "warning",
          message: `The role ${quoted} may take every connection that the server has (it has no CONNECTION LIMIT).`,
          hint: `Dataclips has up to ${budget} sessions of it for each of its server processes. Give it a limit.`,
          statements,
        }
      : {
          id: "small_connection_limit",
          severity: "warning",
          message: `The role ${quoted} may have ${limit} sessions at once (CONNECTION LIMIT), and each server process of Dataclips may have ${budget}.`,
          hint: "Raise the limit, or lower max_runs of the databases that it reads.",
          statements,
        },
  ];
}
