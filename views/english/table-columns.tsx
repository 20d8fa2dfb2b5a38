export const words = {
  columns: "Columns",
  column: "Column",
  type: "Type",
  key: "Key",
  default: "Default",
  distinct: "Different values",
  notReadable: "not readable by clips",
  notNull: "not null",
  primary: (withOthers: boolean) => (withOthers ? "primary, with others" : "primary"),
  unique: (withOthers: boolean) => (withOthers ? "unique, with others" : "unique"),
  foreign: "foreign",
  identity: (when: string) => `identity (${when})`,
  generated: (how: string, from: string) => (
    <>
      generated ({how}): <code>{from}</code>
    </>
  ),
  /** A part of all rows, from 0 to 1: most of them are near one end. */
  part: (part: number | null) => {
    if (part === null) return "–";
    const percent = part * 100;
    return `${percent.toLocaleString("en", { maximumSignificantDigits: percent > 99 ? 3 : 2 })} %`;
  },
  about: (count: number | null) => (count === null ? "–" : `about ${count.toLocaleString("en")}`),
};
