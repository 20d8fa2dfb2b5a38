import type { AppError } from "../src/errors.ts";
import type { Access, Scope } from "../src/people/access.ts";
import type { Key } from "../src/people/keys.ts";
import { databaseBox, DEFAULT_KEY_DAYS, type KeyForm } from "../src/routes/key-fields.ts";
import { WideTable } from "./wide-table.tsx";
import { formatTime } from "./english/formats.ts";
import { words } from "./english/keys-page.tsx";
import { ErrorMessage } from "./error-message.tsx";
import { Layout, renderPage } from "./layout.tsx";

interface KeysPageProps {
  access: Access;
  /** One's own. */
  keys: readonly Key[];
  /** Everybody's, a page of them; null: not for whoever looks at it. */
  all: { keys: readonly Key[]; total: number; page: number; pageSize: number } | null;
  /** What a new key may be for. */
  scopes: readonly Scope[];
  databases: readonly string[];
  /** A form as somebody wrote it, with what is wrong with it. */
  form: KeyForm;
  error: AppError | null;
  /** A key that was made just now: shown this once. */
  key: string | null;
}

/** One's own API keys, a form for a new one, and for administrators everybody's. */
export function renderKeysPage({ access, keys, all, error, key, ...rest }: KeysPageProps): string {
  return renderPage(
    <Layout title={words.title} access={access}>
      <h1>{words.title}</h1>
      <p>{words.whatKeysDo()}</p>
      {key !== null && (
        <div class="notice" role="status">
          <p>{words.keyIsMade()}</p>
          <p>
            <code>{key}</code>
          </p>
        </div>
      )}
      {keys.length === 0 ? <p>{words.youHaveNone}</p> : <KeyTable keys={keys} label={words.yours} owners={false} />}
      {access.person !== null && <NewKey error={error} {...rest} />}
      {all !== null && (
        <section id="all">
          <h2>{words.everybodys}</h2>
          {all.keys.length === 0 ? <p>{words.nobodyHasOne}</p> : <KeyTable keys={all.keys} label={words.all} owners />}
          <nav class="pages" aria-label={words.pages}>
            {all.page > 1 && <a href={`/account/keys?page=${all.page - 1}#all`}>{words.newer}</a>}
            {all.page * all.pageSize < all.total && (
              <a href={`/account/keys?page=${all.page + 1}#all`}>{words.older}</a>
            )}
          </nav>
        </section>
      )}
    </Layout>,
  );
}

function NewKey({ scopes, databases, form, error }: Pick<KeysPageProps, "scopes" | "databases" | "form" | "error">) {
  return (
    <section id="new">
      <h2>{words.newKey}</h2>
      {error && <ErrorMessage error={error} />}
      <form class="stacked" method="post" action="/account/keys">
        <label>
          {words.name}
          <input name="name" value={form["name"]} maxlength={100} required placeholder={words.exampleName} />
        </label>
        <label>
          {words.scope}
          <select name="scope">
            {scopes.map((scope) => (
              <option value={scope} selected={form["scope"] === scope}>
                {words.scopes[scope]}
              </option>
            ))}
          </select>
        </label>
        <fieldset>
          <legend>{words.databases}</legend>
          {databases.map((name) => (
            <label class="box">
              <input
                type="checkbox"
                name={databaseBox(name)}
                value="1"
                checked={form[databaseBox(name)] !== undefined}
              />{" "}
              {name}
            </label>
          ))}
          <p class="note">{words.noneIsAll}</p>
        </fieldset>
        <label>
          {words.expiresAt}
          <input name="expires_at" value={form["expires_at"]} placeholder={words.exampleExpiry(DEFAULT_KEY_DAYS)} />
        </label>
        <label class="box">
          <input type="checkbox" name="never" value="1" checked={form["never"] !== undefined} /> {words.neverExpires}
        </label>
        <p>
          <button class="primary">{words.makeKey}</button>
        </p>
      </form>
    </section>
  );
}

function KeyTable({ keys, label, owners }: { keys: readonly Key[]; label: string; owners: boolean }) {
  return (
    <WideTable label={label} heads={words.columns(owners)} class="result">
      {keys.map((key) => (
        <tr>
          <td>
            {key.name} <small>{key.prefix}…</small>
          </td>
          {owners && (
            <td>
              {key.person.name} <small>{key.person.email}</small>
            </td>
          )}
          <td>
            {key.scope} <small>{words.on(key.databases)}</small>
          </td>
          <td>{formatTime(key.createdAt)}</td>
          <td>
            {words.worksUntil(key.expiresAt)}
            {key.expired && <small> {words.expired}</small>}
          </td>
          <td>{words.lastUsed(key.lastUsedAt, key.lastAddress)}</td>
          <td>
            <form method="post" action={`/account/keys/${key.id}/revoke`}>
              <button class="plain">{words.revoke}</button>
            </form>
          </td>
        </tr>
      ))}
    </WideTable>
  );
}
