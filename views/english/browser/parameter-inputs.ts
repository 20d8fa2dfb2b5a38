export const words = {
  parameters: "Parameters",
};
