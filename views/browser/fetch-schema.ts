import type { SchemaFacts } from "../../src/databases/read-schema.ts";
import { EMPTY_INDEX, indexSchema, type SchemaIndex } from "./schema-index.ts";

/** How long a database whose schema could not be had is left alone. */
const RETRY_MS = 10_000;

const indexes = new Map<string, Promise<SchemaIndex>>();

/** A database's schema, fetched when it is first asked for; one that cannot be had is empty for a while. */
export function fetchSchema(database: string): Promise<SchemaIndex> {
  const known = indexes.get(database);
  if (known) return known;
  const index = load(database).catch(() => {
    setTimeout(() => indexes.delete(database), RETRY_MS);
    return EMPTY_INDEX;
  });
  indexes.set(database, index);
  return index;
}

async function load(database: string): Promise<SchemaIndex> {
  const response = await fetch(`/api/databases/${encodeURIComponent(database)}/schema`);
  if (!response.ok) return Promise.reject(new Error(response.statusText));
  const { schemas } = (await response.json()) as { schemas: SchemaFacts[] };
  return indexSchema(schemas);
}
