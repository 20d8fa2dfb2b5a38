import type pg from "pg";
import { AppError } from "../errors.ts";
import { type LinkNames, linkNames, LINKS_ROLE, SERVER_PREFIX } from "./link-names.ts";
import type { ServerOptions } from "./server-options.ts";

/** A link as the catalogs of a server have it. */
export interface Link {
  names: LinkNames;
  options: ServerOptions;
  /** What it was made from. */
  origin: LinkOrigin;
}

/** What the comment of a link's server says, as JSON. */
export interface LinkOrigin {
  /** The configured database that it leads to; null when it was made from a URL. */
  database: string | null;
  schema: string;
  /** The chosen tables; null for all that there are. */
  tables: string[] | null;
}

/**
 * The links of a database, in the order of their names. The links' owner owns the servers; nobody else's count.
 */
export async function findLinks(client: pg.Client): Promise<Link[]> {
  const { rows } = await client.query<{ name: string; options: Record<string, string>; comment: string | null }>(
    `SELECT substr(srvname, ${SERVER_PREFIX.length + 1}) AS name, obj_description(server.oid, 'pg_foreign_server') AS comment,
            (SELECT coalesce(json_object_agg(option_name, option_value), '{}')
               FROM pg_options_to_table(srvoptions)) AS options
       FROM pg_foreign_server AS server
      WHERE starts_with(srvname::text, '${SERVER_PREFIX}') AND srvowner = to_regrole('${LINKS_ROLE}')
      ORDER BY srvname`,
  );
  return rows.flatMap(({ name, options, comment }) => {
    const names = namesOf(name);
    return names === null ? [] : [{ names, options, origin: readOrigin(comment) }];
  });
}

/** @throws AppError not_found, naming the links that there are */
export async function findLink(client: pg.Client, name: string): Promise<Link> {
  const links = await findLinks(client);
  const link = links.find(({ names }) => names.name === name);
  if (link !== undefined) return link;
  throw new AppError("not_found", `There is no link ${JSON.stringify(name.slice(0, 60))} here.`, {
    hint: links.length === 0 ? "There are none." : `The links are: ${links.map(({ names }) => names.name).join(", ")}.`,
  });
}

/** The text for COMMENT ON SERVER. */
export function originText(origin: LinkOrigin): string {
  return JSON.stringify(origin);
}

function namesOf(name: string): LinkNames | null {
  try {
    return linkNames(name);
  } catch {
    return null;
  }
}

/** Somebody may have written another comment: then it is all of public, until a refresh says otherwise. */
function readOrigin(comment: string | null): LinkOrigin {
  try {
    const { database, schema, tables } = JSON.parse(comment ?? "") as Partial<LinkOrigin>;
    return { database: database ?? null, schema: schema ?? "public", tables: tables ?? null };
  } catch {
    return { database: null, schema: "public", tables: null };
  }
}
