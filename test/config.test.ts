import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ConfigError, readConfig } from "../src/config.ts";

const TOKEN = "a-token-of-enough-characters";
const SECRET = "hunter2-the-password";
const FOLLOWER = `postgres://reader:${SECRET}@replica.test/shop`;
const SIGNAL = "postgres://signaller@db.test/postgres";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp("/tmp/dc-test-");
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** What a reading throws. */
function thrownBy(read: () => unknown): unknown {
  try {
    read();
  } catch (error) {
    return error;
  }
  throw new Error("The configuration was accepted.");
}

/** The faults of an environment; whatever they are, none holds the password. */
function faults(env: Record<string, string>): readonly string[] {
  const error = thrownBy(() => readConfig(env)) as ConfigError;
  expect(error).toBeInstanceOf(ConfigError);
  expect(error.message).not.toContain(SECRET);
  expect(error.faults.join("\n")).not.toContain(SECRET);
  for (const fault of error.faults) expect(error.message).toContain(`\n  - ${fault}`);
  return error.faults;
}

/** Faults of DATACLIPS_DATABASES alone, without the setting's name before each. */
function databaseFaults(databases: unknown, env: Record<string, string> = {}): string[] {
  const text = typeof databases === "string" ? databases : JSON.stringify(databases);
  return faults({ ...env, DATACLIPS_DATABASES: text }).map((fault) => {
    expect(fault).toMatch(/^DATACLIPS_DATABASES /);
    return fault.slice("DATACLIPS_DATABASES ".length);
  });
}

test("an empty environment is a server on the embedded PostgreSQL", () => {
  const config = readConfig({});
  expect(config).toStrictEqual({
    host: "localhost",
    port: { number: 3000, chosen: false },
    publicUrl: null,
    dataDirectory: ".dataclips",
    databaseUrl: null,
    token: null,
    secret: null,
    databases: [],
    retention: { keepResults: 100, keepDays: 90, keepBytes: 10_737_418_240 },
    keepAuditDays: 400,
    trustedProxies: [],
    oidc: null,
    proxySignIn: null,
    logFormat: "logfmt",
  });
  expect(Object.isFrozen(config)).toBe(true);
});

test("settings of nothing but spaces are as good as none", () => {
  expect(readConfig({ PORT: " ", DATABASE_URL: "", DATACLIPS_TOKEN: "  ", HOST: "" })).toStrictEqual(readConfig({}));
});

test("every setting arrives; limits that are not given have their defaults", () => {
  const config = readConfig({
    HOST: "0.0.0.0",
    PORT: "8080",
    DATABASE_URL: "postgres://dataclips@db.test/own",
    DATACLIPS_URL: "https://clips.example.com/",
    DATACLIPS_TOKEN: TOKEN,
    DATACLIPS_SECRET: "s".repeat(32),
    DATACLIPS_DATA: "/srv/dataclips",
    DATACLIPS_KEEP_RESULTS: "7",
    DATACLIPS_KEEP_DAYS: "36500",
    DATACLIPS_KEEP_BYTES: " 1 ",
    DATACLIPS_KEEP_AUDIT_DAYS: "36500",
    DATACLIPS_LOG_FORMAT: "json",
    DATACLIPS_TRUSTED_PROXIES: " 10.0.0.7, fd00::/8 ,",
    DATACLIPS_DATABASES: JSON.stringify({
      shop: { primary: "postgres://admin@db.test/shop", followers: [FOLLOWER] },
      big: {
        followers: [{ name: "near", url: FOLLOWER, signal_url: SIGNAL }, "postgresql:///shop?host=/run/postgresql"],
        timeout_ms: 5000,
        max_rows: 7,
        max_bytes: 1024,
        max_row_bytes: 512,
        max_runs: 2,
        max_lag_seconds: 0.5,
        functions: "granted",
        allow_functions: ["app.*", "pg_catalog.pg_sleep"],
        refuse_functions: ["app.tax"],
        relations: "granted",
        allow_relations: ["pg_catalog.pg_settings"],
        refuse_relations: ["hr.*"],
        allow_writable_role: true,
      },
    }),
  });
  expect(config).toStrictEqual({
    host: "0.0.0.0",
    port: { number: 8080, chosen: true },
    publicUrl: "https://clips.example.com",
    dataDirectory: "/srv/dataclips",
    databaseUrl: "postgres://dataclips@db.test/own",
    token: TOKEN,
    secret: "s".repeat(32),
    databases: [
      {
        name: "shop",
        primary: "postgres://admin@db.test/shop",
        followers: [{ name: "follower", url: FOLLOWER }],
        timeoutMs: 30_000,
        maxRows: 100_000,
        maxBytes: 104_857_600,
        maxRowBytes: 16_777_216,
        maxRuns: 5,
        maxLagSeconds: 300,
        functions: { mode: "safe", allow: [], refuse: [] },
        relations: { mode: "safe", allow: [], refuse: [] },
        allowWritableRole: false,
      },
      {
        name: "big",
        primary: null,
        followers: [
          { name: "near", url: FOLLOWER, signalUrl: SIGNAL },
          { name: "follower-2", url: "postgresql:///shop?host=/run/postgresql" },
        ],
        timeoutMs: 5000,
        maxRows: 7,
        maxBytes: 1024,
        maxRowBytes: 512,
        maxRuns: 2,
        maxLagSeconds: 0.5,
        functions: { mode: "granted", allow: ["app.*", "pg_catalog.pg_sleep"], refuse: ["app.tax"] },
        relations: { mode: "granted", allow: ["pg_catalog.pg_settings"], refuse: ["hr.*"] },
        allowWritableRole: true,
      },
    ],
    retention: { keepResults: 7, keepDays: 36_500, keepBytes: 1 },
    keepAuditDays: 36_500,
    trustedProxies: ["10.0.0.7", "fd00::/8"],
    oidc: null,
    proxySignIn: null,
    logFormat: "json",
  });
});

