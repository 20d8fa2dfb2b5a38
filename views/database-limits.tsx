import type { DatabaseConfig, NamePolicyConfig } from "../src/databases/database-config.ts";
import { readableSeconds } from "./english/formats.ts";

/** What bounds a run on a database, as its configuration says. */
export function DatabaseLimits({ database }: { database: DatabaseConfig }) {
  const limits: readonly (readonly [name: string, value: string])[] = [
    ["Time of a run", readableSeconds(database.timeoutMs / 1000)],
    ["Rows of a result", database.maxRows.toLocaleString("en")],
    ["Size of a result", mebibytes(database.maxBytes)],
    ["Size of a row", mebibytes(database.maxRowBytes)],
    ["Runs at once", `${database.maxRuns}; up to four times as many wait`],
    ["Lag of a follower", readableSeconds(database.maxLagSeconds)],
    ["Functions", policyText(database.functions)],
    ["Tables and views", policyText(database.relations)],
  ];
  return (
    <section>
      <h2>Limits</h2>
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
  safe: "those that are known to only read",
  granted: "all that the reader role has been granted",
};

function policyText({ mode, allow, refuse }: NamePolicyConfig): string {
  return [
    MODES[mode],
    ...(allow.length > 0 ? [`and ${allow.join(", ")}`] : []),
    ...(refuse.length > 0 ? [`without ${refuse.join(", ")}`] : []),
  ].join(" ");
}

function mebibytes(bytes: number): string {
  const mebi = bytes / 1024 / 1024;
  return mebi >= 1 ? `${Number(mebi.toFixed(1))} MiB` : `${bytes.toLocaleString("en")} bytes`;
}
