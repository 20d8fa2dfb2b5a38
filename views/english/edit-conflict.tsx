export const words = {
  labels: {
    title: "Title",
    database: "Database",
    description: "Description",
    refresh: "Refresh",
    max_age_seconds: "Seconds that a result may be old",
    cron: "Cron",
    time_zone: "Time zone",
    keep_results: "Results kept",
    keep_days: "Days kept",
    keep_bytes: "Bytes kept",
    masked_parameters: "Masked parameters",
    tags: "Tags",
  },
  title: "What is saved, and what you have written",
  sameSql: "The SQL is the same.",
  whatStandsWhere: (version: number, versions: string) => (
    <>
      On the left version {version}, which is saved; on the right your SQL.{" "}
      <a href={versions} target="_blank">
        All versions
      </a>
    </>
  ),
  nothingDiffers: "Nothing is different, but perhaps the team.",
  otherFields: "Other fields",
  field: "Field",
  saved: "Saved",
  yours: "Yours",
  empty: "empty",
  whatToDo: (isSameSql: boolean) =>
    `Put what you want to keep into the form below. To save it then saves over what is saved now${isSameSql ? "." : "; every version stays, and can be restored."}`,
};
