import type { Child } from "hono/jsx";

export const words = {
  compareResultsOf: (title: string | number) => `Compare results of ${title}`,
  compareResultsOf2: (path: string, title: Child) => (
    <>
      Compare results of <a href={path}>{title}</a>
    </>
  ),
  noResult: "no result",
  oneResult: "one result",
  thisClipHasSo: (howMany: Child) => <>This clip has {howMany} so far: run it again to have two.</>,
  fromOlder: "From (older)",
  toNewer: "To (newer)",
  keyColumns: "Key columns",
  guessed: "guessed",
  compare: "Compare",
  theKeySaysWhich:
    "The key says which rows are the same one: columns with commas between them, * for the whole row, or nothing to have it guessed.",
  cutShort: ", cut short",
  versionRows: (number: Child, startedAt: Child, version: Child, rowCount: Child, truncated: Child) => (
    <>
      {number} · {startedAt} · version {version} · {rowCount} rows
      {truncated}
    </>
  ),
  resultIsCutShort: (number: Child, rowCount: Child) => (
    <>
      Result {number} is cut short: it ends after {rowCount} rows. Rows beyond its end are counted as if they did not
      exist.
    </>
  ),
  noDifferences: "No differences.",
  addedRemovedChangedThe: (none: Child, added: Child, removed: Child, changed: Child, same: Child) => (
    <>
      <strong>{none}</strong> {added} added · {removed} removed · {changed} changed · {same} the same
    </>
  ),
  theWholeRow: "the whole row",
  noKeyWasFound: " (no key was found that is unique in both)",
  guessed2: " (guessed)",
  theFirstDifferencesAre: (count: string | number) => ` · the first ${count} differences are shown`,
  comparedBy: (names: Child, guessed: Child, shown: Child) => (
    <>
      · compared by {names}
      {guessed}
      {shown}
    </>
  ),
  csvOfAllDifferences: "CSV of all differences",
  resultVersionRows: (number: Child, version: Child, startedAt: Child, rowCount: Child) => (
    <>
      result {number} (version {version}, {startedAt}, {rowCount} rows)
    </>
  ),
};
