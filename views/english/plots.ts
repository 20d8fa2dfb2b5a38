export const words = {
  lag: "Behind, last 10 minutes",
  connections: "Connections of everybody, last 10 minutes",
  notKnown: "not known",
  peak: (greatest: string) => `at most ${greatest}`,
  nothingKnown: (caption: string) => `${caption}: not known.`,
  /** `last`: null, if it is not known. */
  range: (caption: string, { last, least, greatest }: { last: string | null; least: string; greatest: string }) =>
    `${caption}: last ${last ?? "not known"}, least ${least}, greatest ${greatest}.`,
};
