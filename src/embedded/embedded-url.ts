/** What of the embedded servers a URL leads to. */
export interface EmbeddedAddress {
  role: string;
  database: string;
  /** By default the primary. */
  server?: "primary" | "follower";
}

/** Only parts of the sockets' names: nothing listens on the network. */
export const EMBEDDED_PORTS = { primary: 5432, follower: 5433 } as const;

/**
 * The postgres:// URL of a role and database on an embedded server. The host is the sockets' directory,
 * percent-encoded, as libpq and node-postgres read it; the port is only part of a file name.
 */
export function embeddedUrl(socketDirectory: string, { role, database, server = "primary" }: EmbeddedAddress): string {
  const host = encodeURIComponent(socketDirectory);
  return `postgres://${encodeURIComponent(role)}@${host}:${EMBEDDED_PORTS[server]}/${encodeURIComponent(database)}`;
}
