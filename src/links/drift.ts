import type pg from "pg";

/** A foreign table as it is declared here. */
export interface DeclaredTable {
  name: string;
  columns: { name: string; type: string }[];
}

/** What is otherwise on the other server than it is declared here. */
export interface Drift {
  table: string;
  /** Null when the whole table is new or gone. */
  column: string | null;
  change: "added" | "removed" | "changed";
  /** The column's type here, and there. */
  was: string | null;
  is: string | null;
}

/** The foreign tables of a schema, in the order of their names. */
export async function readDeclaredTables(client: pg.Client, schema: string): Promise<DeclaredTable[]> {
  const { rows } = await client.query<DeclaredTable>(
    `SELECT relname::text AS name,
            coalesce(json_agg(json_build_object('name', attname, 'type',
              format_type(atttypid, atttypmod)
              || CASE WHEN attcollation = typcollation THEN '' ELSE ' COLLATE ' || attcollation::regcollation END
              || CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END) ORDER BY attnum)
              FILTER (WHERE attname IS NOT NULL), '[]') AS columns
       FROM pg_class AS class
       LEFT JOIN pg_attribute ON attrelid = class.oid AND attnum > 0 AND NOT attisdropped
       LEFT JOIN pg_type AS type ON type.oid = atttypid
      WHERE relkind = 'f' AND relnamespace = to_regnamespace($1)
      GROUP BY class.oid, relname ORDER BY relname`,
    [schema],
  );
  return rows;
}

/** What has changed between the tables as they are declared and as they would be declared now. */
export function findDrift(declared: readonly DeclaredTable[], now: readonly DeclaredTable[]): Drift[] {
  const whole = (table: string, change: "added" | "removed"): Drift => ({
    table,
    column: null,
    change,
    was: null,
    is: null,
  });
  return [
    ...declared.flatMap((old) => {
      const fresh = now.find(({ name }) => name === old.name);
      return fresh === undefined ? [whole(old.name, "removed")] : columnDrift(old, fresh);
    }),
    ...now.filter(({ name }) => !declared.some((old) => old.name === name)).map(({ name }) => whole(name, "added")),
  ];
}

function columnDrift(old: DeclaredTable, fresh: DeclaredTable): Drift[] {
  const table = old.name;
  const typeIn = ({ columns }: DeclaredTable, column: string): string | null =>
    columns.find(({ name }) => name === column)?.type ?? null;
  const columns = [...new Set([...old.columns, ...fresh.columns].map(({ name }) => name))];
  return columns.flatMap((column): Drift[] => {
    const was = typeIn(old, column);
    const is = typeIn(fresh, column);
    if (was === is) return [];
    return [{ table, column, change: was === null ? "added" : is === null ? "removed" : "changed", was, is }];
  });
}

/** Whether all that a view on the old table shows is as it was: then the view can be replaced under its dependents. */
export function onlyAdds(old: DeclaredTable, fresh: DeclaredTable): boolean {
  const shown = (type: string): string => type.replace(/ NOT NULL$/, "");
  return old.columns.every(({ name, type }, index) => {
    const now = fresh.columns[index];
    return now !== undefined && now.name === name && shown(now.type) === shown(type);
  });
}

/** A change in words, such as "invoices.amount is bigint now, not integer". */
export function describeDrift({ table, column, change, was, is }: Drift): string {
  if (column === null)
    return `${table} is ${change === "added" ? "new there" : "not there any more, or may not be read"}`;
  if (change === "added") return `${table}.${column} (${is}) is new there`;
  if (change === "removed") return `${table}.${column} is not there any more`;
  return `${table}.${column} is ${is} there, and ${was} here`;
}
