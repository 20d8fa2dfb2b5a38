export const words = {
  result: "Result",
  whatChangedSinceThe: "What changed since the last result",
};
