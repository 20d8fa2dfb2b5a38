export const words = {
  run: "Run",
  result: "Result of what is written",
  isKept: "What you have written is still there.",
};
