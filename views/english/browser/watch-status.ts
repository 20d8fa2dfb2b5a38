export const words = {
  trouble: {
    silent: "The server does not answer: this is how it was.",
    refused: "You are signed out, or may not see this any more: it is not kept up to date.",
  },
};
