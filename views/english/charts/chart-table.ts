export const words = {
  title: "The chart as a table",
  noValue: "none",
  cutShort: (shown: number, rows: number) => `The first ${shown} of ${rows}.`,
};
