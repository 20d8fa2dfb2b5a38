export const words = {
  whatYouHaveWritten: (message: string | number) => `${message} What you have written is kept in this window.`,
  haveThisClipOpen: (names: string, count: number) => `${names} ${count === 1 ? "has" : "have"} this clip open, too.`,
  youHaveThisClip: "You have this clip open in another window, too.",
  you: "You",
  seeWhatHasChanged: "See what has changed",
  savedVersionYourText: (
    who: string | number,
    version: string | number,
    time: string | number,
    from: string | number,
  ) => `${who} saved version ${version} ${time}: your text is from version ${from}. `,
  theClipsTitleDescription: "The clip's title, description or rules have been changed since you opened this form.",
  justNow: "just now",
  at: (toLocaleTimeString: string | number) => `at ${toLocaleTimeString}`,
  on: (toLocaleDateString: string | number) => `on ${toLocaleDateString}`,
};
