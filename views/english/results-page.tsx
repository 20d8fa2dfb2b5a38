import type { Child } from "hono/jsx";

export const words = {
  resultsOf: (title: string | number) => `Results of ${title}`,
  resultsOf2: (path: string, title: Child) => (
    <>
      Results of <a href={path}>{title}</a>
    </>
  ),
  onThisPage: " on this page",
  yet: " yet",
  noResultIsStored: (where: Child) => <>No result is stored{where}.</>,
  compareTheTwoChosen: "Compare the two chosen",
  chooseAnOlderAnd: "Choose an older and a newer one in the table.",
  results: "Results",
  result: "Result",
  older: "Older",
  newer: "Newer",
  pages: "Pages",
  pageOf: (page: Child, pages: Child) => (
    <>
      Page {page} of {pages}
    </>
  ),
  finished: "Finished",
  version: "Version",
  rows: "Rows",
  took: "Took",
  ranOn: "Ran on",
  askedBy: "Asked by",
  download: "Download",
  result2: (number: Child) => <>Result {number}</>,
  aLink: "a link",
  links: (pinned: string | number) => `${pinned} links`,
  pinnedBy: (pinned: Child) => <>Pinned by {pinned}.</>,
  resultAsTheOlder: (number: string | number) => `Result ${number} as the older one`,
  resultAsTheNewer: (number: string | number) => `Result ${number} as the newer one`,
  cutShort: "cut short",
  ms: (durationMs: Child) => <>{durationMs} ms</>,
  sBehind: (lagSeconds: Child) => <>{lagSeconds} s behind</>,
  compareWithTheOne: "Compare with the one before",
  pinALinkTo: "Pin a link to it",
};
