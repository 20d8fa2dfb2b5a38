import type { AppError } from "../src/errors.ts";
import type { Role } from "../src/people/access.ts";
import type { Invitation } from "../src/people/invitations.ts";
import type { NewAccountForm } from "../src/routes/new-account-fields.ts";
import { ErrorMessage } from "./error-message.tsx";
import { Layout, renderPage } from "./layout.tsx";
import { NewAccountFields } from "./new-account-fields.tsx";
import { words } from "./english/invitation-page.tsx";

/** What a role lets one do, in a few words. */
const MEANS: Readonly<Record<Role, string>> = {
  viewer: words.aViewerWhoSees,
  editor: words.anEditorWhoAlso,
  administrator: words.anAdministratorWhoMay,
};

interface InvitationPageProps {
  path: string;
  /** Null: it does not work. */
  invitation: Invitation | null;
  form: NewAccountForm;
  error: AppError | null;
}

/** The page on which somebody takes an invitation. */
export function renderInvitationPage({ path, invitation, form, error }: InvitationPageProps): string {
  return renderPage(
    <Layout title={words.invitation} access={null}>
      <h1>{invitation === null ? words.invitation : words.youAreInvitedTo}</h1>
      {error && <ErrorMessage error={error} />}
      {invitation !== null && (
        <form class="stacked narrow" method="post" action={path}>
          <p>
            {words.invitesYouAs(invitation.invitedBy ?? words.theAdministrator, MEANS[invitation.role])}
            {invitation.teams.length > 0 && (
              <>
                {invitation.teams.length === 1 ? words.inTheTeam : words.inTheTeams}
                {invitation.teams.join(", ")}
              </>
            )}
            .
          </p>
          <NewAccountFields form={form} email={invitation.email} />
          <button class="primary">{words.makeMyAccount}</button>
        </form>
      )}
    </Layout>,
  );
}