test("every fault is said at once, by the setting's name", () => {
  expect(
    faults({
      PORT: "http",
      DATABASE_URL: `mysql://root:${SECRET}@db.test/own`,
      DATACLIPS_URL: "clips.example.com",
      DATACLIPS_TOKEN: "short",
      DATACLIPS_SECRET: "shorter than thirty-two",
      DATACLIPS_DATABASES: "{}}",
    }),
  ).toStrictEqual([
    "PORT must be a number from 0 to 65535.",
    "DATABASE_URL must be a postgres:// URL.",
    "DATACLIPS_URL must be an http:// or https:// address without a path, such as https://clips.example.com.",
    "DATACLIPS_TOKEN must have at least 16 characters and no spaces.",
    "DATACLIPS_SECRET must have at least 32 characters and no spaces.",
    "DATACLIPS_DATABASES is not valid JSON.",
  ]);
});

test("one fault is a fault, several are counted", () => {
  expect(() => readConfig({ PORT: "x" })).toThrow("The configuration has a fault:\n  - PORT ");
  expect(() => readConfig({ PORT: "x", DATACLIPS_TOKEN: "y" })).toThrow("The configuration has 2 faults:\n");
});

test("with a database of its own, a server needs a token, a secret and databases to query", () => {
  expect(faults({ DATABASE_URL: "postgres://db.test/own" })).toStrictEqual([
    "DATACLIPS_TOKEN is missing: with DATABASE_URL there is no default. Make one with: openssl rand -hex 24",
    "DATACLIPS_SECRET is missing: with DATABASE_URL there is no default. Make one with: openssl rand -hex 32",
    'DATACLIPS_DATABASES is missing: say which databases clips may query, such as {"shop": {"followers": ["postgres://…"]}}.',
  ]);
});

test.each(["-1", "65536", "3000.5", "0x10", "1e3", "80 81", "99999999999999999999"])("PORT=%s is refused", (PORT) => {
  expect(faults({ PORT })).toStrictEqual(["PORT must be a number from 0 to 65535."]);
});

test.each(["0", "-1", "1.5", "1e3", "10GB", "99999999999999999"])("nothing is kept by a rule of %s", (text) => {
  const env = {
    DATACLIPS_KEEP_RESULTS: text,
    DATACLIPS_KEEP_DAYS: text,
    DATACLIPS_KEEP_BYTES: text,
    DATACLIPS_KEEP_AUDIT_DAYS: text,
  };
  expect(faults(env)).toStrictEqual([
    "DATACLIPS_KEEP_RESULTS must be a whole number from 1 to 1000000.",
    "DATACLIPS_KEEP_DAYS must be a whole number from 1 to 36500.",
    "DATACLIPS_KEEP_BYTES must be a whole number from 1 to 9007199254740991.",
    "DATACLIPS_KEEP_AUDIT_DAYS must be a whole number from 1 to 36500.",
  ]);
});

