export const words = {
  title: "Tables that it reads, and who else queries them",
  noOthers: "No other clip that you may see queries it.",
  more: "and more",
};
