import type { RelationFacts, SchemaFacts } from "../../src/databases/read-schema.ts";

/** A table, as the editor's list of tables shows it. */
export interface FoundTable {
  schema: string;
  table: RelationFacts;
  /** Whether it was found by what its columns are called: then these are worth showing. */
  byColumn: boolean;
}

/** The first of those found, and how many there are. */
interface FoundTables {
  first: readonly FoundTable[];
  count: number;
}

/** A search over a schema's tables by every word of a text, in names first, then in columns and comments. */
export type SearchTables = (text: string, limit: number) => FoundTables;

/** Makes the search: texts in small letters are made once, not at each key. */
export function createTableSearch(schemas: readonly SchemaFacts[]): SearchTables {
  const all = schemas.flatMap(({ name: schema, relations }) =>
    relations.map((table) => ({
      schema,
      table,
      name: `${schema}.${table.name}`.toLowerCase(),
      others: [table.comment, ...table.columns.flatMap(({ name, comment }) => [name, comment])].join(" ").toLowerCase(),
    })),
  );
  return (text, limit) => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const named: FoundTable[] = [];
    const others: FoundTable[] = [];
    let count = 0;
    for (const { schema, table, name, others: rest } of all) {
      const isNamed = words.every((word) => name.includes(word));
      if (!isNamed && !words.every((word) => name.includes(word) || rest.includes(word))) continue;
      count++;
      const found = isNamed ? named : others;
      if (found.length < limit) found.push({ schema, table, byColumn: !isNamed });
    }
    return { first: [...named, ...others].slice(0, limit), count };
  };
}
