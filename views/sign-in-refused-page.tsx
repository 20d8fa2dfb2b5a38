import type { AppError } from "../src/errors.ts";
import { ErrorMessage } from "./error-message.tsx";
import { Layout, renderPage } from "./layout.tsx";
import { words } from "./english/sign-in-refused-page.ts";

/** What is shown to whom a provider has not signed in. */
export function renderSignInRefusedPage({ error }: { error: AppError }): string {
  return renderPage(
    <Layout title={words.title} access={null}>
      <h1>{words.notSignedIn}</h1>
      <ErrorMessage error={error} />
      <p>
        <a class="button" href="/sign-in">
          {words.back}
        </a>
      </p>
    </Layout>,
  );
}
