export const words = {
  theLastRunsWithout: "The last runs without a result",
  runsWithoutAResult: "Runs without a result",
  begun: "Begun",
  state: "State",
  version: "Version",
  took: "Took",
  askedBy: "Asked by",
  why: "Why",
  ms: (durationMs: string | number) => `${durationMs} ms`,
};
