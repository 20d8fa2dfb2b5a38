export const words = {
  title: "The last runs without a result",
  runs: "Runs without a result",
  columns: ["Begun", "State", "Version", "Took", "Asked by", "Why"],
  took: (ms: number) => `${ms.toLocaleString("en")} ms`,
};
