import { formatTime } from "./formats.ts";

export const words = {
  done: {
    name: "Your name is changed.",
    password: "Your password is changed. Every other browser is signed out.",
    sessions: "It is signed out.",
  },
  title: "Account",
  tokenIsNobodys: () => (
    <>
      You are using the administrator's token (<code>DATACLIPS_TOKEN</code>). It may do everything, and is nobody's:
      there is no name, no password and no session to change. Sign in with a browser to have an account.
    </>
  ),
  email: "Email",
  role: "Role",
  teams: (count: number | undefined) => (count === 1 ? "Team" : "Teams"),
  /** `names`: undefined for an administrator. */
  teamNames: (names: readonly string[] | undefined) =>
    names === undefined ? "all, as an administrator" : names.join(", ") || "none yet",
  name: "Name",
  changeName: "Change the name",
  twoFactor: "Two-factor sign-in",
  keys: "API keys",
  administration: () => (
    <>
      <a href="/people">People</a>, <a href="/teams">teams</a> and the <a href="/audit">audit</a>
    </>
  ),
  signedInByProxy:
    "You are signed in by the proxy in front of this server, with each request. To sign out, sign out there.",
  password: "Password",
  noPassword: "You have none yet. With one you can sign in here by email and password.",
  cameByLink: "You came by a link, so you can choose a new one within the hour, without the one that you had.",
  currentPassword: "Current password",
  newPassword: "New password",
  ofLength: (min: number) => `${min} characters or more. Every other browser of yours is signed out.`,
  savePassword: (has: boolean) => (has ? "Change the password" : "Set the password"),
  sessions: "Signed in",
  noSessions: "In no browser.",
  /** `areOthers`: whether the browser that shows this is signed in too, and stays so. */
  signOutAll: (count: number, areOthers: boolean) => `Sign out all ${areOthers ? "others " : ""}(${count})`,
  browser: (name: string, isThis: boolean) => (isThis ? `${name}, this one` : name),
  used: (address: string | null, since: Date, lastUsed: Date) =>
    `from ${address ?? "an unknown address"} · since ${formatTime(since)} · last used on ${lastUsed.toISOString().slice(0, 10)}`,
  signOut: "Sign out",
};
