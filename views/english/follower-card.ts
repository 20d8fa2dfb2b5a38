export const words = {
  behind: "Behind",
  replayedUpTo: "Replayed up to",
  sessionsOfThisServer: "Sessions of this server",
  sessionsOfTheReader: "Sessions of the reader role",
  connectionsOfEverybody: "Connections of everybody",
};
