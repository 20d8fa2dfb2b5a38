import pg from "pg";
import type { Clip } from "../clips/clips.ts";
import { AppError } from "../errors.ts";
import type { CheckedSql } from "../runs/check-sql.ts";
import { explainError } from "../runs/explain-error.ts";
import { isPostgresError } from "../sqlstates.ts";
import { checkPrimaryNames } from "./check-primary-names.ts";
import { findOwnView, writeComment } from "./found-view.ts";
import { explainPrimaryError, type PrimaryTransaction } from "./primary-transaction.ts";
import { readerRoles } from "../databases/reader-roles.ts";
import { mebibytes, type RefreshLimits, runBounded, tooLarge } from "./run-bounded.ts";
import { addUniqueIndex, dropUniqueIndex, readColumns, readIndexColumns } from "./unique-index.ts";
import { qualifiedName, unfinishedName, VIEWS_SCHEMA } from "./view-name.ts";

/** What is to be filled: a clip, its SQL as {@link viewSql} has it, and what is wished of the view. */
export interface ViewWish {
  clip: Clip;
  sql: CheckedSql;
  name: string;
  uniqueColumns: readonly string[] | null;
  limits: RefreshLimits;
}

/** What content has come in. */
export interface Filled {
  version: number;
  refreshedAt: Date;
  rowCount: number;
  bytes: number;
  indexColumns: string[] | null;
}

/**
 * Makes a clip's view anew, and puts it in the place of the one that there is: under another name until it is full and
 * small enough, then by renaming. What else depends on the old one keeps it where it is.
 * @throws AppError with positions in the clip's SQL; conflict when the name is taken, or others depend on the old view
 */
export async function buildView(transaction: PrimaryTransaction, wish: ViewWish): Promise<Filled> {
  const { client, database } = transaction;
  const { clip, sql, name, limits } = wish;
  const old = await findOwnView(client, database, { name, slug: clip.slug });
  const fresh = unfinishedName(clip.slug);
  await createEmpty(transaction, fresh, sql);
  await checkColumns(client, fresh);
  await fill(transaction, `REFRESH MATERIALIZED VIEW ${qualifiedName(fresh)}`, wish);
  await checkSize(client, fresh, limits);
  const rowCount = await countRows(client, fresh);
  const indexColumns = await addUniqueIndex(client, fresh, { wanted: wish.uniqueColumns, rowCount });
  const bytes = await checkSize(client, fresh, limits);
  const refreshedAt = await writeComment(client, fresh, { slug: clip.slug, version: clip.version });
  const readers = readerRoles(database).map(pg.escapeIdentifier).join(", ");
  await client.query(`GRANT SELECT ON ${qualifiedName(fresh)} TO ${readers}`);
  if (old !== null) await dropView(client, name);
  await client.query(`ALTER MATERIALIZED VIEW ${qualifiedName(fresh)} RENAME TO "${name}"`);
  return { version: clip.version, refreshedAt, rowCount, bytes, indexColumns };
}

/**
 * Brings new content into a clip's view. With a unique index readers go on reading the old one meanwhile. Columns that
 * were found to be unique may not be so any more: then readers wait, and others are looked for.
 */
export async function refreshView(transaction: PrimaryTransaction, wish: ViewWish): Promise<Filled> {
  const { client } = transaction;
  const { clip, sql, name, limits } = wish;
  await transaction.asReader(() => check(transaction, sql));
  let columns = await readIndexColumns(client, name);
  if (columns !== null) {
    await client.query("SAVEPOINT before_refresh");
    try {
      await fill(transaction, `REFRESH MATERIALIZED VIEW CONCURRENTLY ${qualifiedName(name)}`, wish);
    } catch (error) {
      // 21000: rows that are equal in every column.
      const repeats = error instanceof AppError && (error.sqlstate === "23505" || error.sqlstate === "21000");
      if (!repeats || wish.uniqueColumns !== null) throw error;
      await client.query("ROLLBACK TO SAVEPOINT before_refresh");
      await dropUniqueIndex(client, name);
      columns = null;
    }
  }
  if (columns === null) await fill(transaction, `REFRESH MATERIALIZED VIEW ${qualifiedName(name)}`, wish);
  await checkSize(client, name, limits);
  const rowCount = await countRows(client, name);
  columns ??= await addUniqueIndex(client, name, { wanted: wish.uniqueColumns, rowCount });
  const bytes = await checkSize(client, name, limits);
  const refreshedAt = await writeComment(client, name, { slug: clip.slug, version: clip.version });
  return { version: clip.version, refreshedAt, rowCount, bytes, indexColumns: columns };
}

