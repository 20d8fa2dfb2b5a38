/** Where the schema of a database is shown. */
export function schemaAddress(database: string): string {
  return `/databases/${encodeURIComponent(database)}/schema`;
}

/** Where a table is shown. */
export function tableAddress(database: string, { schema, name }: { schema: string; name: string }): string {
  return `${schemaAddress(database)}/${encodeURIComponent(schema)}/${encodeURIComponent(name)}`;
}
