import type { AppError } from "../src/errors.ts";
import { describeDrift } from "../src/links/drift.ts";
import type { LinkStatus } from "../src/links/link-status.ts";
import type { Access } from "../src/people/access.ts";
import { mayDo } from "../src/people/permissions.ts";
import type { LinkForm } from "../src/routes/link-fields.ts";
import { ErrorMessage } from "./error-message.tsx";
import { Layout, renderPage } from "./layout.tsx";

interface LinksPageProps {
  access: Access;
  database: string;
  /** The page's own address. */
  path: string;
  links: readonly LinkStatus[];
  /** The names of the other configured databases. */
  others: readonly string[];
  form: LinkForm;
  error: AppError | null;
}

/** The links of a database, how each is, and a form for a new one. */
export function renderLinksPage({ access, database, path, links, others, form, error }: LinksPageProps): string {
  const mayManage = mayDo(access, "links.manage");
  return renderPage(
    <Layout title={`Links of ${database}`} access={access}>
      <h1>Links of {database}</h1>
      {error && <ErrorMessage error={error} />}
      <p>
        A link makes the tables of another database queryable from this one: clips on {database} read{" "}
        <code>link.table</code>, and can join it with tables of their own.
      </p>
      {links.length === 0 && <p class="note">There are none yet.</p>}
      {links.map((link) => (
        <LinkSection link={link} path={path} mayManage={mayManage} />
      ))}
      {mayManage && <NewLink path={path} others={others} form={form} />}
    </Layout>,
  );
}

function NewLink({ path, others, form }: Pick<LinksPageProps, "path" | "others" | "form">) {
  return (
    <>
      <h2>New link</h2>
      <form class="stacked" method="post" action={path}>
        <label>
          Name
          <input name="name" value={form.name} maxlength={40} pattern="[a-z][a-z0-9_]*" required />
        </label>
        <label>
          Leads to
          <input name="to" value={form.to} list="databases" autocomplete="off" spellcheck={false} required />
        </label>
        <datalist id="databases">
          {others.map((name) => (
            <option value={name} />
          ))}
        </datalist>
        <p class="note">
          The name of a configured database{others.length > 0 && ` (${others.join(", ")})`}, or a URL as this database's
          servers can reach it: <code>postgres://role:password@host:5432/database</code>.
        </p>
        <label>
          Schema there
          <input name="schema" value={form.schema} required />
        </label>
        <label>
          Tables
          <textarea name="tables" rows={3} spellcheck={false}>{`\n${form.tables}`}</textarea>
        </label>
        <p class="note">One a line. Left empty, it is all that the role there may read.</p>
        <button class="primary">Add the link</button>
      </form>
    </>
  );
}

function LinkSection({ link, path, mayManage }: { link: LinkStatus; path: string; mayManage: boolean }) {
  const { name, to, reason } = link;
  const address = `${to.role ?? "?"} at ${to.host}:${to.port}, database ${to.dbname}`;
  return (
    <section>
      <h2>{name}</h2>
      <p class="facts">
        {to.database !== null && `${to.database}: `}
        {address} · schema {link.schema}
        {link.whole ? "" : ", chosen tables"} · {link.fetchSize.toLocaleString("en")} rows at once
      </p>
      <p>
        The primary {reason === null ? "reads from there." : `cannot read from there: ${reason}.`}{" "}
        {link.followers.map((follower) => (
          <>
            {follower.name}: {follower.ok ? "works" : follower.reason}.{" "}
          </>
        ))}
      </p>
      {link.moved && (
        <p class="warning">{to.database} has another address in the configuration now: refresh the link.</p>
      )}
      {link.drift.length > 0 && (
        <div class="warning">
          <p>Refresh the link, for there is a change:</p>
          <ul>
            {link.drift.map((one) => (
              <li>{describeDrift(one)}</li>
            ))}
          </ul>
        </div>
      )}
      <details open={link.tables.length <= 10}>
        <summary>
          {link.tables.length} table{link.tables.length === 1 ? "" : "s"}
        </summary>
        <ul>
          {link.tables.map((table) => (
            <li>
              <code>
                {name}.{table.name}
              </code>{" "}
              ({table.columns} column{table.columns === 1 ? "" : "s"})
            </li>
          ))}
        </ul>
      </details>
      {mayManage && (
        <div class="actions">
          <form method="post" action={`${path}/${name}/refresh`}>
            <button>Refresh</button>
          </form>
          <form method="post" action={`${path}/${name}/remove`}>
            <button>Remove</button>
          </form>
        </div>
      )}
    </section>
  );
}
