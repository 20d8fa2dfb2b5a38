import type { DatabaseConfig, NamePolicyConfig } from "../src/databases/database-config.ts";
import { readableSeconds } from "./english/formats.ts";
import { words } from "./english/database-limits.ts";

/** What bounds a run on a database, as its configuration says. */
export function DatabaseLimits({ database }: { database: DatabaseConfig }) {
  const limits: readonly (readonly [name: string, value: string])[] = [
    [words.timeOfARun, readableSeconds(database.timeoutMs / 1000)],
    [words.rowsOfAResult, database.maxRows.toLocaleString("en")],
    [words.sizeOfAResult, mebibytes(database.maxBytes)],
    [words.sizeOfARow, mebibytes(database.maxRowBytes)],
    [words.runsAtOnce, words.upToFourTimes(database.maxRuns)],
    [words.lagOfAFollower, readableSeconds(database.maxLagSeconds)],
    [words.functions, policyText(database.functions)],
    [words.tablesAndViews, policyText(database.relations)],
  ];
  return (
    <section>
      <h2>{words.limits}</h2>
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

const MODES: Readonly<Record<NamePolicyConfig["mode"], string>> = {
  safe: words.thoseThatAreKnown,
  granted: words.allThatTheReader,
};

function policyText({ mode, allow, refuse }: NamePolicyConfig): string {
  return [
    MODES[mode],
    ...(allow.length > 0 ? [words.and(allow.join(", "))] : []),
    ...(refuse.length > 0 ? [words.without(refuse.join(", "))] : []),
  ].join(" ");
}

function mebibytes(bytes: number): string {
  const mebi = bytes / 1024 / 1024;
  return mebi >= 1 ? `${Number(mebi.toFixed(1))} MiB` : words.bytes(bytes.toLocaleString("en"));
}
