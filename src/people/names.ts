import { eq, inArray } from "drizzle-orm";
import type { OwnDatabase } from "../own-database.ts";
import { UUID } from "../tables.ts";
import { apiKeys, people } from "./tables.ts";

/** Says who an asker is, for people's eyes. */
export type NameOf = (asker: string) => string;

/** Askers that are nobody in particular. */
const WORDS = new Map([
  ["token", "the administrator's token"],
  ["schedule", "the schedule"],
  ["anonymous", "somebody unknown"],
]);

/**
 * The names of askers (see the table of runs): with at most two queries, and none where nobody has a name.
 * @param askers those that will be asked for
 */
export async function readNames(db: OwnDatabase, askers: readonly string[]): Promise<NameOf> {
  const ids = (kind: string): string[] => [
    ...new Set(
      askers
        .filter((asker) => asker.startsWith(kind))
        .map((asker) => asker.slice(kind.length))
        .filter((id) => UUID.test(id)),
    ),
  ];
  const [personIds, keyIds] = [ids("person:"), ids("key:")];
  const [persons, keys] = await Promise.all([
    personIds.length === 0
      ? []
      : db.select({ id: people.id, name: people.name }).from(people).where(inArray(people.id, personIds)),
    keyIds.length === 0
      ? []
      : db
          .select({ id: apiKeys.id, name: people.name })
          .from(apiKeys)
          .innerJoin(people, eq(people.id, apiKeys.personId))
          .where(inArray(apiKeys.id, keyIds)),
  ]);
  const names = new Map<string, string>([
    ...persons.map(({ id, name }) => [`person:${id}`, name] as const),
    ...keys.map(({ id, name }) => [`key:${id}`, `${name}, by a key`] as const),
  ]);
  return (asker) => names.get(asker) ?? WORDS.get(asker) ?? nameOfKind(asker);
}

function nameOfKind(asker: string): string {
  if (asker.startsWith("share:")) return "a link";
  if (asker.startsWith("session:")) return "a browser";
  return "somebody who is gone";
}
