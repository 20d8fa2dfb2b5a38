import type { AppError } from "../src/errors.ts";
import type { Access, Person } from "../src/people/access.ts";
import { PASSWORD_LENGTH } from "../src/people/password-length.ts";
import { mayDo } from "../src/people/permissions.ts";
import type { Session } from "../src/people/sessions.ts";
import { browserName } from "./browser-name.ts";
import { ErrorMessage } from "./error-message.tsx";
import { Layout, renderPage } from "./layout.tsx";
import { formatTime } from "./english/formats.ts";

/** What the page says after something was done. */
export const DONE: ReadonlyMap<string, string> = new Map([
  ["name", "Your name is changed."],
  ["password", "Your password is changed. Every other browser is signed out."],
  ["sessions", "It is signed out."],
]);

interface Account {
  person: Person;
  hasPassword: boolean;
  /** Whether a new password takes the one before. */
  asksForCurrent: boolean;
  sessions: readonly Session[];
}

interface AccountPageProps {
  access: Access;
  /** Null: the administrator's token is nobody's. */
  account: Account | null;
  done: string | undefined;
  error: AppError | null;
}

/** The page of whoever looks at it. */
export function renderAccountPage({ access, account, done, error }: AccountPageProps): string {
  return renderPage(
    <Layout title="Account" access={access}>
      <h1>Account</h1>
      {error && <ErrorMessage error={error} />}
      {done !== undefined && (
        <p class="notice" role="status">
          {done}
        </p>
      )}
      {account === null ? (
        <p>
          You are using the administrator's token (<code>DATACLIPS_TOKEN</code>). It may do everything, and is nobody's:
          there is no name, no password and no session to change. Sign in with a browser to have an account.
        </p>
      ) : (
        <AccountSections access={access} account={account} />
      )}
    </Layout>,
  );
}

function AccountSections({ access, account }: { access: Access; account: Account }) {
  const { person } = account;
  const teams = access.teams?.map(({ name }) => name);
  return (
    <>
      <dl class="account">
        <dt>Email</dt>
        <dd>{person.email}</dd>
        <dt>Role</dt>
        <dd>{person.role}</dd>
        <dt>{teams?.length === 1 ? "Team" : "Teams"}</dt>
        <dd>{teams === undefined ? "all, as an administrator" : teams.join(", ") || "none yet"}</dd>
      </dl>
      <form class="stacked narrow" method="post" action="/account">
        <label>
          Name
          <input name="name" value={person.name} maxlength={100} autocomplete="name" required />
        </label>
        <button>Change the name</button>
      </form>
      <ul class="account-links">
        <li>
          <a href="/account/two-factor">Two-factor sign-in</a>
        </li>
        <li>
          <a href="/account/keys">API keys</a>
        </li>
        {mayDo(access, "people.manage") && (
          <li>
            <a href="/people">People</a>, <a href="/teams">teams</a> and the <a href="/audit">audit</a>
          </li>
        )}
      </ul>
      {access.via === "proxy" ? (
        <p class="note">
          You are signed in by the proxy in front of this server, with each request. To sign out, sign out there.
        </p>
      ) : (
        <PasswordSection account={account} />
      )}
      <SessionsSection access={access} sessions={account.sessions} />
    </>
  );
}

function PasswordSection({ account: { person, hasPassword, asksForCurrent } }: { account: Account }) {
  const { min, max } = PASSWORD_LENGTH;
  return (
    <>
      <h2 id="password">Password</h2>
      <form class="stacked narrow" method="post" action="/account/password">
        {!hasPassword && <p>You have none yet. With one you can sign in here by email and password.</p>}
        {hasPassword && !asksForCurrent && (
          <p>You came by a link, so you can choose a new one within the hour, without the one that you had.</p>
        )}
        <input type="text" name="username" value={person.email} autocomplete="username" hidden />
        {asksForCurrent && (
          <label>
            Current password
            <input type="password" name="current" maxlength={max} autocomplete="current-password" required />
          </label>
        )}
        <label>
          New password
          <input type="password" name="password" minlength={min} maxlength={max} autocomplete="new-password" required />
        </label>
        <p class="note">{min} characters or more. Every other browser of yours is signed out.</p>
        <button>{hasPassword ? "Change the password" : "Set the password"}</button>
      </form>
    </>
  );
}

function SessionsSection({ access, sessions }: { access: Access; sessions: readonly Session[] }) {
  const others = sessions.filter(({ id }) => id !== access.sessionId);
  return (
    <>
      <h2 id="sessions">Signed in</h2>
      {sessions.length === 0 && <p class="note">In no browser.</p>}
      <ul class="clips">
        {sessions.map((session) => (
          <li>
            <SessionLine session={session} isThis={session.id === access.sessionId} />
          </li>
        ))}
      </ul>
      {others.length > 1 && (
        <div class="actions">
          <form method="post" action="/account/sessions/end">
            <button>
              Sign out all {access.sessionId === null ? "" : "others "}({others.length})
            </button>
          </form>
        </div>
      )}
    </>
  );
}

function SessionLine({ session, isThis }: { session: Session; isThis: boolean }) {
  const { id, address, userAgent, createdAt, usedAt } = session;
  return (
    <>
      <p class="title" title={userAgent ?? undefined}>
        {browserName(userAgent)}
        {isThis && ", this one"}
      </p>
      <p class="facts">
        from {address ?? "an unknown address"} · since {formatTime(createdAt)} · last used on{" "}
        {usedAt.toISOString().slice(0, 10)}
      </p>
      {!isThis && (
        <form method="post" action={`/account/sessions/${id}/end`}>
          <button class="plain">Sign out</button>
        </form>
      )}
    </>
  );
}
