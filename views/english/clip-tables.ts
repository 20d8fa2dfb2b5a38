export const words = {
  tablesThatItReads: "Tables that it reads, and who else queries them",
  noOtherClipThat: "No other clip that you may see queries it.",
  andMore: "and more",
};
