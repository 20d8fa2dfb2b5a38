import type { FunctionFacts, RelationFacts, SchemaFacts } from "../src/databases/read-schema.ts";
import type { Access } from "../src/people/access.ts";
import { Layout, renderPage } from "./layout.tsx";

interface SchemaPageProps {
  access: Access;
  database: string;
  search: string;
  schemas: readonly SchemaFacts[];
}

/** So few tables are shown with their columns; of more, each is opened by a click. */
const OPEN_AT_MOST = 3;

/** What there is to query in a database. */
export function renderSchemaPage({ access, database, search, schemas }: SchemaPageProps): string {
  const relations = schemas.reduce((sum, schema) => sum + schema.relations.length, 0);
  const open = relations <= OPEN_AT_MOST;
  return renderPage(
    <Layout title={`Tables and functions of ${database}`} access={access}>
      <h1>Tables and functions of {database}</h1>
      <form class="search" role="search" method="get">
        <input type="search" name="q" value={search} aria-label="Search" placeholder="Name, column, comment" />
        <button>Search</button>
      </form>
      {schemas.length === 0 && (
        <p>
          {search === ""
            ? "The reader role may use no schema here. sql/roles.sql grants it those that you name."
            : `Nothing here has “${search}” in its name, its columns or its comment.`}
        </p>
      )}
      {schemas.map((schema) => (
        <section>
          <h2>{schema.name}</h2>
          {schema.comment && <p>{schema.comment}</p>}
          {schema.relations.map((relation) => (
            <Relation schema={schema.name} relation={relation} open={open} />
          ))}
          {schema.functions.length > 0 && (
            <>
              <h3>Functions</h3>
              <dl>
                {schema.functions.map((facts) => (
                  <FunctionEntry schema={schema.name} facts={facts} />
                ))}
              </dl>
            </>
          )}
        </section>
      ))}
    </Layout>,
  );
}

function Relation({ schema, relation, open }: { schema: string; relation: RelationFacts; open: boolean }) {
  const { name, kind, rows, comment, columns } = relation;
  return (
    <details open={open}>
      <summary>
        <code>
          {schema}.{name}
        </code>{" "}
        <span class="note">
          {kind}
          {rows !== null && `, about ${rows.toLocaleString("en")} rows`}
        </span>
      </summary>
      {comment && <p>{comment}</p>}
      <table>
        <thead>
          <tr>
            <th scope="col">Column</th>
            <th scope="col">Type</th>
            <th scope="col">Comment</th>
          </tr>
        </thead>
        <tbody>
          {columns.map((column) => (
            <tr>
              <td>{column.name}</td>
              <td>
                {column.type}
                {column.nullable ? "" : " not null"}
              </td>
              <td>{column.comment}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
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
        {facts.helper && <span class="note"> helper</span>}
      </dt>
      {facts.comment && <dd>{facts.comment}</dd>}
    </>
  );
}
