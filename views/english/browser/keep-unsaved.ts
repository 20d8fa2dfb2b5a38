export const words = {
  discard: "Discard",
  restored: "Restored what you had not saved.",
};
