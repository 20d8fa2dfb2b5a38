import type { Log } from "./log.ts";
import type { LoadScripts } from "./bundle-scripts.ts";
import type { TrustedProxies } from "./client-address.ts";
import type { ShareUses } from "./clips/share-uses.ts";
import type { Databases } from "./databases/databases.ts";
import type { OwnChanges } from "./own-changes.ts";
import type { Auth } from "./people/auth.ts";
import type { Oidc } from "./people/oidc.ts";
import type { ProxySignIn } from "./people/proxy-config.ts";
import type { KeyUses } from "./people/key-uses.ts";
import type { OwnHealth } from "./own-health.ts";
import type { OwnPool } from "./own-database.ts";
import type { CounterOf } from "./rate-counter.ts";
import type { Runs } from "./runs/runs.ts";
import type { Encoder } from "./results/encoder.ts";
import type { ChunkBucket } from "./results/chunk-bucket.ts";
import type { ResultCache } from "./results/cache.ts";
import type { SharedBodies } from "./results/shared-bodies.ts";

/** Everything that the application is given; createApp reads nothing else. */
export interface Deps {
  db: OwnPool;
  /** Tells when something changes in it; without it, every request looks into it. */
  changes?: OwnChanges;
  databases: Databases;
  runs: Runs;
  cache: ResultCache;
  /** Where the bytes of large results are; without it, in the database. */
  bucket?: ChunkBucket;
  /** Bodies of results beside this process's memory; without it, that alone has some. */
  sharedBodies?: SharedBodies;
  /** Writes down how shares are used; without it, that is not known. */
  shareUses?: ShareUses;
  /** Writes down when API keys were last used; without it, that is not known. */
  keyUses?: KeyUses;
  /** Whose X-Forwarded-For is believed; without it, nobody's. */
  trustedProxies?: TrustedProxies;
  /** Threads that encode large stored results; without them it is done where the request is. */
  encoder?: Encoder;
  /** So many milliseconds pages wait for their results, before they are sent without; where nothing is said, 400. */
  pageWaitMs?: number;
  /** Counts what is allowed so often; without it, the application has counters of its own. */
  counters?: CounterOf;
  /** What pages load into the browser; without it they do without. */
  scripts?: LoadScripts;
  /** Sign-in with a provider; without it, there is none. */
  oidc?: Oidc;
  /** Sign-in by a header of the trusted proxies; without it, the header is not looked at. */
  proxySignIn?: ProxySignIn;
  /** Accounts and their sessions. */
  auth: Auth;
  /** Of the installation: what it signs and encrypts, it does with keys made from this. */
  secret: string;
  /** The administrator's bearer token. */
  token: string;
  /** The address under which people reach the server, without a slash at the end; null: as each request says. */
  publicUrl: string | null;
  /** Writes to the server's log; never given SQL, values or secrets. */
  log: Log;
  /** Looks whether the own database is there, where something fails for want of it; without it, that is not said. */
  health?: OwnHealth;
}
