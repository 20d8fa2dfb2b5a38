import type { TableOfClip } from "../src/clips/tables-of-clip.ts";
import { speakingSlug } from "../src/clips/slug.ts";
import { words } from "./english/clip-tables.ts";

interface ClipTablesProps {
  database: string;
  tables: readonly TableOfClip[];
  /** Whether whoever looks may see the database's schema. */
  maySeeSchema: boolean;
}

/** The tables that a clip reads, each with who else queries it; folded. */
export function ClipTables({ database, tables, maySeeSchema }: ClipTablesProps) {
  if (tables.length === 0) return null;
  return (
    <details id="tables">
      <summary>{words.title}</summary>
      <ul class="plain">
        {tables.map((table) => {
          const { others, hasMore } = table;
          return (
            <li>
              {maySeeSchema ? (
                <a href={tablePage(database, table)}>
                  <code>{nameOfTable(table)}</code>
                </a>
              ) : (
                <code>{nameOfTable(table)}</code>
              )}
              {others !== null &&
                (others.length === 0 ? (
                  <span class="note"> {words.noOthers}</span>
                ) : (
                  <ul class="others">
                    {others.map(({ slug, title }) => (
                      <li>
                        <a href={`/clips/${speakingSlug(slug, title)}`}>{title}</a>
                      </li>
                    ))}
                    {hasMore && (
                      <li>
                        <a href={searchAddress(database, table)}>{words.more}</a>
                      </li>
                    )}
                  </ul>
                ))}
            </li>
          );
        })}
      </ul>
    </details>
  );
}

/** Of a name without a schema only the search path knows which table it is: the schema is searched for it. */
function tablePage(database: string, { schema, name }: TableOfClip): string {
  const page = `/databases/${encodeURIComponent(database)}/schema`;
  return schema === null
    ? `${page}?${new URLSearchParams({ q: name })}`
    : `${page}/${encodeURIComponent(schema)}/${encodeURIComponent(name)}`;
}

function nameOfTable({ schema, name }: TableOfClip): string {
  return schema === null ? name : `${schema}.${name}`;
}

/** The search has no way to write a quote in a name: it then finds less. */
function searchAddress(database: string, { schema, name }: TableOfClip): string {
  const table = [schema, name].filter((part) => part !== null).map((part) => `"${part.replaceAll('"', "")}"`);
  return `/?${new URLSearchParams({ q: `database:"${database}" table:${table.join(".")}` })}`;
}
