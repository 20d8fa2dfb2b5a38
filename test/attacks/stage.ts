import { chmod, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import pg from "pg";
import { type Embedded, startEmbedded } from "../../src/embedded/embedded.ts";
import { temporaryDirectory } from "../embedded/temporary-directory.ts";
import { until } from "../support/test-server.ts";
import { type Attack, fillIn } from "./read-attacks.ts";

/** What is run in a database after setup.sql: the layers that live in the database itself. */
export type Hardening = "roles" | "revokes";

/** A primary and its follower of a test file's own, to be attacked: nothing that happens here reaches other tests. */
export interface Stage {
  embedded: Embedded;
  /** Makes a database to attack, as a copy of the one that setup.sql made. */
  addDatabase(name: string, hardening: Hardening[]): Promise<Target>;
  /** Waits until the follower has replayed what the primary has written. */
  catchUp(): Promise<void>;
  /** Ends a session, if it is still there. */
  terminate(pid: number): Promise<void>;
  /** What is running on a server in somebody's name, superusers apart. */
  busy(server: "primary" | "follower"): Promise<string[]>;
  close(): Promise<void>;
}

/** A database to attack. */
export interface Target {
  name: string;
  url(role: string, server?: "primary" | "follower"): string;
  /** A superuser's session in it, on the primary. */
  admin(): pg.Client;
  /** Values for the words between @ in an attack. */
  values(attack: Attack): Promise<Record<string, string>>;
  /** Whether something is not as it was: all that an attack may have changed is looked at. */
  isChanged(): Promise<boolean>;
  /** Undoes what an attack has changed. */
  restore(): Promise<void>;
}

const OWNER_PASSWORD = "TOPSECRET-password";
const TEMPLATE = "att_template";
const ROLES = `
  CREATE ROLE att_owner LOGIN PASSWORD '${OWNER_PASSWORD}';
  CREATE ROLE att_other LOGIN;
  CREATE ROLE att_plain LOGIN;
  CREATE ROLE att_later LOGIN`;

/** Undoes what most attacks do; what one of these cannot undo, a new copy of the database does. */
const UNDO = [
  "ALTER ROLE att_owner RESET ALL",
  "ALTER ROLE att_plain RESET ALL",
  "ALTER ROLE att_plain PASSWORD NULL",
  "ALTER ROLE dataclips_reader PASSWORD NULL",
  "ALTER SYSTEM RESET work_mem",
  "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = 'pwned'",
  "DELETE FROM app.canary WHERE note <> 'alive'",
  "DELETE FROM later.canary",
  `INSERT INTO app.accounts SELECT g, CASE WHEN g % 2 = 0 THEN 'a' ELSE 'b' END, 'user' || g, g * 10, 'ssn-' || g
     FROM generate_series(1, 1000) AS g ON CONFLICT DO NOTHING`,
  "DROP TABLE IF EXISTS app.pwned_tbl",
  "DROP MATERIALIZED VIEW IF EXISTS app.pwned_tbl",
  "COMMENT ON TABLE app.accounts IS NULL",
  "DROP EXTENSION IF EXISTS hstore",
  "DROP FOREIGN TABLE IF EXISTS vault.canary",
  "SELECT lo_put(424242, 0, 'TOPSECRET-lo')",
  "SELECT setval('app.seq', 1, false)",
  "SELECT lo_unlink(oid) FROM pg_largeobject_metadata WHERE oid <> 424242",
];

const INVENTORY = `
  SELECT jsonb_build_object(
    'canary', (SELECT jsonb_agg(c) FROM app.canary c),
    'later', (SELECT CASE WHEN to_regclass('later.canary') IS NOT NULL
                          THEN (xpath('/row/n/text()', query_to_xml('SELECT count(*) AS n FROM later.canary', true, true, '')))[1]::text END),
    'accounts', (SELECT md5(string_agg(a::text, ',' ORDER BY a::text)) FROM app.accounts a),
    'secret', (SELECT jsonb_agg(s) FROM vault.secret s),
    'sequence', (SELECT jsonb_build_array(last_value, is_called) FROM app.seq),
    'relations', (SELECT jsonb_agg(jsonb_build_array(relname, relfilenode, relacl, relrowsecurity, obj_description(oid)) ORDER BY oid)
                  FROM pg_class WHERE relnamespace::regnamespace::text IN ('app', 'vault', 'public', 'later')),
    'functions', (SELECT md5(string_agg(p.oid || coalesce(p.proacl::text, ''), ',' ORDER BY p.oid)) FROM pg_proc p WHERE pronamespace <> pg_my_temp_schema()),
    'schemas', (SELECT jsonb_agg(n ORDER BY n.oid) FROM pg_namespace n WHERE nspname !~ '^pg_(toast_)?temp'),
    'extensions', (SELECT jsonb_agg(extname ORDER BY extname) FROM pg_extension),
    'roles', (SELECT md5(string_agg(a::text, ',' ORDER BY oid)) FROM pg_authid a),
    'members', (SELECT md5(string_agg(m::text, ',' ORDER BY m.oid)) FROM pg_auth_members m),
    'settings', (SELECT jsonb_agg(s ORDER BY s::text) FROM pg_db_role_setting s WHERE setdatabase = 0
                   OR setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())),
    'large_objects', (SELECT jsonb_agg(jsonb_build_array(oid, lo_get(oid))) FROM pg_largeobject_metadata),
    'prepared', (SELECT jsonb_agg(gid) FROM pg_prepared_xacts),
    'slots', (SELECT jsonb_agg(slot_name) FROM pg_replication_slots),
    'origins', (SELECT jsonb_agg(roname) FROM pg_replication_origin),
    'recovery', pg_is_in_recovery(),
    'auto_conf', md5(pg_read_file('postgresql.auto.conf'))
  )::text AS inventory`;

/** Starts the pair, with a template of the databases to attack. */
export async function startStage(): Promise<Stage> {
  const temporary = await temporaryDirectory();
  const options = { dataDirectory: `${temporary.path}/data`, samples: false, onProgress: () => {} };
  let embedded = await startEmbedded(options);
  const address = (role: string, database: string, server: "primary" | "follower" = "primary"): string => {
    const url = embedded.url({ role, database, server });
    return role === "att_owner" ? url.replace("att_owner@", `att_owner:${OWNER_PASSWORD}@`) : url;
  };
  // Prepared transactions need a setting that only a start reads; the follower must not have fewer than its primary.
  for (const server of ["follower", "primary"] as const) {
    await run(address("postgres", "postgres", server), "ALTER SYSTEM SET max_prepared_transactions = 10");
    // Nobody needs these data after a power cut.
    await run(address("postgres", "postgres", server), "ALTER SYSTEM SET fsync = off");
  }
  await embedded.stop();
  embedded = await startEmbedded(options);

  // The owner connects by a password, as dblink and postgres_fdw ask of whoever is no superuser.
  for (const server of ["primary", "follower"] as const) {
    await withClient(address("postgres", "postgres", server), async (client) => {
      const { rows } = await client.query("SELECT current_setting('hba_file') AS file");
      const hba = await readFile(rows[0].file, "utf8");
      const line = "local all att_owner scram-sha-256\n";
      if (!hba.startsWith(line)) await writeFile(rows[0].file, line + hba);
      await client.query("SELECT pg_reload_conf()");
    });
  }
  const { hostname, port } = new URL(address("postgres", "postgres"));
  const files = `${temporary.path}/files`;
  await mkdir(files);
  // The server's own user writes here, if anybody does.
  await chmod(files, 0o777);
  const values = (database: string): Record<string, string> => ({
    DATABASE: database,
    SOCKETS: decodeURIComponent(hostname),
    PORT: port,
    DIRECTORY: files,
  });
  const read = (file: string): Promise<string> => readFile(new URL(file, import.meta.url), "utf8");

  const superuser = await connect(address("postgres", "postgres"));
  const followerSuperuser = await connect(address("postgres", "postgres", "follower"));
  await superuser.query(ROLES);
  // As the hash: set again from the password it would have another salt.
  const { rows } = await superuser.query("SELECT rolpassword AS hash FROM pg_authid WHERE rolname = 'att_owner'");
  const undo = [`ALTER ROLE att_owner PASSWORD '${rows[0].hash}'`, ...UNDO];
  await superuser.query(`CREATE DATABASE ${TEMPLATE} OWNER att_owner`);
  await run(address("postgres", TEMPLATE), fillIn(await read("setup.sql"), values(TEMPLATE)));
  const targets: Target[] = [];
  const admins = new Map<string, pg.Client>();

  const make = async (name: string, hardening: Hardening[]): Promise<void> => {
    await admins.get(name)?.end();
    await superuser.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await superuser.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE} OWNER att_owner`);
    await superuser.query(`ALTER DATABASE ${name} SET app.jwt_secret = 'TOPSECRET-setting'`);
    const admin = await connect(address("postgres", name));
    admins.set(name, admin);
    await admin.query(`ALTER SERVER att_loop OPTIONS (SET dbname '${name}')`);
    for (const file of hardening) {
      const sql = await read(`../../sql/${file}.sql`);
      await admin.query(`SET dataclips.schemas = 'app'; SET dataclips.connection_limit = '50'`);
      // Twice: running them again does no harm.
      await admin.query(sql);
      await admin.query(sql);
    }
    if (hardening.includes("roles")) {
      // As sql/roles.sql says: a view that hides rows wants security_barrier; the one without is not for the reader.
      await admin.query("REVOKE SELECT ON app.v_leaky FROM dataclips_reader");
    }
    await admin.query(fillIn(await read("setup-later.sql"), values(name)));
  };

  return {
    embedded,
    async addDatabase(name, hardening) {
      await make(name, hardening);
      const admin = (): pg.Client => admins.get(name)!;
      const inventory = async (): Promise<string> => {
        const found = await admin().query(INVENTORY);
        return `${found.rows[0].inventory} ${(await readdir(files)).join()}`;
      };
      let before = await inventory();
      const target: Target = {
        name,
        url: (role, server) => address(role, name, server),
        admin,
        async values(attack) {
          if (!attack.harm_check_sql.includes("@LSN@")) return values(name);
          const written = await admin().query("SELECT pg_current_wal_lsn()::text AS lsn");
          return { ...values(name), LSN: written.rows[0].lsn };
        },
        isChanged: async () => (await inventory()) !== before,
        async restore() {
          for (const file of await readdir(files)) await rm(`${files}/${file}`);
          for (const statement of undo)
            await admin()
              .query(statement)
              .catch(() => {});
          const orphans = await admin().query("SELECT gid FROM pg_prepared_xacts WHERE database = $1", [name]);
          for (const { gid } of orphans.rows) await admin().query(`ROLLBACK PREPARED '${gid}'`);
          if ((await inventory()) === before) return;
          await make(name, hardening);
          before = await inventory();
        },
      };
      targets.push(target);
      return target;
    },
    async catchUp() {
      const written = await superuser.query("SELECT pg_current_wal_flush_lsn()::text AS lsn");
      await until(async () => {
        const replayed = await followerSuperuser.query("SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS done", [
          written.rows[0].lsn,
        ]);
        return replayed.rows[0].done;
      });
    },
    async terminate(pid) {
      await superuser.query("SELECT pg_terminate_backend($1)", [pid]);
    },
    async busy(server) {
      const client = server === "primary" ? superuser : followerSuperuser;
      const sessions = await client.query<{ query: string }>(
        `SELECT query FROM pg_stat_activity
          WHERE backend_type = 'client backend' AND state <> 'idle' AND usename <> 'postgres'`,
      );
      return sessions.rows.map(({ query }) => query);
    },
    async close() {
      for (const admin of admins.values()) await admin.end();
      await superuser.end();
      await followerSuperuser.end();
      await embedded.stop();
      await temporary.remove();
    },
  };
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  client.on("error", () => {});
  await client.connect();
  return client;
}

async function withClient<Value>(url: string, use: (client: pg.Client) => Promise<Value>): Promise<Value> {
  const client = await connect(url);
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

async function run(url: string, sql: string): Promise<void> {
  await withClient(url, (client) => client.query(sql));
}
