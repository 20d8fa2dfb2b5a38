import type pg from "pg";
import type { Database } from "../databases/databases.ts";
import { checkNames } from "../runs/check-names.ts";
import type { CheckedSql } from "../runs/check-sql.ts";
import { refuseName } from "../runs/gate.ts";
import { type NameFact, readNameFacts } from "../runs/name-facts.ts";
import { reasonToRefuse } from "../runs/name-policy.ts";

/** What every database allows, whatever its configuration says. */
const SAFE = { mode: "safe", allow: [], refuse: [] } as const;

/**
 * checkNames for SQL that is to run on the primary. There no read-only transaction stands behind the policy, so it is
 * stricter than the database's own: whatever may write by itself is refused, even where the configuration allows it
 * for clips, on whose followers it would fail.
 * @param client in a transaction, with the rights and the search_path with which the SQL will run
 * @throws AppError not_read_only, with a position in the text
 */
export async function checkPrimaryNames(
  client: pg.Client,
  database: Pick<Database, "name" | "functions" | "relations">,
  { text, names }: Pick<CheckedSql, "text" | "names">,
): Promise<void> {
  // "granted" trusts the role's rights to bound a function; a SECURITY DEFINER one has others.
  await checkNames(client, { ...database, functions: { ...database.functions, mode: "safe" } }, { text, names });
  if (names.length === 0) return;
  for (const fact of await readNameFacts(client, names)) {
    if (mayWrite(fact)) {
      const reason = "may write when it is run on the primary, where a materialized clip is made";
      throw refuseName(text, names[fact.index]!, reason, fact);
    }
  }
}

function mayWrite(fact: NameFact): boolean {
  if (reasonToRefuse(fact, { functions: SAFE, relations: SAFE }) === undefined) return false;
  if (fact.kind === "function") return fact.schema !== "pg_catalog" && (fact.volatile || fact.securityDefiner);
  // Which relations there are to be read, the database says; what reading them calls is the question.
  const callsOnly = { ...fact, schema: "", foreign: false };
  return reasonToRefuse(callsOnly, { functions: SAFE, relations: SAFE }) !== undefined;
}
