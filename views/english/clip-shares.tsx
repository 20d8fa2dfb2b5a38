import type { Child } from "hono/jsx";

export const words = {
  share: "Share",
  theLinkIsMade: () => (
    <>
      <strong>The link is made.</strong> Copy it now: it is shown only this once.
    </>
  ),
  makeALink: "Make a link",
  anyoneWhoHasThe: "Anyone who has the link sees the result, not the SQL.",
  pinALinkTo: (result: Child) => <>Pin a link to result {result}</>,
  itShowsThisResult: "It shows this result and never another one.",
  makeOneWithRules: (path: string) => (
    <>
      <a href={path}>Make one with rules</a>: until when, with which values, for whom.
    </>
  ),
  aLink: "A link",
  madeOn: (createdAt: Child) => <>made on {createdAt}</>,
  pinnedToResult: (path: string, result: Child) => (
    <>
      , pinned to <a href={path}>result {result}</a>
    </>
  ),
  rulesAndUse: "Rules and use",
  revoke: "Revoke",
  key: "key",
  address: "address",
  new: (what: Child) => <>New {what}</>,
};
