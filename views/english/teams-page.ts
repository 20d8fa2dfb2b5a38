import { countOf } from "./formats.ts";

export const words = {
  title: "Teams",
  whatTeamsAre:
    "Every clip is a team's: its members see it, and its editors write it, on the databases that the team may use. Administrators see all.",
  /** `databases`: null for all. */
  has: (clips: number, members: readonly string[], databases: readonly string[] | null) => {
    const who = `${countOf(members.length, "member")}${members.length > 0 ? `: ${members.join(", ")}` : ""}`;
    const where = databases === null ? "all databases" : databases.join(", ") || "no database";
    return `${countOf(clips, "clip")} · ${who} · on ${where}`;
  },
  change: "Change",
  save: "Save",
  remove: "Remove",
  newTeam: "New team",
  makeTeam: "Make the team",
  name: "Name",
  databases: "Databases",
  allOrElse: "all, or else:",
  members: "Members",
};
