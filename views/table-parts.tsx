import type { ForeignKeyFacts, IndexFacts, TableFacts, TableRef } from "../src/databases/table-facts.ts";
import { WideTable } from "./wide-table.tsx";
import { words } from "./english/table-parts.ts";
import { rowsText, sizeWords } from "./english/table-words.ts";
import { tableAddress } from "./table-address.ts";

/** What its rows have to fulfil. */
export function Checks({ checks }: { checks: TableFacts["checks"] }) {
  if (checks.length === 0) return null;
  return (
    <>
      <h2>{words.checks}</h2>
      <ul>
        {checks.map(({ name, definition }) => (
          <li>
            <code>{definition}</code> <span class="note">{name}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Its foreign keys, and those of others that lead to it, as links to the other table. */
export function ForeignKeys({ database, table }: { database: string; table: TableFacts }) {
  const { foreign_keys, referenced_by } = table;
  return (
    <>
      {foreign_keys.length > 0 && (
        <>
          <h2>{words.foreignKeys}</h2>
          <KeyList
            database={database}
            keys={foreign_keys}
            arrow="→"
            other={({ to }) => to}
            own={({ from }) => from.columns}
          />
        </>
      )}
      {referenced_by.length > 0 && (
        <>
          <h2>{words.referencedBy}</h2>
          <KeyList
            database={database}
            keys={referenced_by}
            arrow="←"
            other={({ from }) => from}
            own={({ to }) => to.columns}
          />
        </>
      )}
    </>
  );
}

type KeyEnd = ForeignKeyFacts["to"];

function KeyList({
  database,
  keys,
  arrow,
  other,
  own,
}: {
  database: string;
  keys: readonly ForeignKeyFacts[];
  arrow: string;
  other: (key: ForeignKeyFacts) => KeyEnd;
  own: (key: ForeignKeyFacts) => readonly string[];
}) {
  return (
    <ul>
      {keys.map((key) => (
        <li>
          {own(key).join(", ")} {arrow} <TableLink database={database} table={other(key)} />{" "}
          {`(${other(key).columns.join(", ")})`} <span class="note">{key.name}</span>
        </li>
      ))}
    </ul>
  );
}

function TableLink({ database, table }: { database: string; table: TableRef & { readable: boolean } }) {
  const name = `${table.schema}.${table.name}`;
  if (table.readable) return <a href={tableAddress(database, table)}>{name}</a>;
  return (
    <>
      {name} <span class="note unreadable">{words.notReadable}</span>
    </>
  );
}

/** Its indexes, each as the SQL that makes it. */
export function Indexes({ indexes }: { indexes: readonly IndexFacts[] }) {
  if (indexes.length === 0) return null;
  return (
    <>
      <h2>{words.indexes}</h2>
      <WideTable
        label={words.indexes}
        heads={[words.index, words.definition, { number: words.size }]}
        region="whole-height"
      >
        {indexes.map(({ name, definition, valid, size }) => (
          <tr>
            <td>
              {name}
              {!valid && <span class="note"> {words.notInUse}</span>}
            </td>
            <td class="definition">
              <code>{definition}</code>
            </td>
            <td class="number">{sizeWords(size)}</td>
          </tr>
        ))}
      </WideTable>
    </>
  );
}

/** The partitions of a partitioned table. */
export function Partitions({ database, table }: { database: string; table: TableFacts }) {
  const { partitions, partition_count } = table;
  if (partitions.length === 0) return null;
  return (
    <>
      <h2>{words.partitions}</h2>
      <WideTable
        label={words.partitions}
        heads={[words.partition, words.holds, { number: words.rows }, { number: words.size }]}
      >
        {partitions.map((partition) => (
          <tr>
            <td>
              <TableLink database={database} table={partition} />
            </td>
            <td>
              <code>{partition.bound}</code>
            </td>
            <td class="number">{rowsText(partition.rows, "table")}</td>
            <td class="number">{sizeWords(partition.size)}</td>
          </tr>
        ))}
      </WideTable>
      {partitions.length < partition_count && (
        <p class="note">{words.firstPartitions(partitions.length, partition_count)}</p>
      )}
    </>
  );
}
