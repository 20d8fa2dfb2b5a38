import pg from "pg";
import type { DatabaseConfig } from "./database-config.ts";
import { sessionBudget } from "./session-budget.ts";

/**
 * How many sessions one server process of Dataclips may have at once as the role and on the server of a follower's
 * URL. A CONNECTION LIMIT counts the sessions of a role in all databases of a server, so that databases that lie
 * on one server and are read by one role share it.
 */
export function sharedBudget(databases: readonly DatabaseConfig[], followerUrl: string): number {
  const place = placeOf(followerUrl);
  return databases
    .flatMap(({ followers, maxRuns }) => followers.map(({ url }) => ({ url, maxRuns })))
    .filter(({ url }) => placeOf(url) === place)
    .reduce((sum, { maxRuns }) => sum + sessionBudget(maxRuns), 0);
}

function placeOf(url: string): string {
  const { host, port, user } = new pg.Client(url);
  return JSON.stringify([host, port, user]);
}
