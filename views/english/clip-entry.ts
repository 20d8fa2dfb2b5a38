import type { Clip } from "../../src/clips/clips.ts";
import { formatTime } from "./formats.ts";

export const words = {
  restore: "Restore",
  facts: ({ database, teamName, version, updatedAt }: Clip) =>
    `${database} · ${teamName} · version ${version} · changed ${formatTime(updatedAt)}`,
};
