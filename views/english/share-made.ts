export const words = {
  openIt: "Open it",
  asData: "As data: ",
};
