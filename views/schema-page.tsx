import type { ListedTable, SchemaList } from "../src/databases/list-tables.ts";
import type { FunctionFacts } from "../src/databases/read-schema.ts";
import type { Access } from "../src/people/access.ts";
import { WideTable } from "./wide-table.tsx";
import { words } from "./english/schema-page.tsx";
import { rowsText, sizeWords } from "./english/table-words.ts";
import { Layout, renderPage } from "./layout.tsx";
import { schemaAddress, tableAddress } from "./table-address.ts";

interface SchemaPageProps {
  access: Access;
  database: string;
  search: string;
  list: SchemaList;
  /** From 1. */
  page: number;
  pageSize: number;
}

/** What there is to query in a database. */
export function renderSchemaPage(props: SchemaPageProps): string {
  const { access, database, search, list, page, pageSize } = props;
  const nothing = list.tableCount + list.functionCount === 0;
  return renderPage(
    <Layout title={words.title(database)} access={access}>
      <h1>{words.title(database)}</h1>
      <form class="search" role="search" method="get">
        <input type="search" name="q" value={search} aria-label={words.whatToSearch} placeholder={words.searchedIn} />
        <button>{words.search}</button>
      </form>
      {nothing ? <Nothing database={database} search={search} /> : <p class="facts">{countsText(props)}</p>}
      {list.schemas.map(({ name, comment }) => (
        <section>
          <h2>{name}</h2>
          {comment && <p class="description">{comment}</p>}
          <TableList database={database} tables={list.tables.filter(({ schema }) => schema === name)} schema={name} />
        </section>
      ))}
      <Pages database={database} search={search} page={page} pages={Math.ceil(list.tableCount / pageSize)} />
      {list.functions.length > 0 && (
        <section>
          <h2>{words.functions}</h2>
          <dl class="functions">
            {list.functions.map((facts) => (
              <FunctionEntry schema={facts.schema} facts={facts} />
            ))}
          </dl>
          {list.functions.length < list.functionCount && (
            <p class="note">{words.firstFunctions(list.functions.length, list.functionCount)}</p>
          )}
        </section>
      )}
    </Layout>,
  );
}

function Nothing({ database, search }: { database: string; search: string }) {
  return <p>{search === "" ? words.noSchema : words.nothingFound(search, schemaAddress(database))}</p>;
}

function countsText({ list, search, page, pageSize }: SchemaPageProps): string {
  const { tableCount, functionCount, tables } = list;
  const first = (page - 1) * pageSize + 1;
  const isPart = tables.length > 0 && tables.length < tableCount;
  return words.counts({
    tables: tableCount,
    shown: isPart ? [first, first + tables.length - 1] : null,
    functions: functionCount,
    found: search !== "",
  });
}

function TableList({ database, tables, schema }: { database: string; tables: readonly ListedTable[]; schema: string }) {
  return (
    <WideTable
      label={words.tablesOf(schema)}
      heads={[words.table, words.kind, { number: words.rows }, { number: words.size }]}
      class="table-list"
      region="whole-height"
    >
      {tables.map((table) => (
        <tr>
          <td>
            <a href={tableAddress(database, table)}>{table.name}</a>
            {!table.readable && <span class="note unreadable"> {words.notReadable}</span>}
            {table.comment && <div class="note">{table.comment}</div>}
            {table.found.length > 0 && (
              <div class="note">
                <code>{foundText(table.found)}</code>
              </div>
            )}
          </td>
          <td>{table.kind}</td>
          <td class="number">{rowsText(table.rows, table.kind)}</td>
          <td class="number">{sizeWords(table.size)}</td>
        </tr>
      ))}
    </WideTable>
  );
}

/** So many columns that a search has found are named. */
const FOUND_COLUMNS = 8;

function foundText(columns: readonly string[]): string {
  return [...columns.slice(0, FOUND_COLUMNS), ...(columns.length > FOUND_COLUMNS ? ["…"] : [])].join(", ");
}

function Pages({ database, search, page, pages }: { database: string; search: string; page: number; pages: number }) {
  if (pages <= 1) return null;
  const address = (to: number): string =>
    `${schemaAddress(database)}?${new URLSearchParams({ ...(search === "" ? {} : { q: search }), page: String(to) })}`;
  return (
    <nav class="pages" aria-label={words.pages}>
      {page > 1 && <a href={address(page - 1)}>{words.before}</a>}
      <span>{words.pageOf(page, pages)}</span>
      {page < pages && <a href={address(page + 1)}>{words.more}</a>}
    </nav>
  );
}

function FunctionEntry({ schema, facts }: { schema: string; facts: FunctionFacts }) {
  return (
    <>
      <dt>
        <code>
          {schema}.{facts.name}({facts.arguments}) → {facts.result}
        </code>
        {facts.kind !== "function" && <span class="note"> {facts.kind}</span>}
        {facts.helper && <span class="note"> {words.helper}</span>}
      </dt>
      {facts.comment && <dd>{facts.comment}</dd>}
    </>
  );
}
