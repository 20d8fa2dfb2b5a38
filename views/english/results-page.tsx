export const words = {
  title: (clip: string) => `Results of ${clip}`,
  heading: (clip: string, href: string) => (
    <>
      Results of <a href={href}>{clip}</a>
    </>
  ),
  nothingStored: (page: number) => `No result is stored${page > 1 ? " on this page" : " yet"}.`,
  compare: "Compare the two chosen",
  howToChoose: "Choose an older and a newer one in the table.",
  results: "Results",
  /** Those of the choice stand only where there is one. */
  columns: (hasChoice: boolean) => [
    "Result",
    ...(hasChoice ? ["Older", "Newer"] : []),
    "Finished",
    "Version",
    "Rows",
    "Took",
    "Ran on",
    "Asked by",
    "Download",
    "",
  ],
  pages: "Pages",
  newer: "Newer",
  pageOf: (page: number, pages: number) => `Page ${page} of ${pages}`,
  older: "Older",
  result: (number: number) => `Result ${number}`,
  pinnedBy: (links: number) => `Pinned by ${links === 1 ? "a link" : `${links} links`}.`,
  choice: {
    from: (number: number) => `Result ${number} as the older one`,
    to: (number: number) => `Result ${number} as the newer one`,
  },
  cutShort: "cut short",
  took: (ms: number) => `${ms.toLocaleString("en")} ms`,
  behind: (seconds: number) => `${seconds} s behind`,
  compareWithPrevious: "Compare with the one before",
  pin: "Pin a link to it",
};
