import type { Child } from "hono/jsx";

export const words = {
  changedByHand: "changed by hand",
  notInstalled: "not installed",
  itsNameIsTaken: "its name is taken",
  theHelpersAreInstalled: "The helpers are installed.",
  theHelpersHaveBeen:
    "The helpers have been removed. The language stays, and so does a schema that holds something else.",
  helpersOf: (database: string | number) => `Helpers of ${database}`,
  helpersOf2: (database: Child) => <>Helpers of {database}</>,
  functionsForReportsWritten: (schema: Child) => (
    <>
      Functions for reports, written in JavaScript, that clips can call: SELECT {schema}.sparkline(…). Dataclips
      installs them on the primary; the followers get them by replication.
    </>
  ),
  hasWhatThePrimary: "has what the primary has",
  replaceThoseThatWere: "Replace those that were changed by hand",
  upgrade: "Upgrade",
  install: "Install",
  sqlOfAnInstall: "SQL of an install",
  remove: "Remove",
  sqlOfARemove: "SQL of a remove",
  whatAnInstallWould: "What an install would run",
  whatARemoveWould: "What a remove would run",
  helper: "Helper",
  state: "State",
  functions: "Functions",
  returns: (result: string | number) => ` returns ${result}`,
  theServerHasNeither: "the server has neither the extension plv8 nor pljs",
  language: (language: string | number) => `language ${language}`,
  languageWhichAnInstall: (language: string | number, offers: string | number) =>
    `language ${language} ${offers}, which an install makes`,
  schema: (schema: Child, language: Child) => (
    <>
      Schema {schema} · {language}
    </>
  ),
  everybodyMayWriteFunctions: (language: Child) => (
    <>
      Everybody may write functions in {language}, readers too. Let its owner run: REVOKE USAGE ON LANGUAGE {language}{" "}
      FROM PUBLIC;
    </>
  ),
  forItWasChanged: ", for it was changed by hand",
  forItIsIn: (dependents: string | number) => `, for it is in use: ${dependents}`,
  ofAnotherReleaseStays: (routine: Child, dependents: Child) => (
    <>
      {routine} of another release stays
      {dependents}.
    </>
  ),
  indexesHoldWhatThe: "Indexes hold what the code before gave. Make them anew, in a new session:",
};
