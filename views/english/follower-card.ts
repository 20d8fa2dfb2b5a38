import type { FollowerText } from "./follower-words.ts";

export const words = {
  behind: "Behind",
  position: "Replayed up to",
  version: "PostgreSQL",
  sessions: "Sessions of this server",
  role: "Sessions of the reader role",
  connections: "Connections of everybody",
} satisfies Partial<Record<FollowerText, string>>;
