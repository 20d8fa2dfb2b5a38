export const words = {
  copyThe: (dataset: string | number) => `Copy the ${dataset}`,
  copy: "Copy",
  copied: "Copied",
  notLet: "Not let",
  yourBrowserDidNot: "Your browser did not let it be copied.",
};
