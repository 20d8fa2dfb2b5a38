import { countOf } from "./formats.ts";

export const words = {
  teams: "Teams",
  everyClipIsA:
    "Every clip is a team's: its members see it, and its editors write it, on the databases that the team may use. Administrators see all.",
  allDatabases: "all databases",
  noDatabase: "no database",
  has: (clips: number, members: readonly string[], databases: string) =>
    `${countOf(clips, "clip")} · ${countOf(members.length, "member")}${members.length > 0 ? `: ${members.join(", ")}` : ""} · on ${databases}`,
  change: "Change",
  save: "Save",
  remove: "Remove",
  newTeam: "New team",
  makeTheTeam: "Make the team",
  name: "Name",
  databases: "Databases",
  allOrElse: "all, or else:",
  members: "Members",
};
