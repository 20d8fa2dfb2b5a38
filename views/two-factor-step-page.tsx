import type { AppError } from "../src/errors.ts";
import { words } from "./english/two-factor-step-page.ts";
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
    <Layout title={words.title} access={null}>
      <h1>{words.enterCode}</h1>
      {error && <ErrorMessage error={error} />}
      {isOver ? (
        <p>
          <a class="button primary" href={begin}>
            {words.signInAgain}
          </a>
        </p>
      ) : (
        <form class="stacked narrow" method="post" action="/sign-in/two-factor">
          <input type="hidden" name="next" value={next} />
          <label>
            {words.code}
            <input name="code" autocomplete="one-time-code" autocapitalize="off" maxlength={30} required autofocus />
          </label>
          <p class="note">{words.whichCode}</p>
          <button class="primary">{words.signIn}</button>
        </form>
      )}
      {!isOver && (
        <p>
          <a href={begin}>{words.asSomebodyElse}</a>
        </p>
      )}
    </Layout>,
  );
}
