export const words = {
  explain: "Explain",
  askingThePlanner: "Asking the planner …",
  explainAnalyze: "Explain Analyze",
  executingReadOnlyOn: "Executing, read-only, on the follower …",
  cancel: "Cancel",
  cancelled: "Cancelled.",
  thereIsNoAnswer: (error: string | number) => `There is no answer: ${error}`,
  theSqlHasBeen: "The SQL has been changed since.",
};
