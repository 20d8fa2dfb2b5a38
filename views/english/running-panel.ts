export const words = {
  result: "Result",
  looksAgain: "This page looks for the result every two seconds. Whoever closes it cancels the run.",
};
