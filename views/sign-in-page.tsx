import type { AppError } from "../src/errors.ts";
import { ErrorMessage } from "./error-message.tsx";
import { Layout, renderPage } from "./layout.tsx";

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
    <Layout title="Sign in" access={null}>
      <h1>Sign in</h1>
      {error && <ErrorMessage error={error} />}
      {isNew && (
        <p class="notice">
          There is no administrator here yet. To make your account, open the link that the server printed when it
          started, or use the token below.
        </p>
      )}
      <form class="stacked narrow" method="post" action="/sign-in">
        <input type="hidden" name="next" value={next} />
        <label>
          Email
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
          Password
          <input type="password" name="password" autocomplete="current-password" required />
        </label>
        <button class="primary">Sign in</button>
      </form>
      {providers.map(({ name, path }) => (
        <form class="stacked narrow provider" method="post" action={path}>
          <input type="hidden" name="next" value={next} />
          <button>Sign in with {name}</button>
        </form>
      ))}
      <details class="narrow" open={isNew || form.kind === "token"}>
        <summary>With the administrator's token</summary>
        <form class="stacked" method="post" action="/sign-in/token">
          <input type="hidden" name="next" value={next} />
          <label>
            Token
            <input type="password" name="token" autocomplete="off" required autofocus={isNew} />
          </label>
          <p class="note">
            It is the setting <code>DATACLIPS_TOKEN</code>; with the embedded PostgreSQL the server prints it at its
            start.
          </p>
          <button>{isNew ? "Set up" : "Sign in with the token"}</button>
        </form>
      </details>
    </Layout>,
  );
}
