import type { Child } from "hono/jsx";

export const words = {
  versionsOf: (title: string | number) => `Versions of ${title}`,
  versionsOf2: (path: string, title: Child) => (
    <>
      Versions of <a href={path}>{title}</a>
    </>
  ),
  current: " (current)",
  version: (number: Child, current: Child) => (
    <>
      Version {number}
      {current}
    </>
  ),
  aCopyOfVersion: (restoredFrom: string | number) => ` · a copy of version ${restoredFrom}`,
  by: (createdAt: Child, nameOf: Child, restoredFrom: Child) => (
    <>
      {createdAt} by {nameOf}
      {restoredFrom}
    </>
  ),
  whatChangedFromVersion: (number: Child) => <>What changed from version {number}</>,
  showItsResult: "Show its result",
  restore: "Restore",
};
