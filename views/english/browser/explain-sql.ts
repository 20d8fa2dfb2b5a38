export const words = {
  explain: "Explain",
  planning: "Asking the planner …",
  explainAnalyze: "Explain Analyze",
  executing: "Executing, read-only, on the follower …",
  cancel: "Cancel",
  cancelled: "Cancelled.",
  noAnswer: (why: string) => `There is no answer: ${why}`,
  changedSince: "The SQL has been changed since.",
};
