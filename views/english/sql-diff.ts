export const words = {
  theyAreTooDifferent: "They are too different to be compared line by line.",
  whatChanged: "What changed",
};
