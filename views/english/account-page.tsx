import type { Child } from "hono/jsx";

export const words = {
  yourNameIsChanged: "Your name is changed.",
  yourPasswordIsChanged: "Your password is changed. Every other browser is signed out.",
  itIsSignedOut: "It is signed out.",
  account: "Account",
  youAreUsingThe: () => (
    <>
      You are using the administrator's token (<code>DATACLIPS_TOKEN</code>). It may do everything, and is nobody's:
      there is no name, no password and no session to change. Sign in with a browser to have an account.
    </>
  ),
  email: "Email",
  role: "Role",
  team: "Team",
  teams: "Teams",
  allAsAnAdministrator: "all, as an administrator",
  noneYet: "none yet",
  name: "Name",
  changeTheName: "Change the name",
  twoFactorSignIn: "Two-factor sign-in",
  apiKeys: "API keys",
  peopleTeamsAndThe: () => (
    <>
      <a href="/people">People</a>, <a href="/teams">teams</a> and the <a href="/audit">audit</a>
    </>
  ),
  youAreSignedIn:
    "You are signed in by the proxy in front of this server, with each request. To sign out, sign out there.",
  password: "Password",
  youHaveNoneYet: "You have none yet. With one you can sign in here by email and password.",
  youCameByA: "You came by a link, so you can choose a new one within the hour, without the one that you had.",
  currentPassword: "Current password",
  newPassword: "New password",
  charactersOrMoreEvery: (min: Child) => <>{min} characters or more. Every other browser of yours is signed out.</>,
  changeThePassword: "Change the password",
  setThePassword: "Set the password",
  signedIn: "Signed in",
  inNoBrowser: "In no browser.",
  others: "others ",
  signOutAll: (others: Child, count: Child) => (
    <>
      Sign out all {others}({count})
    </>
  ),
  thisOne: ", this one",
  anUnknownAddress: "an unknown address",
  fromSinceLastUsed: (address: Child, createdAt: Child, usedAt: Child) => (
    <>
      from {address} · since {createdAt} · last used on {usedAt}
    </>
  ),
  signOut: "Sign out",
};
