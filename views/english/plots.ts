export const words = {
  behindLast10Minutes: "Behind, last 10 minutes",
  connectionsOfEverybodyLast: "Connections of everybody, last 10 minutes",
  notKnown: "not known",
  notKnown2: (caption: string | number) => `${caption}: not known.`,
  atMost: (say: string | number) => `at most ${say}`,
  lastLeastGreatest: (caption: string | number, last: string | number, say: string | number, say2: string | number) =>
    `${caption}: last ${last}, least ${say}, greatest ${say2}.`,
};
