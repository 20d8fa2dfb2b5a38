import type { AppError } from "../src/errors.ts";
import type { NewAccountForm } from "../src/routes/new-account-fields.ts";
import { words } from "./english/set-up-page.ts";
import { ErrorMessage } from "./error-message.tsx";
import { Layout, renderPage } from "./layout.tsx";
import { NewAccountFields } from "./new-account-fields.tsx";

interface SetUpPageProps {
  /** The one-time link's token; null: it does not work, and there is nothing to fill in. */
  link: string | null;
  form: NewAccountForm;
  error: AppError | null;
}

/** The page on which the first administrator makes their account. */
export function renderSetUpPage({ link, form, error }: SetUpPageProps): string {
  return renderPage(
    <Layout title={words.title} access={null}>
      <h1>{words.welcome}</h1>
      {error && <ErrorMessage error={error} />}
      {link === null ? (
        <p>
          <a class="button" href="/sign-in">
            {words.signIn}
          </a>
        </p>
      ) : (
        <form class="stacked narrow" method="post" action="/set-up">
          <p>{words.firstAccount}</p>
          <input type="hidden" name="link" value={link} />
          <NewAccountFields form={form} email={null} />
          <button class="primary">{words.makeAccount}</button>
        </form>
      )}
    </Layout>,
  );
}
