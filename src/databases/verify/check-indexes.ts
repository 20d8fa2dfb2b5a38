import type { Pair } from "./pair.ts";
import type { TableReport } from "./report.ts";
import { readErrorKind } from "./read-error.ts";
import type { VerifySession } from "./session.ts";
import type { Table } from "./tables.ts";

/** How long the check of one index may take: amcheck reads the whole index and the whole table. */
const TIMEOUT_MS = 3_600_000;

/** How the indexes of the access methods that amcheck knows are checked, as calls with an index's OID as `$1`. */
export type IndexChecks = ReadonlyMap<string, string>;

/** The functions of amcheck by access method, and the first of its versions with each ("amcheck" in PostgreSQL's documentation). */
const FUNCTIONS = [
  { method: "btree", signature: "bt_index_check(regclass, boolean)", call: "bt_index_check($1::oid::regclass, true)" },
  { method: "gin", signature: "gin_index_check(regclass)", call: "gin_index_check($1::oid::regclass)" },
] as const;

const AMCHECK = `
  SELECT quote_ident(n.nspname), ${FUNCTIONS.map(
    ({ signature }) =>
      `has_schema_privilege(n.oid, 'USAGE') AND has_function_privilege(to_regprocedure(format('%I.${signature}', n.nspname)), 'EXECUTE')`,
  ).join(", ")}
    FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace
   WHERE e.extname = 'amcheck'`;

/** Those of a table and of the values that it keeps elsewhere (TOAST). */
const INDEXES = `
  SELECT i.indexrelid, format('%I.%I', n.nspname, c.relname), am.amname
    FROM pg_index AS i
    JOIN pg_class AS c ON c.oid = i.indexrelid
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    JOIN pg_am AS am ON am.oid = c.relam
   WHERE i.indrelid IN ($1::oid, (SELECT reltoastrelid FROM pg_class WHERE oid = $1::oid)) AND i.indisvalid AND i.indisready
   ORDER BY c.relname`;

/** How a follower's indexes can be checked, or why they cannot. */
export async function findIndexChecks(follower: VerifySession): Promise<IndexChecks | { reason: string }> {
  const [row] = await follower.query(AMCHECK);
  if (row === undefined) {
    return {
      reason: "the extension amcheck is not installed (on the primary: CREATE EXTENSION amcheck)",
    };
  }
  const [schema, ...allowed] = row;
  const checks = new Map(
    FUNCTIONS.filter((_, index) => allowed[index] === "t").map(({ method, call }) => [method, `${schema}.${call}`]),
  );
  if (checks.has("btree")) return checks;
  return {
    reason: `the follower's role may not call ${schema}.bt_index_check (on the primary: GRANT EXECUTE ON FUNCTION ${schema}.bt_index_check(regclass, boolean) TO the role)`,
  };
}

/**
 * Checks a table's indexes on the follower with amcheck: their order, and that each row of the table has its entry. An
 * index that lacks an entry, or has it in the wrong place, answers a query wrongly while the table's rows are the same
 * as on the primary.
 */
export async function checkIndexes(
  { follower, signal }: Pick<Pair, "follower" | "signal">,
  checks: IndexChecks,
  table: Table,
  { indexes, unreadable }: Pick<TableReport, "indexes" | "unreadable">,
): Promise<void> {
  for (const [oid, index, method] of await follower.query(INDEXES, [table.oid])) {
    const check = checks.get(method!);
    if (check === undefined) {
      indexes.unchecked.push({ index: index!, reason: `it is of the access method ${method}` });
      continue;
    }
    try {
      await follower.query(`SELECT ${check}`, [oid], { timeoutMs: TIMEOUT_MS });
      indexes.checked++;
    } catch (error) {
      signal?.throwIfAborted();
      const message = error instanceof Error ? error.message : String(error);
      // Where rows of the table cannot be read, the check fails by them.
      if (isDamage(error) && unreadable.length === 0) indexes.damaged.push({ index: index!, message });
      else indexes.unchecked.push({ index: index!, reason: isTooLong(error) ? "the check took too long" : message });
    }
  }
}

function isTooLong(error: unknown): boolean {
  return readErrorKind(error) === "too_long";
}

/**
 * "data_corrupted", "index_corrupted", and the system's errors, such as of a file that is missing. Other internal errors
 * come when an index is dropped while it is checked.
 */
function isDamage(error: unknown): boolean {
  return /^(XX00[12]|58...)$/.test(String((error as { code?: unknown }).code));
}