test.each(["10.0.0.0/33", "proxy.example", "*", "10.0.0.1/8/8"])("a proxy of %s is refused", (range) => {
  expect(faults({ DATACLIPS_TRUSTED_PROXIES: `10.0.0.1, ${range}` })).toStrictEqual([
    `DATACLIPS_TRUSTED_PROXIES must be addresses or ranges, such as 10.0.0.7 or 10.0.0.0/8, not "${range}".`,
  ]);
});

test.each([["0", 0] as const, ["65535", 65_535] as const])("PORT=%s is taken", (PORT, number) => {
  expect(readConfig({ PORT }).port).toStrictEqual({ number, chosen: true });
});

test.each([
  "clips.example.com",
  "ftp://clips.example.com",
  "https://",
  "https://clips.example.com/path",
  "https://clips.example.com?x=1",
  `https://admin:${SECRET}@clips.example.com`,
  "https://clips.example.com:99999",
  "https://[",
])("DATACLIPS_URL=%s is refused", (DATACLIPS_URL) => {
  expect(faults({ DATACLIPS_URL })).toStrictEqual([
    "DATACLIPS_URL must be an http:// or https:// address without a path, such as https://clips.example.com.",
  ]);
});

test.each(["fifteen-letters", "sixteen letters and spaces"])("DATACLIPS_TOKEN=%s is refused", (DATACLIPS_TOKEN) => {
  expect(faults({ DATACLIPS_TOKEN })).toStrictEqual([
    "DATACLIPS_TOKEN must have at least 16 characters and no spaces.",
  ]);
});

test.each(["db.test/own", "http://db.test/own", "postgres://db.test:port/own", "host=db.test"])(
  "DATABASE_URL=%s is refused",
  (DATABASE_URL) => {
    expect(faults({ DATABASE_URL, DATACLIPS_TOKEN: TOKEN, DATACLIPS_DATABASES: "{}" })).toContain(
      "DATABASE_URL must be a postgres:// URL.",
    );
  },
);

test("databases can be in a file", async () => {
  const path = join(directory, "databases.json");
  await writeFile(path, JSON.stringify({ shop: { followers: [FOLLOWER] } }));
  expect(readConfig({ DATACLIPS_DATABASES: path }).databases).toMatchObject([
    { name: "shop", followers: [{ name: "follower", url: FOLLOWER }] },
  ]);
  await writeFile(path, `{"shop": {"followers": ["${FOLLOWER}"]`);
  expect(databaseFaults(path)).toStrictEqual(["is not valid JSON."]);
  expect(databaseFaults(directory)).toStrictEqual([
    `is neither JSON nor the path of a file that can be read (EISDIR): ${directory}`,
  ]);
  expect(databaseFaults(`${path}.missing`)).toStrictEqual([
    `is neither JSON nor the path of a file that can be read (ENOENT): ${path}.missing`,
  ]);
});

test("${NAME} stands for the environment's NAME, in every text", () => {
  const { databases } = readConfig({
    PASSWORD: SECRET,
    HOST_NAME: "replica.test",
    DATACLIPS_DATABASES: JSON.stringify({
      shop: {
        primary: "postgres://admin:${PASSWORD}@${HOST_NAME}/shop",
        followers: [{ name: "at ${HOST_NAME}", url: "postgres://reader:${PASSWORD}@${HOST_NAME}/shop" }],
      },
    }),
  });
  expect(databases).toMatchObject([
    {
      primary: `postgres://admin:${SECRET}@replica.test/shop`,
      followers: [{ name: "at replica.test", url: FOLLOWER }],
    },
  ]);
});

test("each variable that is missing is named once", () => {
  expect(
    databaseFaults({
      shop: {
        primary: "postgres://admin:${NO_PASSWORD}@db.test/shop",
        followers: ["postgres://r:${NO_PASSWORD}@${NO_HOST}/shop"],
      },
      other: { followers: ["postgres://${NO_HOST}/other"] },
    }),
  ).toStrictEqual([
    "shop: the environment has no NO_PASSWORD.",
    "shop: the environment has no NO_HOST.",
    "other: the environment has no NO_HOST.",
  ]);
});

