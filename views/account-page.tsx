import type { AppError } from "../src/errors.ts";
import type { Access, Person } from "../src/people/access.ts";
import { PASSWORD_LENGTH } from "../src/people/password-length.ts";
import { mayDo } from "../src/people/permissions.ts";
import type { Session } from "../src/people/sessions.ts";
import { words } from "./english/account-page.tsx";
import { browserName } from "./english/browser-name.ts";
import { ErrorMessage } from "./error-message.tsx";
import { Layout, renderPage } from "./layout.tsx";

/** What the page says after something was done. */
export const DONE: ReadonlyMap<string, string> = new Map(Object.entries(words.done));

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
    <Layout title={words.title} access={access}>
      <h1>{words.title}</h1>
      {error && <ErrorMessage error={error} />}
      {done !== undefined && (
        <p class="notice" role="status">
          {done}
        </p>
      )}
      {account === null ? <p>{words.tokenIsNobodys()}</p> : <AccountSections access={access} account={account} />}
    </Layout>,
  );
}

function AccountSections({ access, account }: { access: Access; account: Account }) {
  const { person } = account;
  const teams = access.teams?.map(({ name }) => name);
  return (
    <>
      <dl class="account">
        <dt>{words.email}</dt>
        <dd>{person.email}</dd>
        <dt>{words.role}</dt>
        <dd>{person.role}</dd>
        <dt>{words.teams(teams?.length)}</dt>
        <dd>{words.teamNames(teams)}</dd>
      </dl>
      <form class="stacked narrow" method="post" action="/account">
        <label>
          {words.name}
          <input name="name" value={person.name} maxlength={100} autocomplete="name" required />
        </label>
        <button>{words.changeName}</button>
      </form>
      <ul class="account-links">
        <li>
          <a href="/account/two-factor">{words.twoFactor}</a>
        </li>
        <li>
          <a href="/account/keys">{words.keys}</a>
        </li>
        {mayDo(access, "people.manage") && <li>{words.administration()}</li>}
      </ul>
      {access.via === "proxy" ? <p class="note">{words.signedInByProxy}</p> : <PasswordSection account={account} />}
      <SessionsSection access={access} sessions={account.sessions} />
    </>
  );
}

function PasswordSection({ account: { person, hasPassword, asksForCurrent } }: { account: Account }) {
  const { min, max } = PASSWORD_LENGTH;
  return (
    <>
      <h2 id="password">{words.password}</h2>
      <form class="stacked narrow" method="post" action="/account/password">
        {!hasPassword && <p>{words.noPassword}</p>}
        {hasPassword && !asksForCurrent && <p>{words.cameByLink}</p>}
        <input type="text" name="username" value={person.email} autocomplete="username" hidden />
        {asksForCurrent && (
          <label>
            {words.currentPassword}
            <input type="password" name="current" maxlength={max} autocomplete="current-password" required />
          </label>
        )}
        <label>
          {words.newPassword}
          <input type="password" name="password" minlength={min} maxlength={max} autocomplete="new-password" required />
        </label>
        <p class="note">{words.ofLength(min)}</p>
        <button>{words.savePassword(hasPassword)}</button>
      </form>
    </>
  );
}

function SessionsSection({ access, sessions }: { access: Access; sessions: readonly Session[] }) {
  const others = sessions.filter(({ id }) => id !== access.sessionId);
  return (
    <>
      <h2 id="sessions">{words.sessions}</h2>
      {sessions.length === 0 && <p class="note">{words.noSessions}</p>}
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
            <button>{words.signOutAll(others.length, access.sessionId !== null)}</button>
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
        {words.browser(browserName(userAgent), isThis)}
      </p>
      <p class="facts">{words.used(address, createdAt, usedAt)}</p>
      {!isThis && (
        <form method="post" action={`/account/sessions/${id}/end`}>
          <button class="plain">{words.signOut}</button>
        </form>
      )}
    </>
  );
}
