import type { AppError } from "../src/errors.ts";
import type { Access, Scope } from "../src/people/access.ts";
import type { Key } from "../src/people/keys.ts";
import { databaseBox, DEFAULT_KEY_DAYS, type KeyForm } from "../src/routes/key-fields.ts";
import { ErrorMessage } from "./error-message.tsx";
import { Layout, renderPage } from "./layout.tsx";
import { formatTime } from "./english/formats.ts";

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

const SCOPE_WORDS: Readonly<Record<Scope, string>> = {
  read: "Read: see clips, run them and download results",
  write: "Write: edit clips and links too",
  admin: "Administer: everything that you may do, but for keys and accounts",
};

/** One's own API keys, a form for a new one, and for administrators everybody's. */
export function renderKeysPage({ access, keys, all, error, key, ...rest }: KeysPageProps): string {
  return renderPage(
    <Layout title="API keys" access={access}>
      <h1>API keys</h1>
      <p>
        A program that sends a key as <code>Authorization: Bearer dck_…</code> does what its owner may do, or less.
      </p>
      {key !== null && (
        <div class="notice" role="status">
          <p>
            <strong>The key is made.</strong> Copy it now: it is shown only this once.
          </p>
          <p>
            <code>{key}</code>
          </p>
        </div>
      )}
      {keys.length === 0 ? <p>You have no keys.</p> : <KeyTable keys={keys} label="Your keys" owners={false} />}
      {access.person !== null && <NewKey error={error} {...rest} />}
      {all !== null && (
        <section id="all">
          <h2>Everybody's keys</h2>
          {all.keys.length === 0 ? <p>There are none.</p> : <KeyTable keys={all.keys} label="All keys" owners />}
          <nav class="pages" aria-label="Pages">
            {all.page > 1 && <a href={`/account/keys?page=${all.page - 1}#all`}>Newer</a>}
            {all.page * all.pageSize < all.total && <a href={`/account/keys?page=${all.page + 1}#all`}>Older</a>}
          </nav>
        </section>
      )}
    </Layout>,
  );
}

function NewKey({ scopes, databases, form, error }: Pick<KeysPageProps, "scopes" | "databases" | "form" | "error">) {
  return (
    <section id="new">
      <h2>New key</h2>
      {error && <ErrorMessage error={error} />}
      <form class="stacked" method="post" action="/account/keys">
        <label>
          Name
          <input
            name="name"
            value={form["name"]}
            maxlength={100}
            required
            placeholder="what it is for, such as: weekly report"
          />
        </label>
        <label>
          What it may do
          <select name="scope">
            {scopes.map((scope) => (
              <option value={scope} selected={form["scope"] === scope}>
                {SCOPE_WORDS[scope]}
              </option>
            ))}
          </select>
        </label>
        <fieldset>
          <legend>On which databases</legend>
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
          <p class="note">None: all that you may use.</p>
        </fieldset>
        <label>
          Works until (UTC)
          <input
            name="expires_at"
            value={form["expires_at"]}
            placeholder={`2027-01-31 or 2027-01-31T18:00Z; empty: for ${DEFAULT_KEY_DAYS} days`}
          />
        </label>
        <label class="box">
          <input type="checkbox" name="never" value="1" checked={form["never"] !== undefined} /> It never expires
        </label>
        <p>
          <button class="primary">Make the key</button>
        </p>
      </form>
    </section>
  );
}

function KeyTable({ keys, label, owners }: { keys: readonly Key[]; label: string; owners: boolean }) {
  const columns = ["Key", ...(owners ? ["Whose"] : []), "What it may do", "Made", "Works until", "Last used", ""];
  return (
    <div class="scroll" tabindex={0} role="region" aria-label={label}>
      <table class="result">
        <thead>
          <tr>
            {columns.map((name) => (
              <th scope="col">{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
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
                {key.scope} <small>on {key.databases === null ? "all databases" : key.databases.join(", ")}</small>
              </td>
              <td>{formatTime(key.createdAt)}</td>
              <td>
                {key.expiresAt === null ? "it is revoked" : formatTime(key.expiresAt)}
                {key.expired && <small> expired</small>}
              </td>
              <td>{key.lastUsedAt === null ? "not yet" : `${formatTime(key.lastUsedAt)} from ${key.lastAddress}`}</td>
              <td>
                <form method="post" action={`/account/keys/${key.id}/revoke`}>
                  <button class="plain">Revoke</button>
                </form>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
