import type { Child } from "hono/jsx";

export const words = {
  lineColumn: (line: Child, column: Child) => (
    <>
      Line {line}, column {column}:
    </>
  ),
};
