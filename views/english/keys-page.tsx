import { formatTime } from "./formats.ts";

export const words = {
  title: "API keys",
  whatKeysDo: () => (
    <>
      A program that sends a key as <code>Authorization: Bearer dck_…</code> does what its owner may do, or less.
    </>
  ),
  keyIsMade: () => (
    <>
      <strong>The key is made.</strong> Copy it now: it is shown only this once.
    </>
  ),
  youHaveNone: "You have no keys.",
  yours: "Your keys",
  everybodys: "Everybody's keys",
  nobodyHasOne: "There are none.",
  all: "All keys",
  pages: "Pages",
  newer: "Newer",
  older: "Older",
  newKey: "New key",
  name: "Name",
  exampleName: "what it is for, such as: weekly report",
  scope: "What it may do",
  scopes: {
    read: "Read: see clips, run them and download results",
    write: "Write: edit clips and links too",
    admin: "Administer: everything that you may do, but for keys and accounts",
  },
  databases: "On which databases",
  noneIsAll: "None: all that you may use.",
  expiresAt: "Works until (UTC)",
  exampleExpiry: (days: number) => `2027-01-31 or 2027-01-31T18:00Z; empty: for ${days} days`,
  neverExpires: "It never expires",
  makeKey: "Make the key",
  columns: (owners: boolean) => [
    "Key",
    ...(owners ? ["Whose"] : []),
    "What it may do",
    "Made",
    "Works until",
    "Last used",
    "",
  ],
  on: (databases: readonly string[] | null) => `on ${databases === null ? "all databases" : databases.join(", ")}`,
  worksUntil: (when: Date | null) => (when === null ? "it is revoked" : formatTime(when)),
  expired: "expired",
  lastUsed: (when: Date | null, address: string | null) =>
    when === null ? "not yet" : `${formatTime(when)} from ${address}`,
  revoke: "Revoke",
};
