import type { DatabaseConfig } from "../src/databases/database-config.ts";
import type { Access } from "../src/people/access.ts";
import { type Action, mayDo } from "../src/people/permissions.ts";
import { words } from "./english/database-links.ts";

const LINKS: readonly (readonly [path: string, words: string, action: Action, ofPrimary: boolean])[] = [
  ["/schema", words.schema, "schema.read", false],
  ["/helpers", words.helpers, "helpers.read", true],
  ["/links", words.links, "links.read", true],
];

/** The links to a database's other pages, those that somebody may open. */
export function DatabaseLinks({ access, database }: { access: Access; database: DatabaseConfig }) {
  const shown = LINKS.filter(
    ([, , action, ofPrimary]) => mayDo(access, action) && (!ofPrimary || database.primary !== null),
  );
  if (shown.length === 0) return null;
  return (
    <p class="database-links">
      {shown.map(([path, name]) => (
        <a href={`/databases/${encodeURIComponent(database.name)}${path}`}>{name}</a>
      ))}
    </p>
  );
}
