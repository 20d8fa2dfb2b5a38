import type { ShareFormat } from "../../src/clips/share-rules.ts";

export const words = {
  name: "Name",
  note: "Note",
  whoSeesThem: "Name and note are for you: who has the link does not see them.",
  pinned: (result: number) => `Pinned to result ${result}: it shows this one and never another one`,
  signed:
    "Signed by your application: it has no address of its own, and opens only with what your server signs, such as the values of one customer",
  expires: "Works until (UTC)",
  howExpiryIsWritten: "2027-01-31 or 2027-01-31T18:00Z; empty: no end",
  password: "Password",
  hasPassword: "It has one. Leave this empty to keep it.",
  noPassword: "No password any more",
  formats: "Formats",
  format: (format: ShareFormat) => (format === "html" ? "Page" : format.toUpperCase()),
  parameters: "Parameters",
  origins: "Origins",
  exampleOrigin: "https://www.example.com",
  whatOriginsMay:
    "Web sites whose pages may read its data and show its page in a frame, one a line. Empty: all may read, none may frame it.",
  noOrigins: "No other site at all, if none is listed",
  requestsPerMinute: "Requests a minute of one address",
  use: "Use",
  uses: { open: "viewers choose it", fixed: "the clip's default", locked: "locked to this value:" },
  lockedValue: "Locked value",
};
