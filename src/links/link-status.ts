import type { DatabaseConfig } from "../databases/database-config.ts";
import { withPrimary } from "../databases/primary-session.ts";
import { findLink, findLinks } from "./find-links.ts";
import { type FollowerLink, followerLinks } from "./follower-links.ts";
import { type PrimaryLink, primaryLink } from "./primary-link.ts";

/** How a link is, on the primary and on the followers. No secret is in it. */
export interface LinkStatus extends PrimaryLink {
  followers: FollowerLink[];
  /** Whether nothing of all this is wrong. */
  ok: boolean;
}

/** Of each statement. A status is wanted soon, whatever the other server does. */
const STATUS_TIMEOUT_MS = 5_000;

/**
 * How the links of a database are, by really reading from the other servers: from the primary, and from each follower
 * as its reader. It changes nothing.
 * @param databases all that are configured, to see whether one that a link leads to has moved
 * @param name of one link; null for all
 * @throws AppError not_found for a link that is not there, no_primary, primary_lost
 */
export async function linkStatus(
  database: DatabaseConfig,
  databases: readonly DatabaseConfig[],
  name: string | null = null,
): Promise<LinkStatus[]> {
  const links = await withPrimary(database, async (client) => {
    await client.query(`SET statement_timeout = ${STATUS_TIMEOUT_MS}`);
    const chosen = name === null ? await findLinks(client) : [await findLink(client, name)];
    const found: PrimaryLink[] = [];
    for (const link of chosen) found.push(await primaryLink(client, link, databases));
    return found;
  });
  const followers = await followerLinks(database, links);
  return links.map((link, index) => {
    const ofLink = followers[index]!;
    const ok = link.connects && link.drift.length === 0 && !link.moved && ofLink.every((one) => one.ok);
    return { ...link, followers: ofLink, ok };
  });
}
