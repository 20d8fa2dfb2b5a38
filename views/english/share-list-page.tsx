import type { Child } from "hono/jsx";

export const words = {
  shares: "Shares",
  onThisPage: " on this page",
  yet: " yet",
  thereAreNoLinks: (where: Child) => <>There are no links{where}. They are made on the page of a clip.</>,
  share: "Share",
  clip: "Clip",
  made: "Made",
  uses: "Uses",
  lastUsed: "Last used",
  pages: "Pages",
  newer: "Newer",
  pageOf: (page: Child, pages: Child) => (
    <>
      Page {page} of {pages}
    </>
  ),
  older: "Older",
  aLinkWithoutA: "A link without a name",
  deletedTheLinkDoes: "deleted: the link does not work",
  result: (result: Child) => <>result {result}</>,
  by: (nameOf: Child) => <>by {nameOf}</>,
  notYet: "not yet",
  from: (lastUsedAt: string | number, lastAddress: string | number) => `${lastUsedAt} from ${lastAddress}`,
  key: "key",
  address: "address",
  new: (what: Child) => <>New {what}</>,
  revoke: "Revoke",
};
