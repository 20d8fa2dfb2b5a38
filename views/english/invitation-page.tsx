import type { Child } from "hono/jsx";

export const words = {
  aViewerWhoSees: "a viewer, who sees and runs the clips of their teams",
  anEditorWhoAlso: "an editor, who also writes clips and shares them",
  anAdministratorWhoMay: "an administrator, who may do everything",
  invitation: "Invitation",
  youAreInvitedTo: "You are invited to Dataclips",
  theAdministrator: "The administrator",
  invitesYouAs: (invitedBy: Child, means: Child) => (
    <>
      {invitedBy} invites you as {means}
    </>
  ),
  inTheTeam: ", in the team ",
  inTheTeams: ", in the teams ",
  makeMyAccount: "Make my account",
};
