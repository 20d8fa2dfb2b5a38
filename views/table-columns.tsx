import type { ColumnFacts, TableFacts } from "../src/databases/table-facts.ts";
import { words } from "./english/table-columns.tsx";

/** A table's columns. */
export function ColumnTable({ table }: { table: TableFacts }) {
  const known = table.columns.some(({ null_fraction }) => null_fraction !== null);
  const keys = new Map(table.columns.map(({ name }) => [name, keysOf(table, name).join(", ")]));
  const hasKeys = [...keys.values()].some((text) => text !== "");
  const hasDefaults = table.columns.some((column) => column.default !== null || column.identity !== null);
  return (
    <div class="scroll whole-height" tabindex={0} role="region" aria-label={words.columns}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.column}</th>
            <th scope="col">{words.type}</th>
            {hasKeys && <th scope="col">{words.key}</th>}
            {hasDefaults && <th scope="col">{words.default}</th>}
            {known && (
              <>
                <th scope="col" class="number">
                  NULL
                </th>
                <th scope="col" class="number">
                  {words.distinct}
                </th>
              </>
            )}
          </tr>
        </thead>
        <tbody>
          {table.columns.map((column) => (
            <tr>
              <td>
                {column.name}
                {!column.readable && <span class="note unreadable"> {words.notReadable}</span>}
                {column.comment && <div class="note">{column.comment}</div>}
              </td>
              <td>
                {column.type}
                {!column.nullable && <span class="note"> {words.notNull}</span>}
              </td>
              {hasKeys && <td>{keys.get(column.name)}</td>}
              {hasDefaults && (
                <td>
                  <DefaultValue column={column} />
                </td>
              )}
              {known && (
                <>
                  <td class="number">{words.part(column.null_fraction)}</td>
                  <td class="number">{words.about(column.distinct_values)}</td>
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What a column is part of. */
function keysOf(table: TableFacts, column: string): string[] {
  const has = ({ columns }: { columns: readonly string[] }): boolean => columns.includes(column);
  const primary = table.primary_key;
  return [
    ...(primary !== null && has(primary) ? [words.primary(primary.columns.length > 1)] : []),
    ...table.unique_keys.filter(has).map(({ columns }) => words.unique(columns.length > 1)),
    ...(table.foreign_keys.some(({ from }) => has(from)) ? [words.foreign] : []),
  ];
}

function DefaultValue({ column }: { column: ColumnFacts }) {
  if (column.identity !== null) return <>{words.identity(column.identity)}</>;
  if (column.default === null) return null;
  if (column.generated !== null) return words.generated(column.generated, column.default);
  return <code>{column.default}</code>;
}
