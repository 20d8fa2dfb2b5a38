import type pg from "pg";
import type { Database } from "../databases/databases.ts";
import { AppError } from "../errors.ts";
import { qualifiedName, VIEWS_SCHEMA } from "./view-name.ts";
import { viewsRole } from "./views-role.ts";

/** What a view's comment says, as JSON: it is replicated with the content that it speaks of. */
export interface ViewComment {
  /** The clip's slug. */
  clip: string;
  version: number;
  /** ISO 8601; the content is not older than this. */
  refreshed_at: string;
}

/** The query of {@link readView}. */
export const VIEW_SQL = `
  SELECT class.relkind, pg_catalog.pg_get_userbyid(class.relowner)::pg_catalog.text AS owner,
         pg_catalog.obj_description(class.oid, 'pg_class') AS comment
    FROM pg_catalog.pg_class AS class
    JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = class.relnamespace
   WHERE namespace.nspname = '${VIEWS_SCHEMA}' AND class.relname = $1`;

/** The comment of a view, as it was written; null if it is none of ours. */
export function readComment(text: string | null): ViewComment | null {
  try {
    const json = JSON.parse(text ?? "") as Partial<ViewComment> | null;
    const { clip, version, refreshed_at } = json ?? {};
    if (typeof clip !== "string" || typeof version !== "number" || typeof refreshed_at !== "string") return null;
    return { clip, version, refreshed_at };
  } catch {
    return null;
  }
}

/** What has a view's name: nothing, the clip's own view with its comment, or something else. */
export type FoundView = { kind: "none" } | { kind: "own"; comment: ViewComment } | { kind: "other" };

/** Looks a clip's view up on the primary; the clip's own is the one that the views' role owns and that names the clip. */
export async function findView(
  client: pg.Client,
  database: Database,
  { name, slug }: { name: string; slug: string },
): Promise<FoundView> {
  const { rows } = await client.query<{ relkind: string; owner: string; comment: string | null }>(VIEW_SQL, [name]);
  const [found] = rows;
  if (found === undefined) return { kind: "none" };
  const comment = readComment(found.comment);
  const isOwn = found.relkind === "m" && found.owner === viewsRole(database) && comment?.clip === slug;
  return isOwn ? { kind: "own", comment } : { kind: "other" };
}

/**
 * The comment of a clip's view; null if there is none yet.
 * @throws AppError conflict when something else has its name
 */
export async function findOwnView(
  client: pg.Client,
  database: Database,
  view: { name: string; slug: string },
): Promise<ViewComment | null> {
  const found = await findView(client, database, view);
  if (found.kind === "other") {
    throw new AppError(
      "conflict",
      `The name ${VIEWS_SCHEMA}.${view.name} is taken on the primary of ${database.name}.`,
      {
        hint: "Something else has it, a table, an index or another view, and is left as it is. Choose another name.",
      },
    );
  }
  return found.kind === "own" ? found.comment : null;
}

/** Says of which version the content is, and of when: now, as of the transaction's start. Returns that time. */
export async function writeComment(
  client: pg.Client,
  name: string,
  { slug, version }: { slug: string; version: number },
): Promise<Date> {
  const { rows } = await client.query<{ now: string; statement: string }>(
    `SELECT now, pg_catalog.format('COMMENT ON MATERIALIZED VIEW ${qualifiedName(name)} IS %L',
              pg_catalog.json_build_object('clip', $1::pg_catalog.text, 'version', $2::pg_catalog.int4, 'refreshed_at', now)) AS statement
       FROM pg_catalog.to_char(pg_catalog.now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS now`,
    [slug, version],
  );
  await client.query(rows[0]!.statement);
  return new Date(rows[0]!.now);
}
