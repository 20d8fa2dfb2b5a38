import type { HistoryEntry } from "../../src/results/history.ts";
import type { ComparedResult, OpenedComparison } from "../../src/routes/open-comparison.ts";
import { formatTime } from "./formats.ts";

type Counts = OpenedComparison["comparison"]["counts"];

export const words = {
  title: (clip: string) => `Compare results of ${clip}`,
  heading: (clip: string, href: string) => (
    <>
      Compare results of <a href={href}>{clip}</a>
    </>
  ),
  tooFew: (results: number) =>
    `This clip has ${results === 0 ? "no result" : "one result"} so far: run it again to have two.`,
  from: "From (older)",
  to: "To (newer)",
  keyColumns: "Key columns",
  guessed: "guessed",
  compare: "Compare",
  whatKeySays:
    "The key says which rows are the same one: columns with commas between them, * for the whole row, or nothing to have it guessed.",
  choice: ({ number, version, startedAt, rowCount, truncated }: HistoryEntry) =>
    `${number} · ${formatTime(startedAt)} · version ${version} · ${rowCount.toLocaleString("en")} rows${truncated ? ", cut short" : ""}`,
  cutShort: (result: number, rows: number) =>
    `Result ${result} is cut short: it ends after ${rows.toLocaleString("en")} rows. Rows beyond its end are counted as if they did not exist.`,
  counts: ({ added, removed, changed, same }: Counts) => (
    <>
      <strong>{added + removed + changed === 0 ? "No differences." : ""}</strong> {added.toLocaleString("en")} added ·{" "}
      {removed.toLocaleString("en")} removed · {changed.toLocaleString("en")} changed · {same.toLocaleString("en")} the
      same
    </>
  ),
  /** The names of the key's columns: none for the whole row; and how many differences are shown, where there are more. */
  compared: (
    from: ComparedResult,
    to: ComparedResult,
    key: readonly string[],
    isGuessed: boolean,
    shown: number | null,
  ) =>
    `${resultFacts(from)} → ${resultFacts(to)} · compared by ${comparedBy(key, isGuessed)}${shown === null ? "" : ` · the first ${shown} differences are shown`}`,
  csv: "CSV of all differences",
};

function resultFacts({ head, end }: ComparedResult): string {
  return `result ${head.number} (version ${head.version}, ${formatTime(head.startedAt)}, ${end.rowCount.toLocaleString("en")} rows)`;
}

function comparedBy(key: readonly string[], isGuessed: boolean): string {
  if (key.length > 0) return `${key.join(", ")}${isGuessed ? " (guessed)" : ""}`;
  return `the whole row${isGuessed ? " (no key was found that is unique in both)" : ""}`;
}
