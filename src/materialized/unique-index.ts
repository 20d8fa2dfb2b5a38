import pg from "pg";
import { AppError } from "../errors.ts";
import { isPostgresError } from "../sqlstates.ts";
import { qualifiedName } from "./view-name.ts";

/** Larger content is not searched for unique columns: each try reads and sorts all of it. */
export const MOST_SEARCHED_ROWS = 1_000_000;
/** How many columns are tried by themselves, and how many of them in pairs. */
const SINGLES = 8;
const PAIRED = 4;

const { escapeIdentifier: quote } = pg;

/**
 * Makes the unique index that REFRESH … CONCURRENTLY needs: over the columns that somebody named, else over the first
 * column, or pair of columns, that is unique and not null in the content. PostgreSQL itself is asked, by trying: whether
 * values are equal is its types' own business.
 * @param client in a transaction
 * @returns the columns of the index; null if there is none
 * @throws AppError query_failed when the named columns are not unique; invalid_request when there is no such column
 */
export async function addUniqueIndex(
  client: pg.Client,
  name: string,
  { wanted, rowCount }: { wanted: readonly string[] | null; rowCount: number },
): Promise<string[] | null> {
  const columns = await readColumns(client, name);
  if (wanted !== null) {
    const missing = wanted.find((column) => !columns.includes(column));
    if (missing !== undefined) {
      throw new AppError("invalid_request", `The clip has no column ${JSON.stringify(missing)}.`, {
        hint: `Its columns are: ${columns.join(", ")}.`,
      });
    }
    const error = await tryIndex(client, name, wanted);
    if (error === null) return [...wanted];
    throw new AppError("query_failed", `The columns ${wanted.join(", ")} cannot be unique: ${error.message}.`, {
      hint: [error.detail, "Name other columns, or none."].filter(Boolean).join(" "),
      sqlstate: error.code,
    });
  }
  if (rowCount > MOST_SEARCHED_ROWS) return null;
  const full = await withoutNulls(client, name, columns.slice(0, SINGLES));
  const pairs = full
    .slice(0, PAIRED)
    .flatMap((first, index) => full.slice(index + 1, PAIRED).map((second) => [first, second]));
  for (const candidate of [...full.map((column) => [column]), ...pairs]) {
    if ((await tryIndex(client, name, candidate)) === null) return candidate;
  }
  return null;
}

/** Takes the unique index of a view away, if there is one. */
export async function dropUniqueIndex(client: pg.Client, name: string): Promise<void> {
  const { rows } = await client.query<{ statement: string }>(
    `SELECT pg_catalog.format('DROP INDEX %s', indexrelid::pg_catalog.regclass) AS statement
       FROM pg_catalog.pg_index WHERE indrelid = $1::pg_catalog.regclass AND indisunique`,
    [qualifiedName(name)],
  );
  for (const { statement } of rows) await client.query(statement);
}

/** The columns of a view's unique index; null if it has none. */
export async function readIndexColumns(client: pg.Client, name: string): Promise<string[] | null> {
  const { rows } = await client.query<{ columns: string[] }>(
    `SELECT ARRAY(SELECT attribute.attname::pg_catalog.text
                    FROM pg_catalog.unnest(pg_index.indkey) WITH ORDINALITY AS key (number, place)
                    JOIN pg_catalog.pg_attribute AS attribute
                      ON attribute.attrelid = pg_index.indrelid AND attribute.attnum = key.number
                   ORDER BY key.place) AS columns
       FROM pg_catalog.pg_index
      WHERE indrelid = $1::pg_catalog.regclass AND indisunique AND indisvalid
        AND indpred IS NULL AND indexprs IS NULL
      ORDER BY indexrelid LIMIT 1`,
    [qualifiedName(name)],
  );
  return rows[0]?.columns ?? null;
}

/** The columns of a view, in their order. */
export async function readColumns(client: pg.Client, name: string): Promise<string[]> {
  const { rows } = await client.query<{ column: string }>(
    `SELECT attname AS column FROM pg_catalog.pg_attribute
      WHERE attrelid = $1::pg_catalog.regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
    [qualifiedName(name)],
  );
  return rows.map(({ column }) => column);
}

async function withoutNulls(client: pg.Client, name: string, columns: readonly string[]): Promise<string[]> {
  if (columns.length === 0) return [];
  const tests = columns.map((column) => `pg_catalog.count(${quote(column)}) = pg_catalog.count(*)`).join(", ");
  const { rows } = await client.query<{ full: boolean[] }>(
    `SELECT ARRAY[${tests}] AS full FROM ${qualifiedName(name)}`,
  );
  return columns.filter((_, index) => rows[0]!.full[index]);
}

/** Null if there is an index now; else why not: the values repeat, or their type has no order. */
async function tryIndex(
  client: pg.Client,
  name: string,
  columns: readonly string[],
): Promise<{ code: string; message: string; detail?: string | undefined } | null> {
  await client.query("SAVEPOINT unique_index");
  try {
    // PostgreSQL gives it a name that is free.
    await client.query(`CREATE UNIQUE INDEX ON ${qualifiedName(name)} (${columns.map(quote).join(", ")})`);
    await client.query("RELEASE SAVEPOINT unique_index");
    return null;
  } catch (error) {
    // 23505: not unique; 42704: no btree operators; 54000: a value is too long for an index; 53400: temporary files.
    if (!isPostgresError(error) || !["23505", "42704", "54000", "53400"].includes(error.code)) throw error;
    await client.query("ROLLBACK TO SAVEPOINT unique_index");
    return error as Error & { code: string; detail?: string };
  }
}