test("unknown keys are named, with every other fault of every database", () => {
  const found = databaseFaults({
    shop: { followers: [FOLLOWER], folowers: 1, timeout: 5 },
    "bad name": { followers: [FOLLOWER] },
    none: { followers: [] },
    missing: {},
    text: FOLLOWER,
    wrong: { followers: [`http://u:${SECRET}@db.test`], primary: `mysql://u:${SECRET}@db.test` },
    named: { followers: [{ name: "", url: FOLLOWER }, { url: FOLLOWER }, { name: "x", url: FOLLOWER, role: "y" }] },
  });
  expect(found).toStrictEqual([
    'shop: Unrecognized keys: "folowers", "timeout".',
    "bad name: a database's name has letters, digits, _ and - only.",
    "none.followers: must have at least one (a database without a follower may name its primary).",
    "missing.followers: must be a list of postgres:// URLs.",
    expect.stringMatching(/^text: Invalid input: expected object/),
    "wrong.primary: must be a postgres:// URL.",
    "wrong.followers.0: must be a postgres:// URL.",
    expect.stringMatching(/^named\.followers\.0\.name: /),
    "named.followers.1: must be a postgres:// URL, or {name, url, signal_url}.",
    'named.followers.2: Unrecognized key: "role".',
  ]);
});

test.each([
  ["timeout_ms", 0, "must be more than 0"],
  ["timeout_ms", 3_600_001, "must be at most 3600000 (an hour)"],
  ["timeout_ms", "5000", "must be a number"],
  ["max_rows", -1, "must be more than 0"],
  ["max_rows", 1.5, "must be a whole number"],
  ["max_bytes", null, "must be a number"],
  ["max_row_bytes", 268_435_457, "must be at most 268435456 (256 MiB)"],
  ["max_runs", 1001, "must be at most 1000"],
  ["max_lag_seconds", 0, "must be more than 0"],
  ["functions", "all", 'must be "safe" or "granted"'],
  ["relations", true, 'must be "safe" or "granted"'],
  ["allow_functions", "app.tax", "must be a list of names"],
  ["allow_writable_role", "yes", "must be true or false"],
])("%s: %s is refused", (limit, value, message) => {
  expect(databaseFaults({ shop: { followers: [FOLLOWER], [limit]: value } })).toStrictEqual([
    `shop.${limit}: ${message}.`,
  ]);
});

test.each(["tax", "app.", ".tax", "*.tax", "a.b.c", "app.t*", "app tax"])(
  "%s: is no name in a list of a policy",
  (name) => {
    expect(databaseFaults({ shop: { followers: [FOLLOWER], refuse_relations: ["app.*", name] } })).toStrictEqual([
      "shop.refuse_relations.1: must be schema.name or schema.*.",
    ]);
  },
);

test.each([
  ["timeout_ms", "timeoutMs", 3_600_000],
  ["max_row_bytes", "maxRowBytes", 268_435_456],
  ["max_runs", "maxRuns", 1000],
])("%s may be as large as it may be", (limit, name, value) => {
  const { databases } = readConfig({
    DATACLIPS_DATABASES: JSON.stringify({ shop: { followers: [FOLLOWER], [limit]: value } }),
  });
  expect(databases[0]).toHaveProperty(name, value);
});

test("a list is no object of databases, and a URL is no JSON; neither shows its password", () => {
  expect(databaseFaults([{ followers: [FOLLOWER] }])).toStrictEqual(["must be an object of databases by name."]);
  expect(databaseFaults(FOLLOWER)).toHaveLength(1);
  expect(databaseFaults(`"${FOLLOWER}"`)).toHaveLength(1);
  expect(databaseFaults({ [FOLLOWER]: { followers: [FOLLOWER] } })).toHaveLength(1);
});

test("two followers of one name are refused: nobody could tell which one a result is from", () => {
  expect(
    databaseFaults({
      shop: {
        followers: [
          { name: "a", url: FOLLOWER },
          { name: "a", url: FOLLOWER },
        ],
      },
    }),
  ).toHaveLength(1);
});
