import pg from "pg";
import { inject } from "vitest";
import { type DatabaseConfig, DEFAULT_LIMITS } from "../../src/databases/database-config.ts";
import { DATABASE } from "../support/global-setup.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

/** A database `test` that links are made in, and another one, `remote`, that they lead to. */
export interface LinkedDatabases {
  server: TestServer;
  local: DatabaseConfig;
  remote: DatabaseConfig;
  /** Both, as the configuration would have them. */
  all: readonly DatabaseConfig[];
  /** A superuser's session in the remote database, on the primary. */
  remotePrimary: pg.Client;
  /** Runs SQL as the reader in the local database: on the follower, or on the primary. */
  asReader(sql: string, on?: "follower" | "primary"): Promise<pg.QueryResult>;
  /** What the plan of a query says, as the reader on the follower. */
  explain(sql: string): Promise<string>;
  /** All that a link could have made in the local database. */
  everything(): Promise<unknown>;
  close(): Promise<void>;
}

/** What the remote database has: see test/links. */
const REMOTE_SQL = `
  CREATE TYPE method AS ENUM ('card', 'bank');
  CREATE DOMAIN euros AS numeric(12, 2) CHECK (VALUE >= 0);
  CREATE TABLE invoices (id int PRIMARY KEY, customer_id int NOT NULL, amount numeric(12, 2) NOT NULL, paid_on date);
  INSERT INTO invoices SELECT n, n % 100, n * 1.5, date '2026-01-01' + n % 90 FROM generate_series(1, 5000) AS n;
  CREATE TABLE payments (id int PRIMARY KEY, method method, fee euros, moods method[]);
  INSERT INTO payments VALUES (1, 'card', 1.25, '{card,bank}'), (2, 'bank', 0, NULL), (3, NULL, NULL, '{}');
  CREATE VIEW open_invoices AS SELECT * FROM invoices WHERE paid_on IS NULL;
  CREATE MATERIALIZED VIEW totals AS SELECT customer_id, sum(amount) AS total FROM invoices GROUP BY 1;
  CREATE TABLE hidden (secret text);
  CREATE SCHEMA "Odd; DROP SCHEMA public --";
  CREATE TABLE "Odd; DROP SCHEMA public --"."Größe ""of"" 'it'" ("a ""b"" c" int, "select" text, "Ünï" text COLLATE "C", "semi;--" text);
  INSERT INTO "Odd; DROP SCHEMA public --"."Größe ""of"" 'it'" VALUES (1, 'x', 'y', 'z');
  ANALYZE;
  GRANT USAGE ON SCHEMA "Odd; DROP SCHEMA public --" TO dataclips_reader;
  GRANT SELECT ON invoices, payments, open_invoices, totals, "Odd; DROP SCHEMA public --"."Größe ""of"" 'it'" TO dataclips_reader;
`;

export async function startLinkedDatabases(limits: Partial<DatabaseConfig> = {}): Promise<LinkedDatabases> {
  const cluster = inject("cluster");
  const server = await startTestServer(({ primaryUrl }) => ({ primary: primaryUrl, ...limits }));
  const [local] = server.deps.databases.all;
  const name = `remote_${new URL(server.primaryUrl).pathname.slice(1)}`;
  await server.primary.query(`CREATE DATABASE ${name}`);
  const url = (template: string): string => template.replace(DATABASE, name);
  const remotePrimary = await connect(cluster.admin.replace(/\/postgres(\?|$)/, `/${name}$1`));
  await remotePrimary.query(REMOTE_SQL);
  const remote: DatabaseConfig = {
    ...DEFAULT_LIMITS,
    name: "remote",
    primary: null,
    followers: [{ name: "follower", url: url(cluster.reader) }],
  };
  await server.catchUp();

  const asReader: LinkedDatabases["asReader"] = async (sql, on = "follower") => {
    const database = new URL(server.primaryUrl).pathname.slice(1);
    const template = on === "follower" ? cluster.reader : cluster.primaryReader;
    const client = await connect(template.replace(DATABASE, database));
    try {
      return await client.query(sql);
    } finally {
      await client.end();
    }
  };

  return {
    server,
    local: local!,
    remote,
    all: [local!, remote],
    remotePrimary,
    asReader,
    async explain(sql) {
      const { rows } = await asReader(`EXPLAIN (VERBOSE, COSTS OFF) ${sql}`);
      return rows.map((row) => row["QUERY PLAN"]).join("\n");
    },
    async everything() {
      const { rows } = await server.primary.query(
        `SELECT (SELECT json_agg(nspname ORDER BY 1) FROM pg_namespace WHERE nspname !~ '^pg_') AS schemas,
                (SELECT json_agg(srvname ORDER BY 1) FROM pg_foreign_server) AS servers,
                (SELECT json_agg(extname ORDER BY 1) FROM pg_extension) AS extensions,
                (SELECT count(*) FROM pg_user_mapping) AS mappings,
                (SELECT json_agg(oid::regclass ORDER BY oid) FROM pg_class WHERE oid >= 16384) AS relations`,
      );
      return rows[0];
    },
    async close() {
      await remotePrimary.end();
      await server.primary.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await server.close();
    },
  };
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  client.on("error", () => {});
  await client.connect();
  return client;
}
