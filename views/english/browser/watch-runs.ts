export const words = {
  whatWasThereBefore: "What was there before is still shown.",
};
