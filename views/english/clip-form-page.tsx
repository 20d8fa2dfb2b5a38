export const words = {
  new: "New clip",
  edit: (title: string) => `Edit ${title}`,
  title: "Title",
  database: "Database",
  team: "Team",
  howParametersAreWritten: (databases: readonly { name: string; schema: string }[]) => (
    <>
      A parameter is written <code>{"{{name}}"}</code> or <code>{"{{name:default}}"}</code>, without quotes around it.
      Tables and functions of{" "}
      {databases.map(({ name, schema }, index) => (
        <>
          {index > 0 && ", "}
          <a href={schema} target="_blank">
            {name}
          </a>
        </>
      ))}
      .
    </>
  ),
  description: "Description",
  howDescriptionIsWritten: () => (
    <>
      Markdown: <code>**bold**</code>, <code>*italic*</code>, <code>`code`</code>, <code>[words](https://…)</code>,{" "}
      <code># heading</code>, lists with <code>-</code>, tables with <code>|</code>. HTML is shown as it is written, and
      images as links.
    </>
  ),
  tags: "Tags",
  tagsExample: "sales, weekly",
  howTagsAreWritten: "With commas between them. They are links on the clip’s page to all clips that have them.",
  kept: {
    title: "How long results are kept",
    keep_results: "The newest so many",
    keep_days: "For so many days",
    keep_bytes: "So many bytes of rows",
    whatEmptyMeans:
      "Left empty, the installation's rule holds. The newest result stays in any case, and so does one that a link is pinned to.",
  },
  masked: {
    title: "What the audit does not say",
    label: "Masked parameters",
    example: "email, phone",
    whatItMeans:
      "Names with commas between them: the audit says that they had values, and not which. Runs and results keep them.",
  },
  saveAndRun: "Save and run",
  saveOverIt: "Save over it",
  save: "Save",
  cancel: "Cancel",
};
