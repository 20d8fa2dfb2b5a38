export const words = {
  cancel: "Cancel",
  cancelled: "Cancelled.",
  notReached: "The server could not be reached.",
  runAgain: "Run it again",
};
