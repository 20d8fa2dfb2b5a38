import { formatTime } from "./formats.ts";

export const words = {
  title: (clip: string) => `Versions of ${clip}`,
  heading: (clip: string, href: string) => (
    <>
      Versions of <a href={href}>{clip}</a>
    </>
  ),
  version: (number: number, isCurrent: boolean) => `Version ${number}${isCurrent ? " (current)" : ""}`,
  made: (when: Date, by: string, copyOf: number | null) =>
    `${formatTime(when)} by ${by}${copyOf === null ? "" : ` · a copy of version ${copyOf}`}`,
  whatChangedFrom: (version: number) => `What changed from version ${version}`,
  showResult: "Show its result",
  restore: "Restore",
};
