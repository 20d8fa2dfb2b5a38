import type { Child } from "hono/jsx";

export const words = {
  explain: "Explain",
  planOf: (title: string | number) => `Plan of ${title}`,
  planOf2: (path: string, title: Child) => (
    <>
      Plan of <a href={path}>{title}</a>
    </>
  ),
  onVersion: (database: Child, version: Child) => (
    <>
      On {database} · version {version}
    </>
  ),
  explainAnalyze: "Explain Analyze",
  explainAsksThePlanner:
    "Explain asks the planner. Explain Analyze executes the query on the follower, read-only and under the same limits as every run, and throws its rows away.",
  theSql: "The SQL",
};
