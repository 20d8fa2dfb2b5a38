export const words = {
  tooDifferent: "They are too different to be compared line by line.",
  whatChanged: "What changed",
};
