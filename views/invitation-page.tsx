import type { AppError } from "../src/errors.ts";
import type { Role } from "../src/people/access.ts";
import type { Invitation } from "../src/people/invitations.ts";
import type { NewAccountForm } from "../src/routes/new-account-fields.ts";
import { ErrorMessage } from "./error-message.tsx";
import { Layout, renderPage } from "./layout.tsx";
import { NewAccountFields } from "./new-account-fields.tsx";

/** What a role lets one do, in a few words. */
const MEANS: Readonly<Record<Role, string>> = {
  viewer: "a viewer, who sees and runs the clips of their teams",
  editor: "an editor, who also writes clips and shares them",
  administrator: "an administrator, who may do everything",
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
    <Layout title="Invitation" access={null}>
      <h1>{invitation === null ? "Invitation" : "You are invited to Dataclips"}</h1>
      {error && <ErrorMessage error={error} />}
      {invitation !== null && (
        <form class="stacked narrow" method="post" action={path}>
          <p>
            {invitation.invitedBy ?? "The administrator"} invites you as {MEANS[invitation.role]}
            {invitation.teams.length > 0 && (
              <>
                {invitation.teams.length === 1 ? ", in the team " : ", in the teams "}
                {invitation.teams.join(", ")}
              </>
            )}
            .
          </p>
          <NewAccountFields form={form} email={invitation.email} />
          <button class="primary">Make my account</button>
        </form>
      )}
    </Layout>,
  );
}
