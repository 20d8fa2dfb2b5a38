import { formatTime } from "./formats.ts";

export const words = {
  title: "People",
  linkIsMade: {
    invitation: "The invitation is made. Send this link to whoever it is for; it works once, for 7 days.",
    sign_in: "The link is made. It signs one browser in as them, once, within a day.",
  },
  shownOnce: "Copy it now: it is shown only this once.",
  whatRolesMay: () => (
    <>
      Viewers see and run the clips of their teams, editors write them, administrators do everything. Who is in which
      team is said here and on the page of the <a href="/teams">teams</a>.
    </>
  ),
  nobody: "There is nobody yet.",
  columns: ["Who", "Role and teams", "Two-factor", "Last sign-in", ""],
  disabledSince: (when: Date) => `disabled since ${formatTime(when)}`,
  inNoTeam: "in no team",
  change: "Change",
  save: "Save",
  twoFactor: (has: boolean) => (has ? "yes" : "no"),
  notYet: "not yet",
  makeSignInLink: "Make a sign-in link",
  disable: "Disable",
  enable: "Enable",
  invitations: "Invitations",
  invitation: (whom: string | null, role: string, teams: readonly string[], until: Date) =>
    `${whom ?? "Whoever has the link"}: ${role}${teams.length > 0 ? ` in ${teams.join(", ")}` : ""}, until ${formatTime(until)}`,
  revoke: "Revoke",
  email: "Email address",
  emailOrNone: "empty: whoever has the link",
  makeInvitation: "Make an invitation",
  role: "Role",
  teams: "Teams",
};
