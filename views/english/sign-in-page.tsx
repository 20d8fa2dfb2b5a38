import type { Child } from "hono/jsx";

export const words = {
  signIn: "Sign in",
  thereIsNoAdministrator:
    "There is no administrator here yet. To make your account, open the link that the server printed when it started, or use the token below.",
  email: "Email",
  password: "Password",
  signInWith: (name: Child) => <>Sign in with {name}</>,
  withTheAdministratorsToken: "With the administrator's token",
  token: "Token",
  itIsTheSetting: () => (
    <>
      It is the setting <code>DATACLIPS_TOKEN</code>; with the embedded PostgreSQL the server prints it at its start.
    </>
  ),
  setUp: "Set up",
  signInWithThe: "Sign in with the token",
};
