import type { ColumnFacts, TableFacts } from "../src/databases/table-facts.ts";
import { WideTable } from "./wide-table.tsx";
import { words } from "./english/table-columns.tsx";

/** A table's columns. */
export function ColumnTable({ table }: { table: TableFacts }) {
  const known = table.columns.some(({ null_fraction }) => null_fraction !== null);
  const keys = new Map(table.columns.map(({ name }) => [name, keysOf(table, name).join(", ")]));
  const hasKeys = [...keys.values()].some((text) => text !== "");
  const hasDefaults = table.columns.some((column) => column.default !== null || column.identity !== null);
  return (
    <WideTable
      label={words.columns}
      heads={[
        words.column,
        words.type,
        ...(hasKeys ? [words.key] : []),
        ...(hasDefaults ? [words.default] : []),
        ...(known ? [{ number: "NULL" }, { number: words.distinct }] : []),
      ]}
      region="whole-height"
    >
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
    </WideTable>
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
