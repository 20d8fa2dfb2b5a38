import type { Child } from "hono/jsx";

export const words = {
  email: "Email",
  name: "Name",
  leftEmptyItIs: "Left empty, it is the part of the address before the @.",
  password: "Password",
  charactersOrMore: (min: Child) => <>{min} characters or more.</>,
};
