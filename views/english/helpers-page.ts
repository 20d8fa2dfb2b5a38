import type { FollowerArrival } from "../../src/databases/wait-for-followers.ts";
import type { HelpersStatus, HelperStatus } from "../../src/helpers/helpers-status.ts";
import type { InstallReport } from "../../src/helpers/install-helpers.ts";

export const words = {
  title: (database: string) => `Helpers of ${database}`,
  whatTheyAre: (schema: string) =>
    `Functions for reports, written in JavaScript, that clips can call: SELECT ${schema}.sparkline(…). Dataclips installs them on the primary; the followers get them by replication.`,
  done: {
    installed: "The helpers are installed.",
    removed: "The helpers have been removed. The language stays, and so does a schema that holds something else.",
  },
  follower: ({ name, arrived, reason }: FollowerArrival) =>
    `${name}: ${arrived ? "has what the primary has" : (reason ?? "")}`,
  replaceChanged: "Replace those that were changed by hand",
  install: (isThere: boolean) => (isThere ? "Upgrade" : "Install"),
  remove: "Remove",
  sqlOf: { install: "SQL of an install", remove: "SQL of a remove" },
  whatWouldRun: { install: "What an install would run", remove: "What a remove would run" },
  columns: ["Helper", "State", "Functions"],
  state: ({ state, detail }: HelperStatus) => `${STATES[state]}${detail === null ? "" : `: ${detail}`}`,
  function: (signature: string, result: string | null) => `${signature}${result === null ? "" : ` returns ${result}`}`,
  engine: ({ schema, language, installed, offers }: HelpersStatus) => {
    if (language === null) return `Schema ${schema} · the server has neither the extension plv8 nor pljs`;
    return `Schema ${schema} · language ${language}${installed ? "" : ` ${offers[language]}, which an install makes`}`;
  },
  everybodyWrites: (language: string) =>
    `Everybody may write functions in ${language}, readers too. Let its owner run: REVOKE USAGE ON LANGUAGE ${language} FROM PUBLIC;`,
  kept: ({ routine, dependents }: InstallReport["kept"][number]) =>
    `${routine} of another release stays, ${dependents.length === 0 ? "for it was changed by hand" : `for it is in use: ${dependents.join(", ")}`}.`,
  indexes: "Indexes hold what the code before gave. Make them anew, in a new session:",
};

const STATES: Readonly<Record<HelperStatus["state"], string>> = {
  current: "current",
  outdated: "outdated",
  changed_by_hand: "changed by hand",
  missing: "not installed",
  foreign: "its name is taken",
};
