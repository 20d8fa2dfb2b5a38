import type { DatabaseConfig } from "../src/databases/database-config.ts";
import { words } from "./english/database-limits.ts";
import { readableSeconds } from "./english/formats.ts";

/** What bounds a run on a database, as its configuration says. */
export function DatabaseLimits({ database }: { database: DatabaseConfig }) {
  const limits: readonly (readonly [name: string, value: string])[] = [
    [words.time, readableSeconds(database.timeoutMs / 1000)],
    [words.rows, database.maxRows.toLocaleString("en")],
    [words.size, words.mebibytes(database.maxBytes)],
    [words.rowSize, words.mebibytes(database.maxRowBytes)],
    [words.runs, words.runsAtOnce(database.maxRuns)],
    [words.lag, readableSeconds(database.maxLagSeconds)],
    [words.functions, words.policy(database.functions)],
    [words.relations, words.policy(database.relations)],
  ];
  return (
    <section>
      <h2>{words.title}</h2>
      <dl class="numbers">
        {limits.map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
    </section>
  );
}
