import pg from "pg";
import type { DatabaseConfig } from "./database-config.ts";

/**
 * The roles that read a database: those of its followers' URLs, as PostgreSQL would take them. The first one's rights are
 * the ones that materialized clips have.
 */
export function readerRoles({ followers }: Pick<DatabaseConfig, "followers">): string[] {
  return [...new Set(followers.map(({ url }) => new pg.Client(url).user ?? ""))];
}
