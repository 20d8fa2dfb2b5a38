export const words = {
  cancel: "Cancel",
  theServerCouldNot: "The server could not be reached.",
  runItAgain: "Run it again",
};
