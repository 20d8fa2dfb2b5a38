import type { AppError } from "../src/errors.ts";
import { ErrorMessage } from "./error-message.tsx";
import { Layout, renderPage } from "./layout.tsx";

/** What is shown to whom a provider has not signed in. */
export function renderSignInRefusedPage({ error }: { error: AppError }): string {
  return renderPage(
    <Layout title="Sign in" access={null}>
      <h1>You are not signed in</h1>
      <ErrorMessage error={error} />
      <p>
        <a class="button" href="/sign-in">
          Back to signing in
        </a>
      </p>
    </Layout>,
  );
}
