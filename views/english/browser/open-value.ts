export const words = {
  copy: "Copy",
  copied: "Copied",
  couldNotBeCopied: "Could not be copied",
  close: "Close",
};
