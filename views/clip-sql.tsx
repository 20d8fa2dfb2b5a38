import type { TableOfClip } from "../src/clips/tables-of-clip.ts";
import { ClipTables } from "./clip-tables.tsx";

interface ClipSqlProps {
  database: string;
  /** The SQL of the version that is shown. */
  sql: string;
  tables: readonly TableOfClip[];
  /** Whether whoever looks may see the database's schema. */
  maySeeSchema: boolean;
}

/** A clip's SQL, on its page, and the tables in it. */
export function ClipSql({ database, sql, tables, maySeeSchema }: ClipSqlProps) {
  return (
    <section id="sql">
      <h2>SQL</h2>
      <pre class="sql" tabindex={0}>
        {sql}
      </pre>
      <ClipTables database={database} tables={tables} maySeeSchema={maySeeSchema} />
    </section>
  );
}
