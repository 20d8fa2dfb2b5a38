import { type DatabaseConfig, DEFAULT_LIMITS } from "../databases/database-config.ts";
import type { EmbeddedAddress } from "./embedded-url.ts";

const SAMPLES = ["shop", "billing"];

/**
 * The databases of a server that stands on the embedded PostgreSQL: the configured ones, and of the samples those
 * whose names are still free.
 * @param embedded the running servers, started here or found
 */
export function embeddedDatabases(
  configured: readonly DatabaseConfig[],
  embedded: { url(address: EmbeddedAddress): string },
): readonly DatabaseConfig[] {
  const names = new Set(configured.map(({ name }) => name));
  const samples = SAMPLES.filter((name) => !names.has(name)).map((name) => ({
    ...DEFAULT_LIMITS,
    name,
    primary: embedded.url({ role: "postgres", database: name }),
    followers: [
      {
        name: "follower",
        url: embedded.url({ role: "dataclips_reader", database: name, server: "follower" }),
        signalUrl: embedded.url({ role: "dataclips_signal", database: "postgres", server: "follower" }),
      },
    ],
  }));
  return [...configured, ...samples];
}
