import type { Share } from "../../src/clips/shares.ts";
import { formatTime } from "./formats.ts";

export const words = {
  title: "Shares",
  noLinks: (page: number) =>
    `There are no links${page > 1 ? " on this page" : " yet"}. They are made on the page of a clip.`,
  columns: ["Share", "Clip", "Made", "Uses", "Last used", ""],
  noName: "A link without a name",
  clipIsDeleted: "deleted: the link does not work",
  pinned: (result: number) => `result ${result}`,
  made: (when: Date, by: string) => (
    <>
      {formatTime(when)} <small>by {by}</small>
    </>
  ),
  lastUse: ({ lastUsedAt, lastAddress }: Share) =>
    lastUsedAt === null ? "not yet" : `${formatTime(lastUsedAt)} from ${lastAddress}`,
  makeNew: (signed: boolean) => `New ${signed ? "key" : "address"}`,
  revoke: "Revoke",
  pages: "Pages",
  newer: "Newer",
  pageOf: (page: number, pages: number) => `Page ${page} of ${pages}`,
  older: "Older",
};
