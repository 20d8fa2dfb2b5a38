export const words = {
  starting: "Starting …",
  cancel: "Cancel",
  cancelled: "Cancelled.",
  notReached: "The server could not be reached.",
};
