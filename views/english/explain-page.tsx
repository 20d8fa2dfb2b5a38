export const words = {
  explain: "Explain",
  title: (clip: string) => `Plan of ${clip}`,
  heading: (clip: string, href: string) => (
    <>
      Plan of <a href={href}>{clip}</a>
    </>
  ),
  facts: (database: string, version: number) => `On ${database} · version ${version}`,
  explainAnalyze: "Explain Analyze",
  howTheyDiffer:
    "Explain asks the planner. Explain Analyze executes the query on the follower, read-only and under the same limits as every run, and throws its rows away.",
  sql: "The SQL",
};
