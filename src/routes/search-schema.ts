import type { SchemaFacts } from "../databases/read-schema.ts";

/** What of a schema a search finds: every word of it has to be in a name, a column's name or a comment. */
export function searchSchema(schemas: readonly SchemaFacts[], search: string): SchemaFacts[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = (...texts: (string | null)[]): boolean => {
    const text = texts.join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  };
  return schemas
    .map((schema) => ({
      ...schema,
      relations: schema.relations.filter(({ name, comment, columns }) =>
        found(`${schema.name}.${name}`, comment, ...columns.flatMap((column) => [column.name, column.comment])),
      ),
      functions: schema.functions.filter(({ name, comment }) => found(`${schema.name}.${name}`, comment)),
    }))
    .filter(({ relations, functions }) => relations.length + functions.length > 0);
}
