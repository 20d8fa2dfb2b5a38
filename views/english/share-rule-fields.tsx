import type { Child } from "hono/jsx";

export const words = {
  name: "Name",
  note: "Note",
  nameAndNoteAre: "Name and note are for you: who has the link does not see them.",
  pinnedToResultIt: (result: Child) => <>Pinned to result {result}: it shows this one and never another one</>,
  signedByYourApplication:
    "Signed by your application: it has no address of its own, and opens only with what your server signs, such as the values of one customer",
  worksUntilUtc: "Works until (UTC)",
  n20270131Or: "2027-01-31 or 2027-01-31T18:00Z; empty: no end",
  password: "Password",
  itHasOneLeave: "It has one. Leave this empty to keep it.",
  noPasswordAnyMore: "No password any more",
  formats: "Formats",
  page: "Page",
  parameters: "Parameters",
  origins: "Origins",
  httpsWwwExampleCom: "https://www.example.com",
  webSitesWhosePages:
    "Web sites whose pages may read its data and show its page in a frame, one a line. Empty: all may read, none may frame it.",
  noOtherSiteAt: "No other site at all, if none is listed",
  requestsAMinuteOf: "Requests a minute of one address",
  viewersChooseIt: "viewers choose it",
  theClipsDefault: "the clip's default",
  lockedToThisValue: "locked to this value:",
  use: "Use",
  lockedValue: "Locked value",
};
