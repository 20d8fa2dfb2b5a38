export const words = {
  copy: "Copy",
  copied: "Copied",
  notCopied: "Could not be copied",
  close: "Close",
};
