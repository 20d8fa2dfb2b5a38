import type { Child } from "hono/jsx";

export const words = {
  readSeeClipsRun: "Read: see clips, run them and download results",
  writeEditClipsAnd: "Write: edit clips and links too",
  administerEverythingThatYou: "Administer: everything that you may do, but for keys and accounts",
  apiKeys: "API keys",
  aProgramThatSends: () => (
    <>
      A program that sends a key as <code>Authorization: Bearer dck_…</code> does what its owner may do, or less.
    </>
  ),
  theKeyIsMade: () => (
    <>
      <strong>The key is made.</strong> Copy it now: it is shown only this once.
    </>
  ),
  youHaveNoKeys: "You have no keys.",
  yourKeys: "Your keys",
  everybodysKeys: "Everybody's keys",
  thereAreNone: "There are none.",
  allKeys: "All keys",
  pages: "Pages",
  newer: "Newer",
  older: "Older",
  newKey: "New key",
  name: "Name",
  whatItIsFor: "what it is for, such as: weekly report",
  whatItMayDo: "What it may do",
  onWhichDatabases: "On which databases",
  noneAllThatYou: "None: all that you may use.",
  worksUntilUtc: "Works until (UTC)",
  n20270131Or: (defaultKeyDays: string | number) =>
    `2027-01-31 or 2027-01-31T18:00Z; empty: for ${defaultKeyDays} days`,
  itNeverExpires: "It never expires",
  makeTheKey: "Make the key",
  key: "Key",
  whose: "Whose",
  made: "Made",
  worksUntil: "Works until",
  lastUsed: "Last used",
  allDatabases: "all databases",
  on: (databases: Child) => <>on {databases}</>,
  itIsRevoked: "it is revoked",
  expired: "expired",
  notYet: "not yet",
  from: (lastUsedAt: string | number, lastAddress: string | number) => `${lastUsedAt} from ${lastAddress}`,
  revoke: "Revoke",
};
