export const words = {
  signIn: "Sign in",
  noAdministrator:
    "There is no administrator here yet. To make your account, open the link that the server printed when it started, or use the token below.",
  email: "Email",
  password: "Password",
  signInWith: (provider: string) => `Sign in with ${provider}`,
  withToken: "With the administrator's token",
  token: "Token",
  whereTokenIs: () => (
    <>
      It is the setting <code>DATACLIPS_TOKEN</code>; with the embedded PostgreSQL the server prints it at its start.
    </>
  ),
  setUp: "Set up",
  signInWithToken: "Sign in with the token",
};
