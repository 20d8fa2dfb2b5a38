import pg from "pg";
import { connectionReason } from "../databases/connection-reason.ts";
import type { DatabaseConfig } from "../databases/database-config.ts";
import { withSession } from "../databases/with-session.ts";
import type { PrimaryLink } from "./primary-link.ts";
import { remoteReason } from "./remote-reason.ts";

/** How a link is on a follower. */
export interface FollowerLink {
  name: string;
  /** Whether the follower has the link's views, as many and named as the primary has. */
  present: boolean;
  /** Whether its reader can read through them. */
  ok: boolean;
  /** Why not: completes the sentence "follower …: …". */
  reason: string | null;
}

const TIMEOUT_MS = 5_000;

/** How links are on each follower, as its reader finds them; in the order of the links. */
export async function followerLinks(
  { followers }: Pick<DatabaseConfig, "followers">,
  links: readonly Pick<PrimaryLink, "name" | "tables">[],
): Promise<FollowerLink[][]> {
  if (links.length === 0) return [];
  const all = await Promise.all(followers.map(({ name, url }) => linksOfFollower(name, url, links)));
  return links.map((_, index) => all.map((ofFollower) => ofFollower[index]!));
}

async function linksOfFollower(
  name: string,
  url: string,
  links: readonly Pick<PrimaryLink, "name" | "tables">[],
): Promise<FollowerLink[]> {
  try {
    return await withSession(url, async (client) => {
      await client.query(`SET statement_timeout = ${TIMEOUT_MS}; SET search_path = pg_catalog, pg_temp`);
      const found: FollowerLink[] = [];
      for (const link of links) found.push({ name, ...(await lookAt(client, link)) });
      return found;
    });
  } catch (error) {
    return links.map(() => ({ name, present: false, ok: false, reason: connectionReason(error) }));
  }
}

async function lookAt(
  client: pg.Client,
  { name: link, tables }: Pick<PrimaryLink, "name" | "tables">,
): Promise<Omit<FollowerLink, "name">> {
  const names = tables.map(({ name }) => name);
  const { rows } = await client.query<{ present: boolean }>(
    `SELECT count(*) = cardinality($2::name[]) AS present FROM pg_class
      WHERE relkind = 'v' AND relname = ANY ($2::name[]) AND relnamespace = to_regnamespace($1)`,
    [link, names],
  );
  if (!rows[0]!.present)
    return { present: false, ok: false, reason: "it does not have the link yet, or not all of it" };
  try {
    // Planning asks the other server: as much as reading would, and no rows.
    for (const name of names.slice(0, 1)) {
      await client.query(`EXPLAIN SELECT * FROM ${link}.${pg.escapeIdentifier(name)}`);
    }
    return { present: true, ok: true, reason: null };
  } catch (error) {
    const reason = remoteReason(error);
    const said =
      reason === null ? `its reader cannot read: ${(error as Error).message}` : `the other server: ${reason}`;
    return { present: true, ok: false, reason: said };
  }
}
