import type { R2Bucket } from "./r2-chunks.ts";
import { type Config, ConfigError, readConfig } from "../config.ts";

/** A Hyperdrive configuration: a pooler, and how to connect to it. */
interface Hyperdrive {
  connectionString: string;
}

/** The static files of a deployment. */
export interface Assets {
  fetch(request: string): Promise<Response>;
}

/** What wrangler.toml binds: settings, secrets, databases by Hyperdrive, the pages' scripts, a bucket. */
export type Bindings = Readonly<Record<string, string | Hyperdrive | Assets | R2Bucket>> & {
  ASSETS: Assets;
  /** Where the bytes of large results are; without it, in the database. */
  RESULTS?: R2Bucket;
};

const read = new WeakMap<Bindings, Config>();

/**
 * The configuration, by the names that the environment has on Node. A Hyperdrive binding stands for its address: one
 * that is called DATABASE_URL is Dataclips' own database, and `${NAME}` in DATACLIPS_DATABASES is the binding NAME's.
 * @throws ConfigError with every fault at once
 */
export function readBindings(bindings: Bindings): Config {
  let config = read.get(bindings);
  if (config === undefined) {
    const environment = Object.fromEntries(Object.entries(bindings).flatMap(toVariable));
    if (environment["DATABASE_URL"] === undefined) {
      throw new ConfigError(["A Hyperdrive binding has to be called DATABASE_URL: Dataclips' own database."]);
    }
    config = readConfig(environment);
    read.set(bindings, config);
  }
  return config;
}

function toVariable([name, value]: [string, Bindings[string]]): [string, string][] {
  if (typeof value === "string") return [[name, value]];
  return "connectionString" in value ? [[name, value.connectionString]] : [];
}
