import type { AppError } from "../src/errors.ts";
import { ErrorMessage } from "./error-message.tsx";
import { Layout, renderPage } from "./layout.tsx";
import { words } from "./english/sign-in-page.tsx";

/** The form that was sent, as far as it is shown again. */
export type SignInForm = { kind: "password"; email: string } | { kind: "token" };

interface SignInPageProps {
  next: string;
  error: AppError | null;
  form: SignInForm;
  /** Whether there is no administrator yet. */
  isNew: boolean;
  /** Other ways to sign in: what people call them, and where their forms go. */
  providers: readonly { name: string; path: string }[];
}

/** The page that asks who somebody is. */
export function renderSignInPage({ next, error, form, isNew, providers }: SignInPageProps): string {
  return renderPage(
    <Layout title={words.signIn} access={null}>
      <h1>{words.signIn}</h1>
      {error && <ErrorMessage error={error} />}
      {isNew && <p class="notice">{words.noAdministrator}</p>}
      <form class="stacked narrow" method="post" action="/sign-in">
        <input type="hidden" name="next" value={next} />
        <label>
          {words.email}
          <input
            type="email"
            name="email"
            value={form.kind === "password" ? form.email : ""}
            autocomplete="username"
            required
            autofocus={!isNew}
          />
        </label>
        <label>
          {words.password}
          <input type="password" name="password" autocomplete="current-password" required />
        </label>
        <button class="primary">{words.signIn}</button>
      </form>
      {providers.map(({ name, path }) => (
        <form class="stacked narrow provider" method="post" action={path}>
          <input type="hidden" name="next" value={next} />
          <button>{words.signInWith(name)}</button>
        </form>
      ))}
      <details class="narrow" open={isNew || form.kind === "token"}>
        <summary>{words.withToken}</summary>
        <form class="stacked" method="post" action="/sign-in/token">
          <input type="hidden" name="next" value={next} />
          <label>
            {words.token}
            <input type="password" name="token" autocomplete="off" required autofocus={isNew} />
          </label>
          <p class="note">{words.whereTokenIs()}</p>
          <button>{isNew ? words.setUp : words.signInWithToken}</button>
        </form>
      </details>
    </Layout>,
  );
}
