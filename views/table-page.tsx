import { speakingSlug } from "../src/clips/slug.ts";
import type { ClipLink } from "../src/clips/find-by-table.ts";
import type { TableFacts } from "../src/databases/table-facts.ts";
import type { Access } from "../src/people/access.ts";
import type { TablePreview } from "../src/routes/preview-table.ts";
import { words } from "./english/table-page.tsx";
import { sizeWords } from "./english/table-words.ts";
import { ErrorMessage } from "./error-message.tsx";
import { Layout, renderPage } from "./layout.tsx";
import { ResultTable } from "./result-table.tsx";
import { schemaAddress, tableAddress } from "./table-address.ts";
import { ColumnTable } from "./table-columns.tsx";
import { Checks, ForeignKeys, Indexes, Partitions } from "./table-parts.tsx";

interface TablePageProps {
  access: Access;
  database: string;
  table: TableFacts;
  /** Those that read it, of what whoever looks may see. */
  clips: readonly ClipLink[];
  /** Its first rows, where they were asked for. */
  preview: TablePreview | null;
  mayPreview: boolean;
  /** What a new clip from it begins with; null for who may write none. */
  newClipSql: string | null;
}

/** All that there is to know of a table. */
export function renderTablePage(props: TablePageProps): string {
  const { access, database, table, clips } = props;
  const title = `${table.schema}.${table.name}`;
  return renderPage(
    <Layout title={words.title(title, database)} access={access}>
      <p class="facts">
        <a href={schemaAddress(database)}>{words.allOf(database)}</a>
      </p>
      <h1>{title}</h1>
      {table.comment && <p class="description">{table.comment}</p>}
      <p class="facts">{factsText(table)}</p>
      {table.partition_of && <p>{words.partitionOf(table.partition_of, tableAddress(database, table.partition_of))}</p>}
      {!table.readable && (
        <p class="warning" role="note">
          {words.notReadable()}
        </p>
      )}
      <Actions {...props} />
      <Preview {...props} />
      <h2>{words.columns}</h2>
      <ColumnTable table={table} />
      <Checks checks={table.checks} />
      <ForeignKeys database={database} table={table} />
      <Indexes indexes={table.indexes} />
      <Partitions database={database} table={table} />
      {table.definition !== null && (
        <>
          <h2>{words.query}</h2>
          <pre class="sql" tabindex={0}>
            {table.definition}
          </pre>
        </>
      )}
      <h2>{words.clips}</h2>
      <ClipLinks clips={clips} />
    </Layout>,
  );
}

function factsText({ kind, rows, size, partition_key, partition_count }: TableFacts): string {
  return [
    kind,
    ...(kind === "view" ? [] : [words.rows(rows)]),
    ...(partition_key === null ? [] : [words.partitionedBy(partition_key), words.partitions(partition_count)]),
    ...(size === null ? [] : [sizesText(size)]),
  ].join(" · ");
}

function sizesText({ total, table, indexes, toast }: NonNullable<TableFacts["size"]>): string {
  return words.sizes(sizeWords(total), sizeWords(table), sizeWords(indexes), sizeWords(toast));
}

function Actions({ database, table, preview, mayPreview, newClipSql }: TablePageProps) {
  if (!mayPreview && newClipSql === null) return null;
  return (
    <div class="actions">
      {newClipSql !== null && (
        <a class="button primary" href={`/clips/new?${new URLSearchParams({ database, sql: newClipSql })}`}>
          {words.newClip}
        </a>
      )}
      {mayPreview && preview === null && (
        <form method="get" action={`${tableAddress(database, table)}#preview`}>
          <button name="preview" value="1">
            {words.showRows}
          </button>
        </form>
      )}
    </div>
  );
}

function Preview({ preview }: TablePageProps) {
  if (preview === null) return null;
  return (
    <section id="preview">
      <h2>{words.tenRows}</h2>
      {"error" in preview ? (
        <ErrorMessage error={preview.error} />
      ) : (
        <>
          <ResultTable
            head={preview}
            end={{ rowCount: preview.rows.length }}
            rows={preview.rows}
            source={null}
            tools={false}
          />
          <p class="facts">{words.shown(preview.rows.length < 10, preview.durationMs, preview.follower)}</p>
        </>
      )}
    </section>
  );
}

function ClipLinks({ clips }: { clips: readonly ClipLink[] }) {
  if (clips.length === 0) return <p>{words.noClips}</p>;
  return (
    <ul>
      {clips.map(({ slug, title }) => (
        <li>
          <a href={`/clips/${speakingSlug(slug, title)}`}>{title}</a>
        </li>
      ))}
    </ul>
  );
}
