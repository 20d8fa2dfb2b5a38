export const words = {
  cancel: "Cancel",
  cancelled: "Cancelled.",
  theServerCouldNot: "The server could not be reached.",
};
