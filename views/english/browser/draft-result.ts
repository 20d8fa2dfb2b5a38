import { countOf } from "../formats.ts";

interface Facts {
  rows: number;
  /** Whether there are more rows than have come. */
  isCut: boolean;
  ms: number;
  follower: string;
  /** Whether it is of a part of what is written. */
  isPart: boolean;
}

export const words = {
  facts: ({ rows, isCut, ms, follower, isPart }: Facts) => {
    const count = countOf(rows, "row");
    const came = isCut ? `The first ${count}; saving keeps all` : count;
    return `${came} · ${ms} ms · on ${follower}${isPart ? " · of what is selected" : ""}`;
  },
  result: "Result",
  noRows: "No rows.",
};
