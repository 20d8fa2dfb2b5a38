import type { AppError } from "../src/errors.ts";
import { ErrorMessage } from "./error-message.tsx";
import { Layout, renderPage } from "./layout.tsx";

interface TwoFactorStepPageProps {
  next: string;
  error: AppError | null;
  /** Whether one has to begin with the password again. */
  isOver: boolean;
}

/** The page that asks for a code, after the password. */
export function renderTwoFactorStepPage({ next, error, isOver }: TwoFactorStepPageProps): string {
  const begin = `/sign-in?next=${encodeURIComponent(next)}`;
  return renderPage(
    <Layout title="Sign in" access={null}>
      <h1>Enter your code</h1>
      {error && <ErrorMessage error={error} />}
      {isOver ? (
        <p>
          <a class="button primary" href={begin}>
            Sign in again
          </a>
        </p>
      ) : (
        <form class="stacked narrow" method="post" action="/sign-in/two-factor">
          <input type="hidden" name="next" value={next} />
          <label>
            Code
            <input name="code" autocomplete="one-time-code" autocapitalize="off" maxlength={30} required autofocus />
          </label>
          <p class="note">
            The six digits that your authenticator app shows, or one of your backup codes. Who has lost both asks an
            administrator for a link that signs them in.
          </p>
          <button class="primary">Sign in</button>
        </form>
      )}
      {!isOver && (
        <p>
          <a href={begin}>Sign in as somebody else</a>
        </p>
      )}
    </Layout>,
  );
}
