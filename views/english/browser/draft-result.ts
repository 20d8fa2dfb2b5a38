export const words = {
  theFirstSavingKeeps: (count: string | number) => `The first ${count}; saving keeps all`,
  ofWhatIsSelected: " · of what is selected",
  msOn: (counted: string | number, durationMs: string | number, follower: string | number, rest: string | number) =>
    `${counted} · ${durationMs} ms · on ${follower}${rest}`,
  result: "Result",
  noRows: "No rows.",
};
