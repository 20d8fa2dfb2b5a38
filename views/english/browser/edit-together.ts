interface Saved {
  /** Null for who reads it. */
  by: string | null;
  version: number;
  secondsAgo: number;
  /** The version that the text began with. */
  from: number;
}

export const words = {
  isKept: (message: string) => `${message} What you have written is kept in this window.`,
  others: (names: readonly string[]) =>
    `${new Intl.ListFormat("en").format(names)} ${names.length === 1 ? "has" : "have"} this clip open, too.`,
  youElsewhere: "You have this clip open in another window, too.",
  seeChanges: "See what has changed",
  saved: ({ by, version, secondsAgo, from }: Saved) =>
    `${by ?? "You"} saved version ${version} ${timeOf(secondsAgo)}: your text is from version ${from}.`,
  otherwiseChanged: "The clip's title, description or rules have been changed since you opened this form.",
};

/** A version that is not older than this was saved just now. */
const JUST_NOW_SECONDS = 60;

function timeOf(secondsAgo: number): string {
  if (secondsAgo < JUST_NOW_SECONDS) return "just now";
  const time = new Date(Date.now() - secondsAgo * 1000);
  return secondsAgo < 12 * 3600
    ? `at ${time.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}`
    : `on ${time.toLocaleDateString("en", { dateStyle: "long" })}`;
}
