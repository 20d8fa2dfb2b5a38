import { readFileSync } from "node:fs";
import * as z from "zod";
import { isAddressRange, type TrustedProxies } from "./client-address.ts";
import { type DatabaseConfig, DEFAULT_LIMITS } from "./databases/database-config.ts";
import { DEFAULT_AUDIT_DAYS, MOST_AUDIT_DAYS } from "./people/audit-days.ts";
import type { LogFormat } from "./log.ts";
import { type OidcConfig, readOidc } from "./people/oidc-config.ts";
import { type ProxySignIn, readProxySignIn } from "./people/proxy-config.ts";
import { DEFAULT_RETENTION, MOST_KEPT, type RetentionRules } from "./results/retention-rules.ts";

/** What the environment says, checked. */
export interface Config {
  host: string;
  /** The port to listen on; `chosen` when the environment names it, else the next free one may be taken. */
  port: { number: number; chosen: boolean };
  /** The address under which people reach the server; null: as each request says. */
  publicUrl: string | null;
  /** Directory of the embedded PostgreSQL. */
  dataDirectory: string;
  /** Dataclips' own database; null: the embedded one. */
  databaseUrl: string | null;
  /** The administrator's bearer token; null: one is made and kept in the data directory. */
  token: string | null;
  /** What the installation signs and encrypts with; null: one is made and kept in the data directory. */
  secret: string | null;
  /** Databases to query beside the embedded samples, or in place of them when databaseUrl is set. */
  databases: readonly DatabaseConfig[];
  /** How long results are kept. */
  retention: RetentionRules;
  /** How long the audit's events are kept, in days. */
  keepAuditDays: number;
  /** Proxies in front of the server that say whom they heard in X-Forwarded-For; none is believed without. */
  trustedProxies: TrustedProxies;
  /** The provider with which people sign in; null: none. */
  oidc: OidcConfig | null;
  /** The header by which a trusted proxy says who asks; null: none. */
  proxySignIn: ProxySignIn | null;
  /** How lines of the log are written. */
  logFormat: LogFormat;
}

/** Every fault of a configuration, each a line that names the setting and holds no secret. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(
      `The configuration has ${faults.length === 1 ? "a fault" : `${faults.length} faults`}:\n${faults.map((fault) => `  - ${fault}`).join("\n")}`,
    );
    this.faults = faults;
  }
}

/** Tokens shorter than this can be guessed. */
const TOKEN_LENGTH = 16;
/** So many as a key made from it has bytes. */
const SECRET_LENGTH = 32;

