import type { Child } from "hono/jsx";

export const words = {
  title: "Title",
  database: "Database",
  description: "Description",
  refresh: "Refresh",
  secondsThatAResult: "Seconds that a result may be old",
  cron: "Cron",
  timeZone: "Time zone",
  resultsKept: "Results kept",
  daysKept: "Days kept",
  bytesKept: "Bytes kept",
  maskedParameters: "Masked parameters",
  tags: "Tags",
  whatIsSavedAnd: "What is saved, and what you have written",
  theSqlIsThe: "The SQL is the same.",
  onTheLeftVersion: (version: Child, versions: string) => (
    <>
      On the left version {version}, which is saved; on the right your SQL.{" "}
      <a href={versions} target="_blank">
        All versions
      </a>
    </>
  ),
  nothingIsDifferentBut: "Nothing is different, but perhaps the team.",
  otherFields: "Other fields",
  field: "Field",
  saved: "Saved",
  yours: "Yours",
  empty: "empty",
  everyVersionStaysAnd: "; every version stays, and can be restored.",
  putWhatYouWant: (end: Child) => (
    <>
      Put what you want to keep into the form below. To save it then saves over what is saved now
      {end}
    </>
  ),
};
