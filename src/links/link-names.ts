import { AppError } from "../errors.ts";

/** The role that owns all links of a server: it cannot log in, and the reader is no member of it. */
export const LINKS_ROLE = "dataclips_links";
/** What the names of links' servers begin with. */
export const SERVER_PREFIX = "dataclips_link_";

/** The names of what a link is made of. None of them needs quotes. */
export interface LinkNames {
  name: string;
  /** The foreign server. */
  server: string;
  /** The schema of the views, which clips use. */
  schema: string;
  /** The schema of the foreign tables, which are for the owner alone. */
  remoteSchema: string;
  /** A schema that is there for the length of a transaction. */
  scratchSchema: string;
}

/** Names have 63 bytes at most in PostgreSQL, and a link's has `dataclips_link_` put before it. */
const NAME = /^[a-z][a-z0-9_]{0,39}$/;

/**
 * The names of a link's parts.
 * @throws AppError invalid_request for a name that clips could not write without quotes, or that PostgreSQL keeps
 */
export function linkNames(name: string): LinkNames {
  if (!NAME.test(name) || name.startsWith("pg_")) {
    throw new AppError("invalid_request", `${JSON.stringify(name.slice(0, 60))} cannot be the name of a link.`, {
      hint: "It becomes a schema's name: a small letter, then small letters, digits and _, 40 characters at most, and not pg_ at its beginning.",
    });
  }
  return {
    name,
    server: SERVER_PREFIX + name,
    schema: name,
    remoteSchema: `${name}_remote`,
    scratchSchema: `${name}_scratch`,
  };
}
