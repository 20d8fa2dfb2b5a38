import type { Child } from "hono/jsx";

export const words = {
  share: "Share",
  aLinkWithoutA: "A link without a name",
  deleted: " (deleted)",
  pinnedToResult: (result: string | number) => `, pinned to result ${result}`,
  expiredItDoesNot: " · expired: it does not work",
  madeOnBy: (deletedAt: Child, result: Child, createdAt: Child, nameOf: Child, expired: Child) => (
    <>
      {deletedAt}
      {result} · made on {createdAt} by {nameOf}
      {expired}
    </>
  ),
  notUsedYet: "Not used yet",
  usedTimesLastOn: (uses: string | number, lastUsedAt: string | number, lastAddress: string | number) =>
    `Used ${uses} times, last on ${lastUsedAt} from ${lastAddress}`,
  usesAreWrittenDown: (uses: Child) => <>{uses}. Uses are written down once a minute.</>,
  thereIsANew: () => (
    <>
      <strong>There is a new key.</strong> What was signed with the one before does not work any more.
    </>
  ),
  theLinkHasA: () => (
    <>
      <strong>The link has a new address.</strong> Copy it now: it is shown only this once. The one before does not work
      any more.
    </>
  ),
  key: "key",
  address: "address",
  makeANew: (what: Child) => <>Make a new {what}</>,
  revoke: "Revoke",
  use: "Use",
  putWhatYourApplication: "Put what your application has signed in the place of TOKEN.",
  putTheLinksOwn:
    "Put the link's own address in the place of this one: it was shown when the link was made, and is not kept. A lost one can only be made anew.",
  rules: "Rules",
  save: "Save",
};
