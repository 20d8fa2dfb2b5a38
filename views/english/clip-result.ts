export const words = {
  result: "Result",
  whatChanged: "What changed since the last result",
};
