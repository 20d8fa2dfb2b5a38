import type { AppError } from "../src/errors.ts";
import { ErrorMessage } from "./error-message.tsx";
import { Layout, renderPage } from "./layout.tsx";

/** The page that asks for a share's password. It says nothing of what is behind it. */
export function renderSharePasswordPage({ action, error }: { action: string; error: AppError | null }): string {
  return renderPage(
    <Layout title="Password" access={null}>
      <h1>This link asks for a password</h1>
      {error && <ErrorMessage error={error} />}
      <form class="stacked" method="post" action={action}>
        <label>
          Password
          <input type="password" name="password" autocomplete="current-password" required autofocus />
        </label>
        <p class="note">Whoever gave you the link knows it.</p>
        <button class="primary">Open</button>
      </form>
    </Layout>,
  );
}
