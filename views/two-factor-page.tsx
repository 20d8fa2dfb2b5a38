import type { AppError } from "../src/errors.ts";
import type { Access } from "../src/people/access.ts";
import { words } from "./english/two-factor-page.tsx";
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
    <Layout title={words.title} access={access}>
      <p>
        <a href="/account">{words.account}</a>
      </p>
      <h1>{words.title}</h1>
      {error && <ErrorMessage error={error} />}
      <View view={view} email={access.person?.email ?? ""} />
    </Layout>,
  );
}

function View({ view, email }: { view: TwoFactorView; email: string }) {
  switch (view.kind) {
    case "no session":
      return <p>{words.noSession}</p>;
    case "no password":
      return <p>{words.noPassword()}</p>;
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
      <p>{words.isOff()}</p>
      <PasswordForm email={email} action="/account/two-factor" button={words.turnOn} isPrimary />
    </>
  );
}

function On({ email }: { email: string }) {
  return (
    <>
      <p>{words.isOn()}</p>
      <h2>{words.backupCodes}</h2>
      <p>{words.whatCodesDo}</p>
      <PasswordForm email={email} action="/account/two-factor/codes" button={words.makeCodes} />
      <h2>{words.turnItOff}</h2>
      <p>{words.withoutIt}</p>
      <PasswordForm email={email} action="/account/two-factor/off" button={words.turnOff} />
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
        {words.password}
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
      <p>{words.notOnYet}</p>
      <QrCode text={uri} label={words.secretAsImage} />
      <p>{words.secret(secret.match(/.{1,4}/g)?.join(" ") ?? "")}</p>
      <form class="stacked narrow" method="post" action="/account/two-factor/confirm">
        <input type="hidden" name="secret" value={secret} />
        <label>
          {words.code}
          <input name="code" inputmode="numeric" autocomplete="one-time-code" maxlength={10} required autofocus />
        </label>
        <button class="primary">{words.turnOn}</button>
      </form>
    </>
  );
}

function BackupCodes({ codes }: { codes: readonly string[] }) {
  return (
    <>
      <div class="notice" role="status">
        <p>
          <strong>{words.isOnNow}</strong>
        </p>
        <p>{words.whereToKeepCodes}</p>
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
          {words.codesAreKept}
        </a>
      </p>
    </>
  );
}