/** @throws AppError conflict that says what depends on the view, which then stays */
export async function dropView(client: pg.Client, name: string): Promise<void> {
  try {
    await client.query(`DROP MATERIALIZED VIEW ${qualifiedName(name)}`);
  } catch (error) {
    if (!isPostgresError(error) || error.code !== "2BP01") throw error;
    const { detail = "" } = error as { detail?: string };
    const dependents = [...detail.matchAll(/^(.+) depends on /gm)].map(([, what]) => what!);
    // A server may say it in another language.
    if (dependents.length === 0) dependents.push(detail.replaceAll("\n", ", "));
    throw new AppError(
      "conflict",
      `Others depend on ${VIEWS_SCHEMA}.${name}: ${dependents.join(", ")}. It stays as it is.`,
      {
        hint: "Take those away first, or take this one out of them: a materialized clip that reads it is one.",
        sqlstate: error.code,
      },
    );
  }
}

/** PostgreSQL parses the query and looks its names up, and keeps what it found; nothing of it runs. */
async function createEmpty(transaction: PrimaryTransaction, name: string, sql: CheckedSql): Promise<void> {
  const before = `CREATE MATERIALIZED VIEW ${qualifiedName(name)} AS (\n`;
  await transaction.asReader(async () => {
    await check(transaction, sql);
    try {
      // The gate let through one complete query, so the parenthesis closes what it opened; the extended protocol takes
      // no second statement anyway.
      const text = `${before}${sql.text}\n) WITH NO DATA`;
      await transaction.client.query({ text, queryMode: "extended" } as pg.QueryConfig);
    } catch (error) {
      throw explain(error, transaction, sql, before.length);
    }
  });
}

async function check({ client, database }: PrimaryTransaction, sql: CheckedSql): Promise<void> {
  try {
    await checkPrimaryNames(client, database, sql);
  } catch (error) {
    throw error instanceof AppError ? explainError(error, sql) : error;
  }
}

/** PostgreSQL runs it as the view's owner, who cannot become anybody else meanwhile (a security-restricted operation). */
async function fill(transaction: PrimaryTransaction, statement: string, { sql, limits }: ViewWish): Promise<void> {
  try {
    await runBounded(transaction.client, transaction.database, statement, limits);
  } catch (error) {
    throw explain(error, transaction, sql, 0);
  }
}

function explain(error: unknown, { database }: PrimaryTransaction, sql: CheckedSql, skipped: number): unknown {
  const known = explainPrimaryError(error, database);
  if (!(known instanceof AppError) || known.code === "primary_lost" || !isPostgresError(error)) return known;
  const { position } = explainError(error, {
    ...sql,
    toSourcePosition: (at) => sql.toSourcePosition(Math.max(at - skipped, 1)),
  });
  const { code, message, sqlstate, cause } = known;
  const hint =
    sqlstate === "42701" ? "Give each column a name of its own: SELECT a.id AS a_id, b.id AS b_id." : known.hint;
  return new AppError(code, message, { hint, sqlstate, cause, position });
}

async function checkColumns(client: pg.Client, name: string): Promise<void> {
  const columns = await readColumns(client, name);
  if (columns.length === 0) {
    throw new AppError("invalid_request", "The clip has no columns, so there is nothing to materialize.");
  }
  const unnamed = columns.indexOf("?column?") + 1;
  if (unnamed === 0) return;
  throw new AppError("invalid_request", `Column ${unnamed} of the clip has no name (it would be "?column?").`, {
    hint: "Give it one, such as: SELECT 1 + 1 AS total.",
  });
}

async function countRows(client: pg.Client, name: string): Promise<number> {
  const { rows } = await client.query<{ count: string }>(
    `SELECT pg_catalog.count(*) AS count FROM ${qualifiedName(name)}`,
  );
  return Number(rows[0]!.count);
}

async function checkSize(client: pg.Client, name: string, { maxBytes }: RefreshLimits): Promise<number> {
  const { rows } = await client.query<{ bytes: string }>(
    "SELECT pg_catalog.pg_total_relation_size($1::pg_catalog.regclass) AS bytes",
    [qualifiedName(name)],
  );
  const bytes = Number(rows[0]!.bytes);
  if (bytes <= maxBytes) return bytes;
  throw tooLarge(`The content takes ${mebibytes(bytes)}, and may take ${mebibytes(maxBytes)}`);
}
