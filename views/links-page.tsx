import type { AppError } from "../src/errors.ts";
import { describeDrift } from "../src/links/drift.ts";
import type { LinkStatus } from "../src/links/link-status.ts";
import type { Access } from "../src/people/access.ts";
import { mayDo } from "../src/people/permissions.ts";
import type { LinkForm } from "../src/routes/link-fields.ts";
import { ErrorMessage } from "./error-message.tsx";
import { Layout, renderPage } from "./layout.tsx";
import { words } from "./english/links-page.tsx";
import { countOf } from "./english/formats.ts";

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
    <Layout title={words.linksOf(database)} access={access}>
      <h1>{words.linksOf2(database)}</h1>
      {error && <ErrorMessage error={error} />}
      <p>{words.aLinkMakesThe(database)}</p>
      {links.length === 0 && <p class="note">{words.thereAreNoneYet}</p>}
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
      <h2>{words.newLink}</h2>
      <form class="stacked" method="post" action={path}>
        <label>
          {words.name}
          <input name="name" value={form.name} maxlength={40} pattern="[a-z][a-z0-9_]*" required />
        </label>
        <label>
          {words.leadsTo}
          <input name="to" value={form.to} list="databases" autocomplete="off" spellcheck={false} required />
        </label>
        <datalist id="databases">
          {others.map((name) => (
            <option value={name} />
          ))}
        </datalist>
        <p class="note">{words.theNameOfA(others.length > 0 && ` (${others.join(", ")})`)}</p>
        <label>
          {words.schemaThere}
          <input name="schema" value={form.schema} required />
        </label>
        <label>
          {words.tables}
          <textarea name="tables" rows={3} spellcheck={false}>{`\n${form.tables}`}</textarea>
        </label>
        <p class="note">{words.oneALineLeft}</p>
        <button class="primary">{words.addTheLink}</button>
      </form>
    </>
  );
}

function LinkSection({ link, path, mayManage }: { link: LinkStatus; path: string; mayManage: boolean }) {
  const { name, to, reason } = link;
  const address = words.atDatabase(to.role ?? "?", to.host, to.port, to.dbname);
  return (
    <section>
      <h2>{name}</h2>
      <p class="facts">
        {words.schemaRowsAtOnce(
          to.database !== null && `${to.database}: `,
          address,
          link.schema,
          link.whole ? "" : words.chosenTables,
          link.fetchSize.toLocaleString("en"),
        )}
      </p>
      <p>
        {words.thePrimary(reason === null ? words.readsFromThere : words.cannotReadFromThere(reason))}{" "}
        {link.followers.map((follower) => (
          <>
            {follower.name}: {follower.ok ? words.works : follower.reason}.{" "}
          </>
        ))}
      </p>
      {link.moved && <p class="warning">{words.hasAnotherAddressIn(to.database)}</p>}
      {link.drift.length > 0 && (
        <div class="warning">
          <p>{words.refreshTheLinkFor}</p>
          <ul>
            {link.drift.map((one) => (
              <li>{describeDrift(one)}</li>
            ))}
          </ul>
        </div>
      )}
      <details open={link.tables.length <= 10}>
        <summary>{countOf(link.tables.length, "table")}</summary>
        <ul>
          {link.tables.map((table) => (
            <li>{words.table(`${name}.${table.name}`, table.columns)}</li>
          ))}
        </ul>
      </details>
      {mayManage && (
        <div class="actions">
          <form method="post" action={`${path}/${name}/refresh`}>
            <button>{words.refresh}</button>
          </form>
          <form method="post" action={`${path}/${name}/remove`}>
            <button>{words.remove}</button>
          </form>
        </div>
      )}
    </section>
  );
}
