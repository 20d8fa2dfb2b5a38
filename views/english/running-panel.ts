export const words = {
  result: "Result",
  thisPageLooksFor: "This page looks for the result every two seconds. Whoever closes it cancels the run.",
};
