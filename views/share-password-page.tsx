import type { AppError } from "../src/errors.ts";
import { ErrorMessage } from "./error-message.tsx";
import { Layout, renderPage } from "./layout.tsx";
import { words } from "./english/share-password-page.ts";

/** The page that asks for a share's password. It says nothing of what is behind it. */
export function renderSharePasswordPage({ action, error }: { action: string; error: AppError | null }): string {
  return renderPage(
    <Layout title={words.password} access={null}>
      <h1>{words.asksForPassword}</h1>
      {error && <ErrorMessage error={error} />}
      <form class="stacked" method="post" action={action}>
        <label>
          {words.password}
          <input type="password" name="password" autocomplete="current-password" required autofocus />
        </label>
        <p class="note">{words.whoKnowsIt}</p>
        <button class="primary">{words.open}</button>
      </form>
    </Layout>,
  );
}
