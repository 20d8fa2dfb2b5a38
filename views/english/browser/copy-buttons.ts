export const words = {
  copyThe: (what: string) => `Copy the ${what}`,
  copy: "Copy",
  copied: "Copied",
  /** Short, for the button; and whole. */
  notLet: "Not let",
  notLetCopy: "Your browser did not let it be copied.",
};
