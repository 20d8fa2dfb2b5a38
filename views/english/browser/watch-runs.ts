export const words = {
  kept: "What was there before is still shown.",
};
