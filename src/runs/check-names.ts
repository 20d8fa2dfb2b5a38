import type pg from "pg";
import type { Database } from "../databases/databases.ts";
import type { CheckedSql } from "./check-sql.ts";
import { refuseName } from "./gate.ts";
import { readNameFacts } from "./name-facts.ts";
import { reasonToRefuse } from "./name-policy.ts";

/**
 * The gate's second half, on the follower: every name in the SQL, as the server's own catalogs know it, has to be let
 * through by the database's policy. In the transaction in which the SQL is then parsed and run.
 * @throws AppError not_read_only, with a position in the template's text
 */
export async function checkNames(
  client: pg.Client,
  database: Pick<Database, "name" | "functions" | "relations">,
  { text, names }: Pick<CheckedSql, "text" | "names">,
): Promise<void> {
  if (names.length === 0) return;
  for (const fact of await readNameFacts(client, names)) {
    const reason = reasonToRefuse(fact, database);
    if (reason === undefined) continue;
    const list = fact.kind === "function" ? "allow_functions" : "allow_relations";
    throw refuseName(text, names[fact.index]!, reason, {
      ...fact,
      hint: `Whoever runs Dataclips can allow it: "${list}": ["${fact.schema}.${fact.name}"], in the configuration of ${database.name}.`,
    });
  }
}
