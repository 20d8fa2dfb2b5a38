import type { Child } from "hono/jsx";

export const words = {
  signIn: "Sign in",
  onTo: (provider: Child) => <>On to {provider}</>,
  continue: "Continue",
};
