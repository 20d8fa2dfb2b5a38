export const words = {
  theServerDoesNot: "The server does not answer: this is how it was.",
  youAreSignedOut: "You are signed out, or may not see this any more: it is not kept up to date.",
};