/**
 * Reads the configuration from an environment. The settings are listed in the README.
 * @throws ConfigError with every fault at once
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const faults: string[] = [];
  const setting = (name: string): string | undefined => env[name]?.trim() || undefined;

  const portText = setting("PORT");
  const port = Number(portText ?? 3000);
  if (!/^\d+$/.test(portText ?? "3000") || port > 65_535) faults.push("PORT must be a number from 0 to 65535.");

  const databaseUrl = setting("DATABASE_URL");
  if (databaseUrl !== undefined && !isPostgresUrl(databaseUrl)) {
    faults.push("DATABASE_URL must be a postgres:// URL.");
  }

  const publicUrl = setting("DATACLIPS_URL");
  if (publicUrl !== undefined && !(URL.canParse(publicUrl) && /^https?:\/\/[^/?#@\s]+\/?$/.test(publicUrl))) {
    faults.push(
      "DATACLIPS_URL must be an http:// or https:// address without a path, such as https://clips.example.com.",
    );
  }

  const token = setting("DATACLIPS_TOKEN");
  if (token !== undefined && (token.length < TOKEN_LENGTH || /\s/.test(token))) {
    faults.push(`DATACLIPS_TOKEN must have at least ${TOKEN_LENGTH} characters and no spaces.`);
  }
  if (databaseUrl !== undefined && token === undefined) {
    faults.push(
      "DATACLIPS_TOKEN is missing: with DATABASE_URL there is no default. Make one with: openssl rand -hex 24",
    );
  }

  const secret = setting("DATACLIPS_SECRET");
  if (secret !== undefined && (secret.length < SECRET_LENGTH || /\s/.test(secret))) {
    faults.push(`DATACLIPS_SECRET must have at least ${SECRET_LENGTH} characters and no spaces.`);
  }
  if (databaseUrl !== undefined && secret === undefined) {
    faults.push(
      "DATACLIPS_SECRET is missing: with DATABASE_URL there is no default. Make one with: openssl rand -hex 32",
    );
  }

  const readKept = (
    name: string,
    text: string | undefined,
    { usual, most }: { usual: number; most: number },
  ): number => {
    if (text === undefined) return usual;
    if (/^\d{1,16}$/.test(text) && Number(text) >= 1 && Number(text) <= most) return Number(text);
    faults.push(`${name} must be a whole number from 1 to ${most}.`);
    return usual;
  };
  const keep = (rule: keyof RetentionRules, name: string, text: string | undefined): number =>
    readKept(name, text, { usual: DEFAULT_RETENTION[rule], most: MOST_KEPT[rule] });
  const retention = {
    keepResults: keep("keepResults", "DATACLIPS_KEEP_RESULTS", setting("DATACLIPS_KEEP_RESULTS")),
    keepDays: keep("keepDays", "DATACLIPS_KEEP_DAYS", setting("DATACLIPS_KEEP_DAYS")),
    keepBytes: keep("keepBytes", "DATACLIPS_KEEP_BYTES", setting("DATACLIPS_KEEP_BYTES")),
  };

  const keepAuditDays = readKept("DATACLIPS_KEEP_AUDIT_DAYS", setting("DATACLIPS_KEEP_AUDIT_DAYS"), {
    usual: DEFAULT_AUDIT_DAYS,
    most: MOST_AUDIT_DAYS,
  });

  const trustedProxies = (setting("DATACLIPS_TRUSTED_PROXIES") ?? "").split(/[\s,]+/).filter((range) => range !== "");
  for (const range of trustedProxies) {
    if (isAddressRange(range)) continue;
    faults.push(
      `DATACLIPS_TRUSTED_PROXIES must be addresses or ranges, such as 10.0.0.7 or 10.0.0.0/8, not ${JSON.stringify(range.slice(0, 60))}.`,
    );
  }

  const oidc = readOidc(
    {
      issuer: setting("DATACLIPS_OIDC_ISSUER"),
      clientId: setting("DATACLIPS_OIDC_CLIENT_ID"),
      clientSecret: setting("DATACLIPS_OIDC_CLIENT_SECRET"),
      name: setting("DATACLIPS_OIDC_NAME"),
      domains: setting("DATACLIPS_OIDC_DOMAINS"),
      role: setting("DATACLIPS_OIDC_ROLE"),
      publicUrl,
    },
    faults,
  );
  const proxySignIn = readProxySignIn(
    { header: setting("DATACLIPS_PROXY_HEADER"), role: setting("DATACLIPS_PROXY_ROLE"), trustedProxies },
    faults,
  );

  const logFormat = setting("DATACLIPS_LOG_FORMAT") ?? "logfmt";
  if (logFormat !== "logfmt" && logFormat !== "json") faults.push("DATACLIPS_LOG_FORMAT must be logfmt or json.");

  const databases = readDatabases(setting("DATACLIPS_DATABASES"), env, faults);
  if (databaseUrl !== undefined && setting("DATACLIPS_DATABASES") === undefined) {
    faults.push(
      'DATACLIPS_DATABASES is missing: say which databases clips may query, such as {"shop": {"followers": ["postgres://…"]}}.',
    );
  }

  if (faults.length > 0) throw new ConfigError(faults);
  return Object.freeze({
    host: setting("HOST") ?? "localhost",
    port: { number: port, chosen: portText !== undefined },
    publicUrl: publicUrl?.replace(/\/$/, "") ?? null,
    dataDirectory: setting("DATACLIPS_DATA") ?? ".dataclips",
    databaseUrl: databaseUrl ?? null,
    token: token ?? null,
    secret: secret ?? null,
    databases,
    retention,
    keepAuditDays,
    trustedProxies,
    oidc,
    proxySignIn,
    logFormat: logFormat as LogFormat,
  });
}

const postgresUrl = z.string().refine(isPostgresUrl, "must be a postgres:// URL");
const count = z.number("must be a number").int("must be a whole number").positive("must be more than 0");

const Follower = z.union(
  [postgresUrl, z.strictObject({ name: z.string().min(1), url: postgresUrl, signal_url: postgresUrl.optional() })],
  "must be a postgres:// URL, or {name, url, signal_url}",
);

const policyMode = z.enum(["safe", "granted"], 'must be "safe" or "granted"').default("safe");
const policyNames = z
  .array(z.string().regex(/^[^.*\s]+\.([^.*\s]+|\*)$/, "must be schema.name or schema.*"), "must be a list of names")
  .default([]);

const DatabaseJson = z.strictObject({
  primary: postgresUrl.nullish(),
  followers: z
    .array(Follower, "must be a list of postgres:// URLs")
    .min(1, "must have at least one (a database without a follower may name its primary)"),
  timeout_ms: count.max(3_600_000, "must be at most 3600000 (an hour)").default(DEFAULT_LIMITS.timeoutMs),
  max_rows: count.default(DEFAULT_LIMITS.maxRows),
  max_bytes: count.default(DEFAULT_LIMITS.maxBytes),
  max_row_bytes: count
    .max(256 * 1024 * 1024, "must be at most 268435456 (256 MiB)")
    .default(DEFAULT_LIMITS.maxRowBytes),
  max_runs: count.max(1000, "must be at most 1000").default(DEFAULT_LIMITS.maxRuns),
  max_lag_seconds: z.number("must be a number").positive("must be more than 0").default(DEFAULT_LIMITS.maxLagSeconds),
  functions: policyMode,
  allow_functions: policyNames,
  refuse_functions: policyNames,
  relations: policyMode,
  allow_relations: policyNames,
  refuse_relations: policyNames,
  allow_writable_role: z.boolean("must be true or false").default(false),
});

/** DATACLIPS_DATABASES: JSON, or the path of a file of it, with ${NAME} standing for the environment's NAME. */
function readDatabases(
  setting: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  faults: string[],
): DatabaseConfig[] {
  if (setting === undefined) return [];
  const fault = (text: string): DatabaseConfig[] => {
    faults.push(`DATACLIPS_DATABASES ${text}`);
    return [];
  };
  let text = setting;
  if (!/^[{["]/.test(setting)) {
    try {
      text = readFileSync(setting, "utf8");
    } catch (error) {
      const { code } = error as { code?: string };
      return fault(
        `is neither JSON nor the path of a file that can be read (${code}): ${/[{["@]|:\/\//.test(setting) ? "…" : setting}`,
      );
    }
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, passwords and all.
    return fault("is not valid JSON.");
  }
  if (typeof json !== "object" || json === null || Array.isArray(json))
    return fault("must be an object of databases by name.");
  return Object.entries(json).flatMap(([name, value]) => {
    if (!/^[A-Za-z0-9_-]{1,63}$/.test(name)) {
      return fault(
        `${/^[\w .-]{1,63}$/.test(name) ? name : "…"}: a database's name has letters, digits, _ and - only.`,
      );
    }
    const missing: string[] = [];
    const parsed = DatabaseJson.safeParse(substitute(value, env, missing));
    for (const variable of new Set(missing)) fault(`${name}: the environment has no ${variable}.`);
    if (!parsed.success) {
      for (const issue of parsed.error.issues) fault(`${[name, ...issue.path].join(".")}: ${issue.message}.`);
      return [];
    }
    const config = toDatabaseConfig(name, parsed.data);
    const names = config.followers.map((follower) => follower.name);
    if (new Set(names).size < names.length) fault(`${name}.followers: two followers have the same name.`);
    return [config];
  });
}

function toDatabaseConfig(name: string, json: z.infer<typeof DatabaseJson>): DatabaseConfig {
  return {
    name,
    primary: json.primary ?? null,
    followers: json.followers.map((follower, index) =>
      typeof follower === "string"
        ? { name: json.followers.length === 1 ? "follower" : `follower-${index + 1}`, url: follower }
        : {
            name: follower.name,
            url: follower.url,
            ...(follower.signal_url === undefined ? {} : { signalUrl: follower.signal_url }),
          },
    ),
    timeoutMs: json.timeout_ms,
    maxRows: json.max_rows,
    maxBytes: json.max_bytes,
    maxRowBytes: json.max_row_bytes,
    maxRuns: json.max_runs,
    maxLagSeconds: json.max_lag_seconds,
    functions: { mode: json.functions, allow: json.allow_functions, refuse: json.refuse_functions },
    relations: { mode: json.relations, allow: json.allow_relations, refuse: json.refuse_relations },
    allowWritableRole: json.allow_writable_role,
  };
}

/** Puts the environment's values in place of ${NAME} in every string. */
function substitute(value: unknown, env: Readonly<Record<string, string | undefined>>, missing: string[]): unknown {
  if (typeof value === "string") {
    return value.replace(/\$\{(\w+)\}/g, (_, name: string) => {
      if (env[name] === undefined) missing.push(name);
      return env[name] ?? "";
    });
  }
  if (Array.isArray(value)) return value.map((item) => substitute(item, env, missing));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, substitute(item, env, missing)]));
}

function isPostgresUrl(text: string): boolean {
  return (
    /^postgres(ql)?:\/\//.test(text) &&
    URL.canParse(text.replace(/^postgres(ql)?:\/\/([^@/]*@)?\//, "postgres://$2localhost/"))
  );
}
