import type { NamePolicyConfig } from "../../src/databases/database-config.ts";

export const words = {
  title: "Limits",
  time: "Time of a run",
  rows: "Rows of a result",
  size: "Size of a result",
  rowSize: "Size of a row",
  runs: "Runs at once",
  runsAtOnce: (maxRuns: number) => `${maxRuns}; up to four times as many wait`,
  lag: "Lag of a follower",
  functions: "Functions",
  relations: "Tables and views",
  policy: ({ mode, allow, refuse }: NamePolicyConfig) =>
    [
      MODES[mode],
      ...(allow.length > 0 ? [`and ${allow.join(", ")}`] : []),
      ...(refuse.length > 0 ? [`without ${refuse.join(", ")}`] : []),
    ].join(" "),
  /** Limits are round in these (by default 100 and 16), and not in the MB of formats.ts. */
  mebibytes: (bytes: number) => {
    const mebi = bytes / 1024 / 1024;
    return mebi >= 1 ? `${Number(mebi.toFixed(1))} MiB` : `${bytes.toLocaleString("en")} bytes`;
  },
};

const MODES: Readonly<Record<NamePolicyConfig["mode"], string>> = {
  safe: "those that are known to only read",
  granted: "all that the reader role has been granted",
};
