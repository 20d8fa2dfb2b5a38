export const words = {
  theNewestSoMany: "The newest so many",
  forSoManyDays: "For so many days",
  soManyBytesOf: "So many bytes of rows",
  newClip: "New clip",
  edit: (title: string | number) => `Edit ${title}`,
  title: "Title",
  database: "Database",
  team: "Team",
  aParameterIsWritten: () => (
    <>
      A parameter is written <code>{"{{name}}"}</code> or <code>{"{{name:default}}"}</code>, without quotes around it.
      Tables and functions of
    </>
  ),
  description: "Description",
  markdownListsWithTables: () => (
    <>
      Markdown: <code>**bold**</code>, <code>*italic*</code>, <code>`code`</code>, <code>[words](https://…)</code>,{" "}
      <code># heading</code>, lists with <code>-</code>, tables with <code>|</code>. HTML is shown as it is written, and
      images as links.
    </>
  ),
  tags: "Tags",
  salesWeekly: "sales, weekly",
  withCommasBetweenThem: "With commas between them. They are links on the clip’s page to all clips that have them.",
  howLongResultsAre: "How long results are kept",
  leftEmptyTheInstallations:
    "Left empty, the installation's rule holds. The newest result stays in any case, and so does one that a link is pinned to.",
  whatTheAuditDoes: "What the audit does not say",
  maskedParameters: "Masked parameters",
  emailPhone: "email, phone",
  namesWithCommasBetween:
    "Names with commas between them: the audit says that they had values, and not which. Runs and results keep them.",
  saveAndRun: "Save and run",
  saveOverIt: "Save over it",
  save: "Save",
  cancel: "Cancel",
};
