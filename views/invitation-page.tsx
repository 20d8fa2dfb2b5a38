import type { AppError } from "../src/errors.ts";
import type { Invitation } from "../src/people/invitations.ts";
import type { NewAccountForm } from "../src/routes/new-account-fields.ts";
import { words } from "./english/invitation-page.ts";
import { ErrorMessage } from "./error-message.tsx";
import { Layout, renderPage } from "./layout.tsx";
import { NewAccountFields } from "./new-account-fields.tsx";

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
    <Layout title={words.title} access={null}>
      <h1>{invitation === null ? words.title : words.youAreInvited}</h1>
      {error && <ErrorMessage error={error} />}
      {invitation !== null && (
        <form class="stacked narrow" method="post" action={path}>
          <p>{words.invites(invitation.invitedBy, invitation.role, invitation.teams)}</p>
          <NewAccountFields form={form} email={invitation.email} />
          <button class="primary">{words.makeAccount}</button>
        </form>
      )}
    </Layout>,
  );
}
