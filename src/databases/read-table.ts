import type pg from "pg";
import { AppError } from "../errors.ts";
import type { Database } from "./databases.ts";
import { readCatalog, unlessLocked } from "./read-catalog.ts";
import { readSizes } from "./read-sizes.ts";
import type { IndexFacts, KeyFacts, PartitionFacts, TableFacts, TableRef } from "./table-facts.ts";
import { PARTITIONS_SQL, TABLE_SQL, VIEW_SQL } from "./table-sql.ts";

/**
 * Reads what a follower's catalogs say of one table, view or foreign table. The reader role's rights decide what is said:
 * what it may not read is marked so, and shows no values (defaults, checks, a view's query, statistics).
 * @throws AppError not_found, where there is none, or the reader may not use its schema; no_follower, database_busy
 */
export async function readTable(database: Database, { schema, name }: TableRef): Promise<TableFacts> {
  // No name of PostgreSQL's has a NUL character, and it refuses texts that do.
  if (`${schema}${name}`.includes("\0")) throw noSuchTable(database, schema, name);
  return readCatalog(database, async (client) => {
    const { rows } = await client.query<TableRow>(TABLE_SQL, [schema, name]);
    const [row] = rows;
    if (row === undefined) throw noSuchTable(database, schema, name);
    return complete(client, row);
  });
}

function noSuchTable({ name: database }: Database, schema: string, name: string): AppError {
  return new AppError(
    "not_found",
    `There is no table ${JSON.stringify(`${schema}.${name}`)} that clips may name in ${database}.`,
    {
      hint: "Names are case-sensitive here. Search the database's tables for it.",
    },
  );
}

type Filled = "size" | "definition" | "primary_key" | "unique_keys" | "indexes" | "partitions";
type TableRow = Omit<TableFacts, Filled> & {
  oid: number;
  keys: (KeyFacts & { primary: boolean })[];
  indexes: (Omit<IndexFacts, "size"> & { oid: number })[];
};

/** With what is read by questions of their own: partitions, sizes, a view's query. */
async function complete(client: pg.Client, { oid, keys, indexes, ...row }: TableRow): Promise<TableFacts> {
  const partitions =
    row.partition_count === 0
      ? []
      : (await client.query<Omit<PartitionFacts, "size"> & { oid: number }>(PARTITIONS_SQL, [oid])).rows;
  const sizes = await readSizes(client, [
    oid,
    ...indexes.map((index) => index.oid),
    ...partitions.map((partition) => partition.oid),
  ]);
  const [view] =
    row.kind.endsWith("view") && row.readable
      ? await unlessLocked<{ definition: string }>(client, VIEW_SQL, [oid])
      : [];
  const plainKeys = keys.map(({ name, columns, definition }) => ({ name, columns, definition }));
  return {
    ...row,
    size: sizes.get(oid) ?? null,
    definition: view?.definition ?? null,
    primary_key: plainKeys.find((_, place) => keys[place]!.primary) ?? null,
    unique_keys: plainKeys.filter((_, place) => !keys[place]!.primary),
    indexes: indexes.map(({ oid: index, ...facts }) => ({ ...facts, size: sizes.get(index)?.total ?? null })),
    partitions: partitions.map(({ oid: partition, ...facts }) => ({
      ...facts,
      size: sizes.get(partition)?.total ?? null,
    })),
  };
}
