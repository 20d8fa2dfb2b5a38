import type { Share } from "../../src/clips/shares.ts";
import { formatTime } from "./formats.ts";

export const words = {
  title: "Share",
  noName: "A link without a name",
  /** The address of its clip; and who made it. */
  facts: ({ clip, result, createdAt, expired }: Share, href: string, by: string) => (
    <>
      To {clip.deletedAt === null ? <a href={href}>{clip.title}</a> : `${clip.title} (deleted)`}
      {result !== null && `, pinned to result ${result}`} · made on {formatTime(createdAt)} by {by}
      {expired && " · expired: it does not work"}
    </>
  ),
  uses: ({ uses, lastUsedAt, lastAddress }: Share) =>
    `${lastUsedAt === null ? "Not used yet" : `Used ${uses.toLocaleString("en")} times, last on ${formatTime(lastUsedAt)} from ${lastAddress}`}. Uses are written down once a minute.`,
  newKey: () => (
    <>
      <strong>There is a new key.</strong> What was signed with the one before does not work any more.
    </>
  ),
  newAddress: () => (
    <>
      <strong>The link has a new address.</strong> Copy it now: it is shown only this once. The one before does not work
      any more.
    </>
  ),
  makeNew: (signed: boolean) => `Make a new ${signed ? "key" : "address"}`,
  revoke: "Revoke",
  use: "Use",
  howToUse: (signed: boolean) =>
    signed
      ? "Put what your application has signed in the place of TOKEN."
      : "Put the link's own address in the place of this one: it was shown when the link was made, and is not kept. A lost one can only be made anew.",
  rules: "Rules",
  save: "Save",
};
