import type { Child } from "hono/jsx";

export const words = {
  aLinkTo: (title: string | number) => `A link to ${title}`,
  aLinkTo2: (path: string, title: Child) => (
    <>
      A link to <a href={path}>{title}</a>
    </>
  ),
  makeThisLink: "Make this link",
};
