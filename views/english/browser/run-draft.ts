export const words = {
  run: "Run",
  resultOfWhatIs: "Result of what is written",
  whatYouHaveWritten: "What you have written is still there.",
};
