import type { Child } from "hono/jsx";

export const words = {
  asOf: (asOf: Child) => <>As of {asOf}.</>,
  with: (values: string | number) => ` With ${values}.`,
  resultWhichDoesNot: (number: Child, values: Child) => (
    <>
      Result {number}, which does not change.
      {values}
    </>
  ),
};
