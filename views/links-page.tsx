import type { AppError } from "../src/errors.ts";
import { describeDrift } from "../src/links/drift.ts";
import type { LinkStatus } from "../src/links/link-status.ts";
import type { Access } from "../src/people/access.ts";
import { mayDo } from "../src/people/permissions.ts";
import type { LinkForm } from "../src/routes/link-fields.ts";
import { words } from "./english/links-page.tsx";
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
    <Layout title={words.title(database)} access={access}>
      <h1>{words.title(database)}</h1>
      {error && <ErrorMessage error={error} />}
      <p>{words.whatTheyAre(database)}</p>
      {links.length === 0 && <p class="note">{words.none}</p>}
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
          {words.to}
          <input name="to" value={form.to} list="databases" autocomplete="off" spellcheck={false} required />
        </label>
        <datalist id="databases">
          {others.map((name) => (
            <option value={name} />
          ))}
        </datalist>
        <p class="note">{words.whatToName(others)}</p>
        <label>
          {words.schema}
          <input name="schema" value={form.schema} required />
        </label>
        <label>
          {words.tables}
          <textarea name="tables" rows={3} spellcheck={false}>{`\n${form.tables}`}</textarea>
        </label>
        <p class="note">{words.whichTables}</p>
        <button class="primary">{words.add}</button>
      </form>
    </>
  );
}

function LinkSection({ link, path, mayManage }: { link: LinkStatus; path: string; mayManage: boolean }) {
  const { name, to, reason } = link;
  return (
    <section>
      <h2>{name}</h2>
      <p class="facts">{words.facts(link)}</p>
      <p>
        {words.primary(reason)}{" "}
        {link.followers.map((follower) => (
          <>{words.follower(follower)} </>
        ))}
      </p>
      {link.moved && to.database !== null && <p class="warning">{words.moved(to.database)}</p>}
      {link.drift.length > 0 && (
        <div class="warning">
          <p>{words.drift}</p>
          <ul>
            {link.drift.map((one) => (
              <li>{describeDrift(one)}</li>
            ))}
          </ul>
        </div>
      )}
      <details open={link.tables.length <= 10}>
        <summary>{words.tableCount(link.tables.length)}</summary>
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
