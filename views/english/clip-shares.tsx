import type { Share } from "../../src/clips/shares.ts";
import { formatTime } from "./formats.ts";

export const words = {
  title: "Share",
  linkIsMade: () => (
    <>
      <strong>The link is made.</strong> Copy it now: it is shown only this once.
    </>
  ),
  makeLink: "Make a link",
  whoSeesWhat: "Anyone who has the link sees the result, not the SQL.",
  pinLink: (result: number) => `Pin a link to result ${result}`,
  whatPinnedShows: "It shows this result and never another one.",
  withRules: (href: string) => (
    <>
      <a href={href}>Make one with rules</a>: until when, with which values, for whom.
    </>
  ),
  /** The address of the result that it is pinned to. */
  link: ({ name, createdAt, result }: Share, href: string) => (
    <>
      {name === "" ? "A link" : <strong>{name}</strong>} made on {formatTime(createdAt)}
      {result !== null && (
        <>
          , pinned to <a href={href}>result {result}</a>
        </>
      )}
    </>
  ),
  rulesAndUse: "Rules and use",
  revoke: "Revoke",
  makeNew: (signed: boolean) => `New ${signed ? "key" : "address"}`,
};
