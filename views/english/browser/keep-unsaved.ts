export const words = {
  discard: "Discard",
  restoredWhatYouHad: "Restored what you had not saved. ",
};
