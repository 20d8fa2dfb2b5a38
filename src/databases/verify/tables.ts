import type { VerifySession } from "./session.ts";

/** A column that rows are told apart by. */
interface KeyColumn {
  name: string;
  /** The name, quoted where SQL wants it. */
  sql: string;
  /** The type as SQL, with its schema where it has one of its own. */
  type: string;
  /** The schema of its comparison operators, as SQL. */
  operators: string;
}

/** A table to compare. */
export interface Table {
  oid: string;
  /** schema.table as SQL. */
  sql: string;
  /** The primary key in the index's order, or `ctid`. */
  key: readonly KeyColumn[];
  comparedBy: "primary key" | "position";
  /** The planner's estimate; null when there is none yet. */
  estimatedRows: number | null;
  rowsPerBlock: number;
}

/** What a server's catalogue says of a table. */
export interface TableEntry extends Table {
  /** Its name and those of the partitioned tables that it is a part of, quoted and not. */
  names: readonly string[];
  /** Why it cannot be compared; null when it can. */
  reason: string | null;
}

const CTID: KeyColumn = { name: "ctid", sql: "ctid", type: "tid", operators: "pg_catalog" };
const SOME_ROWS_PER_BLOCK = 50;

/** Tables, materialized views and partitions; of a partitioned table the partitions hold the rows. */
const TABLES = `
  SELECT json_build_object(
           'oid', c.oid::text,
           'sql', format('%I.%I', n.nspname, c.relname),
           'names', json_build_array(format('%I.%I', n.nspname, c.relname), n.nspname || '.' || c.relname),
           'ancestors', (
             SELECT json_agg(json_build_array(format('%I.%I', an.nspname, ac.relname), an.nspname || '.' || ac.relname))
               FROM pg_partition_ancestors(c.oid) AS a (oid)
               JOIN pg_class AS ac ON ac.oid = a.oid
               JOIN pg_namespace AS an ON an.oid = ac.relnamespace
              WHERE c.relispartition),
           'kind', c.relkind,
           'persistence', c.relpersistence,
           'populated', c.relispopulated,
           'access_method', am.amname,
           'readable', has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'),
           'hides_rows', row_security_active(c.oid),
           'rows', c.reltuples,
           'pages', c.relpages,
           'encoding', current_setting('server_encoding'),
           'key', (
             SELECT json_agg(json_build_object('name', a.attname, 'sql', quote_ident(a.attname),
                                               'type', format_type(a.atttypid, a.atttypmod),
                                               'operators', quote_ident(onsp.nspname)) ORDER BY k.position)
               FROM pg_index AS i
               JOIN pg_class AS ic ON ic.oid = i.indexrelid
               JOIN pg_am AS iam ON iam.oid = ic.relam AND iam.amname = 'btree'
              CROSS JOIN LATERAL ROWS FROM (unnest(i.indkey), unnest(i.indclass))
                    WITH ORDINALITY AS k (attnum, opclass, position)
               JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = k.attnum
               JOIN pg_opclass AS o ON o.oid = k.opclass
               JOIN pg_amop AS ao ON ao.amopfamily = o.opcfamily AND ao.amopstrategy = 5
                                 AND ao.amoplefttype = o.opcintype AND ao.amoprighttype = o.opcintype
               JOIN pg_operator AS op ON op.oid = ao.amopopr
               JOIN pg_namespace AS onsp ON onsp.oid = op.oprnamespace
              WHERE i.indrelid = c.oid AND i.indisprimary AND i.indisvalid AND k.position <= i.indnkeyatts))
    FROM pg_class AS c
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    LEFT JOIN pg_am AS am ON am.oid = c.relam
   WHERE c.relkind IN ('r', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
     AND n.nspname !~ '^pg_toast'
   ORDER BY n.nspname, c.relname`;

interface CatalogueRow {
  oid: string;
  sql: string;
  names: string[];
  ancestors: string[][] | null;
  kind: string;
  persistence: string;
  populated: boolean;
  access_method: string | null;
  readable: boolean;
  hides_rows: boolean;
  rows: number;
  pages: number;
  encoding: string;
  key: KeyColumn[] | null;
}

/** Lists a server's tables, in the order of their names. */
export async function listTables(session: VerifySession): Promise<TableEntry[]> {
  const rows = await session.query(TABLES);
  return rows.map(([json]) => toEntry(JSON.parse(json ?? "") as CatalogueRow, session.server));
}

function toEntry(row: CatalogueRow, server: string): TableEntry {
  const key = isUsable(row) ? row.key : null;
  return {
    oid: row.oid,
    sql: row.sql,
    names: [...row.names, ...(row.ancestors ?? []).flat()],
    key: key ?? [CTID],
    comparedBy: key === null ? "position" : "primary key",
    estimatedRows: row.rows < 0 ? null : row.rows,
    rowsPerBlock: row.rows > 0 && row.pages > 0 ? row.rows / row.pages : SOME_ROWS_PER_BLOCK,
    reason: skipReason(row, key, server),
  };
}

/**
 * Whether ranges of the primary key can be asked for. Text of an unknown encoding would not come back as it went; and
 * a comparison of several columns names one operator for all.
 */
function isUsable({ encoding, key }: CatalogueRow): boolean {
  return encoding !== "SQL_ASCII" && new Set(key?.map(({ operators }) => operators)).size === 1;
}

function skipReason(row: CatalogueRow, key: unknown, server: string): string | null {
  const reasons: [boolean, string][] = [
    [row.kind === "f", "it is a foreign table: its rows are on another server"],
    [row.persistence === "t", "it is temporary"],
    [row.persistence === "u", "it is unlogged: its rows are not replicated"],
    [!row.populated, "it is a materialized view that has not been filled"],
    [!row.readable, `the ${server}'s role may not read it`],
    [row.hides_rows, `row-level security hides rows of it from the ${server}'s role`],
    [
      key === null && row.access_method !== "heap",
      `it has no primary key, and its access method ${row.access_method} knows no positions`,
    ],
  ];
  return reasons.find(([applies]) => applies)?.[1] ?? null;
}
