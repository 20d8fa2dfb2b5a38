import type { AppError } from "../src/errors.ts";
import { ErrorMessage } from "./error-message.tsx";
import { Layout, renderPage } from "./layout.tsx";

/** The page that asks for the administrator's token. */
export function renderSignInPage({ next, error }: { next: string; error: AppError | null }): string {
  return renderPage(
    <Layout title="Sign in" signedIn={false}>
      <h1>Sign in</h1>
      {error && <ErrorMessage error={error} />}
      <form class="stacked" method="post" action="/sign-in">
        <input type="hidden" name="next" value={next} />
        <input type="text" name="username" value="administrator" autocomplete="username" hidden />
        <label>
          The administrator's token
          <input type="password" name="token" autocomplete="current-password" required autofocus />
        </label>
        <p class="note">
          It is the setting <code>DATACLIPS_TOKEN</code>. With the embedded PostgreSQL the server prints it at its
          start, and a link that signs you in at once.
        </p>
        <button class="primary">Sign in</button>
      </form>
    </Layout>,
  );
}
