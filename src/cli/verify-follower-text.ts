import {
  type FollowerReport,
  isDifferent,
  type RowFindings,
  type RowKey,
  type TableReport,
} from "../databases/verify/report.ts";

const OUTCOMES = {
  same: "the same as the primary",
  different: "DIFFERENT from the primary",
  incomplete: "not compared to the end, no difference found",
} as const;

const FINDINGS: readonly (readonly ["missing" | "extra" | "changed" | "unsettled", string])[] = [
  ["missing", "missing on the follower"],
  ["extra", "on the follower only"],
  ["changed", "different on the follower"],
  ["unsettled", "not compared, because they kept changing"],
];

/** A follower's report for people, with a line end. */
export function reportText(database: string, follower: string, report: FollowerReport): string {
  const { tables, skipped } = report;
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const indexes = tables.reduce((sum, table) => sum + table.indexes.checked + table.indexes.damaged.length, 0);
  const again = tables.reduce((sum, table) => sum + table.chunksLookedAtAgain, 0);
  const lines = [
    `${database}, ${follower}: ${OUTCOMES[report.outcome]}`,
    `  compared ${amount(rows, "row")} of ${amount(tables.length, "table")}${indexes === 0 ? "" : ` and checked ${amount(indexes, "index")}`} in ${(report.durationMs / 1000).toFixed(1)} s${
      again === 0 ? "" : `; looked at ${amount(again, "chunk")} again`
    }`,
    ...report.findings.map((finding) => `  ${finding}`),
    ...(report.stalled === null ? [] : [`  The follower stands still: ${report.stalled}.`]),
    ...tables.flatMap(tableLines),
    ...(report.indexesUnchecked === null ? [] : [`  Indexes were not checked: ${report.indexesUnchecked}.`]),
    ...(skipped.length === 0 ? [] : ["  Not compared:"]),
    ...skipped.map(({ table, reason }) => `    ${table}: ${reason}`),
  ];
  return `${lines.join("\n")}\n`;
}

function tableLines(report: TableReport): string[] {
  const isWorthALine =
    isDifferent(report) ||
    report.unsettled.rows > 0 ||
    report.indexes.unchecked.length > 0 ||
    report.incomplete !== null;
  return [
    ...(isWorthALine ? [`  ${report.table}`] : []),
    ...FINDINGS.flatMap(([name, words]) => findingLines(report[name], words)),
    ...report.unreadable.map(
      ({ server, rows, key, message }) =>
        `    ${amount(rows, "row")} unreadable on the ${server}${key === null ? "" : `, from ${keyText(key)} on`}: ${message}`,
    ),
    ...report.indexes.damaged.map(({ index, message }) => `    index ${index} is damaged on the follower: ${message}`),
    ...report.indexes.unchecked.map(({ index, reason }) => `    index ${index} was not checked: ${reason}`),
    ...(report.incomplete === null ? [] : [`    not compared to its end: ${report.incomplete}`]),
  ];
}

function findingLines({ rows, examples }: RowFindings, words: string): string[] {
  if (rows === 0) return [];
  const more = rows > examples.length ? "; …" : "";
  return [`    ${amount(rows, "row")} ${words}: ${examples.map(keyText).join("; ")}${more}`];
}

function keyText(key: RowKey): string {
  return Object.entries(key)
    .map(([column, value]) => `${column} = ${value}`)
    .join(", ");
}

function amount(count: number, noun: string): string {
  const ending = count === 1 ? "" : noun.endsWith("x") ? "es" : "s";
  return `${count.toLocaleString("en-US")} ${noun}${ending}`;
}
