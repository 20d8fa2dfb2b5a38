import type { AppError } from "../src/errors.ts";
import type { Access } from "../src/people/access.ts";
import { ErrorMessage } from "./error-message.tsx";
import { Layout, renderPage } from "./layout.tsx";
import { QrCode } from "./qr-code.tsx";

/** What the page shows. */
export type TwoFactorView =
  | { kind: "off" | "on" | "no password" | "no session" }
  /** What an authenticator has to take, before it is turned on. */
  | { kind: "confirm"; uri: string }
  /** Backup codes, shown this once. */
  | { kind: "codes"; backupCodes: readonly string[] };

interface TwoFactorPageProps {
  access: Access;
  view: TwoFactorView;
  error: AppError | null;
}

/** Two-factor sign-in of whoever looks at it. */
export function renderTwoFactorPage({ access, view, error }: TwoFactorPageProps): string {
  return renderPage(
    <Layout title="Two-factor sign-in" access={access}>
      <p>
        <a href="/account">Account</a>
      </p>
      <h1>Two-factor sign-in</h1>
      {error && <ErrorMessage error={error} />}
      <View view={view} email={access.person?.email ?? ""} />
    </Layout>,
  );
}

function View({ view, email }: { view: TwoFactorView; email: string }) {
  switch (view.kind) {
    case "no session":
      return <p>It is for who signs in here with a password: sign in with a browser, and look here again.</p>;
    case "no password":
      return (
        <p>
          You have no password here, so there is nothing that a code could be asked for besides. Who signs in with a
          provider has it there. <a href="/account#password">Set a password</a> first, if you want both.
        </p>
      );
    case "off":
      return <Off email={email} />;
    case "confirm":
      return <Confirm uri={view.uri} />;
    case "codes":
      return <BackupCodes codes={view.backupCodes} />;
    case "on":
      return <On email={email} />;
  }
}

function Off({ email }: { email: string }) {
  return (
    <>
      <p>
        It is <strong>off</strong>. Turned on, signing in with your password asks for a code, too, that an app on your
        phone shows (an authenticator, such as Aegis, Google Authenticator or 1Password).
      </p>
      <PasswordForm email={email} action="/account/two-factor" button="Turn on" isPrimary />
    </>
  );
}

function On({ email }: { email: string }) {
  return (
    <>
      <p>
        It is <strong>on</strong>: signing in with your password asks for a code.
      </p>
      <h2>Backup codes</h2>
      <p>Each signs you in once, without your phone. New ones replace those that you have.</p>
      <PasswordForm email={email} action="/account/two-factor/codes" button="Make new backup codes" />
      <h2>Turn it off</h2>
      <p>Your password alone will do again; the authenticator's entry and the backup codes are of no use any more.</p>
      <PasswordForm email={email} action="/account/two-factor/off" button="Turn off" />
    </>
  );
}

interface PasswordFormProps {
  email: string;
  action: string;
  button: string;
  isPrimary?: boolean;
}

function PasswordForm({ email, action, button, isPrimary = false }: PasswordFormProps) {
  return (
    <form class="stacked narrow" method="post" action={action}>
      <input type="text" name="username" value={email} autocomplete="username" hidden />
      <label>
        Your password
        <input type="password" name="password" autocomplete="current-password" required />
      </label>
      <button class={isPrimary ? "primary" : undefined}>{button}</button>
    </form>
  );
}

function Confirm({ uri }: { uri: string }) {
  const secret = new URL(uri).searchParams.get("secret") ?? "";
  return (
    <>
      <p>
        It is not on yet. Let your authenticator read this code, or type the secret into it; then enter the six digits
        that it shows.
      </p>
      <QrCode text={uri} label="The secret, for an authenticator's camera" />
      <p>
        Secret: <code>{secret.match(/.{1,4}/g)?.join(" ")}</code>
      </p>
      <form class="stacked narrow" method="post" action="/account/two-factor/confirm">
        <input type="hidden" name="secret" value={secret} />
        <label>
          Code
          <input name="code" inputmode="numeric" autocomplete="one-time-code" maxlength={10} required autofocus />
        </label>
        <button class="primary">Turn on</button>
      </form>
    </>
  );
}

function BackupCodes({ codes }: { codes: readonly string[] }) {
  return (
    <>
      <div class="notice" role="status">
        <p>
          <strong>Two-factor sign-in is on. Keep these backup codes: they are shown only this once.</strong>
        </p>
        <p>
          Each signs you in once, when your phone is not there. Keep them where you keep your passwords, or on paper.
        </p>
      </div>
      <ul class="backup-codes">
        {codes.map((code) => (
          <li>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <p>
        <a class="button" href="/account/two-factor">
          I have kept them
        </a>
      </p>
    </>
  );
}
