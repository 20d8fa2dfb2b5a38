export const words = {
  delete: "Delete",
  itsLinksStopWorking: "Its links stop working at once. It can be restored.",
};
