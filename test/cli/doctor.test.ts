import { readFile, rm, mkdtemp, chmod } from "node:fs/promises";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { doctorCommand } from "../../src/cli/doctor.ts";
import { type Embedded, startEmbedded } from "../../src/embedded/embedded.ts";
import { DATABASE } from "../support/global-setup.ts";
import { until } from "../support/test-server.ts";

const name = `doctor_${process.pid}_${Date.now().toString(36)}`;
const reader = `${name}_reader`;
const writer = `${name}_writer`;
let admin: pg.Client;
let primary = "";

beforeAll(async () => {
  admin = await connect(inject("cluster").admin);
  await admin.query(`CREATE DATABASE ${name}`);
  primary = inject("cluster").admin.replace(/\/postgres(\?|$)/, `/${name}$1`);
  const inside = await connect(primary);
  await inside.query(`CREATE TABLE orders (n int); SET dataclips.reader = '${reader}'`);
  await inside.query(await readFile(new URL("../../sql/roles.sql", import.meta.url), "utf8"));
  await inside.query(`
    CREATE ROLE ${writer} LOGIN CONNECTION LIMIT 3;
    GRANT INSERT ON orders TO ${writer}`);
  await inside.end();
  await until(async () => {
    const client = await connect(urlOf(writer)).catch(() => null);
    const found = await client?.query("SELECT has_table_privilege('orders', 'INSERT') AS may").catch(() => null);
    await client?.end();
    return found?.rows[0].may === true;
  });
});
afterAll(async () => {
  await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
  await admin.query(`DROP ROLE ${reader}, ${writer}`);
  await admin.end();
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  client.on("error", () => {});
  await client.connect();
  return client;
}

function urlOf(role: string, server: "reader" | "primaryReader" = "reader"): string {
  return inject("cluster")[server].replace(DATABASE, name).replace("dataclips_reader@", `${role}@`);
}

/** Runs the command on databases, or on an environment of its own. */
async function doctor(args: string[], databases: object | null, env: Record<string, string> = {}) {
  for (const variable of ["DATABASE_URL", "DATACLIPS_DATA", "DATACLIPS_TOKEN"]) vi.stubEnv(variable, undefined);
  vi.stubEnv("DATACLIPS_DATABASES", databases === null ? undefined : JSON.stringify(databases));
  for (const [variable, value] of Object.entries(env)) vi.stubEnv(variable, value);
  const written = { out: "", err: "" };
  vi.spyOn(process.stdout, "write").mockImplementation((text) => Boolean((written.out += text)));
  vi.spyOn(process.stderr, "write").mockImplementation((text) => Boolean((written.err += text)));
  try {
    return { status: await doctorCommand(args), ...written };
  } finally {
    vi.restoreAllMocks();
  }
}

const SOUND = () => ({ sound: { primary, followers: [urlOf(reader)] } });

describe("a database whose reader can only read", () => {
  test("is told at length, and the status is 0", async () => {
    const { status, out, err } = await doctor([], {
      sound: {
        followers: [{ name: "replica", url: urlOf(reader), signal_url: urlOf("dataclips_signal") }],
        primary,
        timeout_ms: 1500,
        max_runs: 1,
        functions: "granted",
        refuse_functions: ["app.slow"],
        allow_relations: ["app.*", "sales.orders"],
      },
    });
    expect(err).toBe("");
    const version = /PostgreSQL (18\.\d+)/.exec(out)?.[1];
    const used = /connections {2}(\d+) of/.exec(out)?.[1];
    const behind = /a follower, ([\d.]+ s and \d+ bytes) behind/.exec(out)?.[1];
    expect(out).toBe(`sound
  functions    granted; never app.slow
  relations    safe; also app.*, sales.orders
  limits       1.5 s, 100000 rows, 100 MiB (a row 16 MiB), 1 run at once, 300 s behind at most
  sessions     4 at most on each follower, for each server process of Dataclips (max_runs + 3)
  primary      ✓ PostgreSQL ${version}

  replica
    ✓ PostgreSQL ${version}, a follower, ${behind} behind
    ✓ role ${reader}: can write nothing, 20 sessions at once
    · Long clips hold back vacuum on the primary (hot_standby_feedback is on).
      Keep the timeout of clips short, or switch it off: then replay may cancel a clip.
    connections  ${used} of 97 in use; Dataclips may have 4 as this role
    silent runs  ended through signal_url
    settings     statement_timeout = 1min, transaction_timeout = 15min, lock_timeout = 500ms,
                 idle_in_transaction_session_timeout = 1min, client_connection_check_interval = 1s,
                 tcp_user_timeout = 5000ms, temp_file_limit = 1GB, work_mem = 16MB, hash_mem_multiplier = 1,
                 max_parallel_workers_per_gather = 0, jit = off, default_transaction_read_only = on,
                 hot_standby_feedback = on, max_standby_streaming_delay = 30s
    extensions   plpgsql 1.0

1 database, 1 follower, 0 out of reach, 0 errors, 0 warnings
`);
    expect(status).toBe(0);
  });

  test("says the same as JSON", async () => {
    const { status, out } = await doctor(["--json", "sound"], SOUND());
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      databases: [
        {
          name: "sound",
          ok: true,
          functions: { mode: "safe", allow: [], refuse: [] },
          relations: { mode: "safe", allow: [], refuse: [] },
          limits: {
            timeout_ms: 30_000,
            max_rows: 100_000,
            max_bytes: 104_857_600,
            max_row_bytes: 16_777_216,
            max_runs: 5,
            max_lag_seconds: 300,
          },
          sessions: 8,
          allow_writable_role: false,
          primary: { configured: true, ok: true, version: expect.stringMatching(/^18\./) },
          followers: [
            {
              name: "follower",
              signal_url: false,
              ok: true,
              is_follower: true,
              lag_seconds: expect.any(Number),
              role: reader,
              connection_limit: 20,
              sessions: 8,
              settings: { statement_timeout: "1min" },
              extensions: { plpgsql: "1.0" },
              findings: [{ id: "feedback_on", severity: "info" }],
            },
          ],
        },
      ],
    });
  });
});

test("a role that can write, and a follower out of reach, are told, and the status is 1", async () => {
  const { status, out } = await doctor([], {
    mixed: {
      followers: [
        { name: "writable", url: urlOf(writer) },
        { name: "down", url: "postgres://dataclips_reader:hunter2@127.0.0.1:1/shop" },
        { name: "sound", url: urlOf(reader) },
      ],
      primary: "postgres://postgres:hunter2@127.0.0.1:1/shop",
      allow_writable_role: true,
    },
  });
  expect(status).toBe(1);
  expect(out).toContain("  primary      ! it cannot be reached: nothing listens there\n");
  expect(out).toContain("  ! Clips run even where the role can write (allow_writable_role).\n");
  expect(out).toContain(`    ✗ role ${writer}, 3 sessions at once
    ✗ The role ${writer} may write to tables or views: public.orders (INSERT).
      Run sql/roles.sql again.
        REVOKE INSERT ON TABLE public.orders FROM ${writer};
`);
  expect(out).toContain(
    `    ! The role ${writer} may have 3 sessions at once (CONNECTION LIMIT), and each server process of Dataclips may have 8.\n`,
  );
  expect(out).toContain("\n  down\n    ✗ It cannot be reached: nothing listens there.\n\n  sound\n    ✓");
  expect(out).toMatch(/\n1 database, 3 followers, 1 out of reach, 1 error, \d warnings\n$/);
  expect(out).not.toContain("hunter2");
});

test("a follower out of reach alone is enough for status 1", async () => {
  const down = "postgres://dataclips_reader@127.0.0.1:1/shop";
  const { status, out } = await doctor(["--json"], { mixed: { followers: [urlOf(reader), down] } });
  expect(status).toBe(1);
  expect(JSON.parse(out).databases[0]).toMatchObject({
    ok: false,
    primary: { configured: false },
    followers: [{ ok: true }, { name: "follower-2", ok: false, reason: "nothing listens there" }],
  });
});

test("databases that are read by one role on one server share its connection limit", async () => {
  const database = { followers: [urlOf(reader)] };
  const { out } = await doctor(["a"], { a: database, b: database, c: { followers: [urlOf(reader, "primaryReader")] } });
  expect(out).toContain("Dataclips may have 16 as this role");
  const three = await doctor(["a"], { a: database, b: database, c: database });
  expect(three.status).toBe(0);
  expect(three.out).toContain(
    `    ! The role ${reader} may have 20 sessions at once (CONNECTION LIMIT), and each server process of Dataclips may have 24.\n`,
  );
});

test("a primary in a follower's place is a warning", async () => {
  const { status, out } = await doctor([], { only: { followers: [urlOf(reader, "primaryReader")] } });
  expect(status).toBe(0);
  expect(out).toContain("  primary      not configured: helpers cannot be installed from here\n");
  expect(out).toMatch(/ {4}! PostgreSQL 18\.\d+, a primary\n/);
  expect(out).toContain(
    "    ! This is a primary, not a follower: clips compete with everything else that works on it.\n",
  );
  expect(out).toMatch(/0 errors, 1 warning\n$/);
});

describe("the command", () => {
  test.each([
    [["--fast"], /Unknown option '--fast'/],
    [["nowhere"], /^There is no database "nowhere" here\. The databases are: sound\.\n/],
  ])("refuses %s with status 2", async (args, complaint) => {
    const { status, out, err } = await doctor(args, SOUND());
    expect(status).toBe(2);
    expect(out).toBe("");
    expect(err).toMatch(complaint);
    expect(err).toContain("dataclips doctor [database …] [--json]");
  });

  test("explains itself", async () => {
    const { status, out } = await doctor(["--help"], { broken: 1 });
    expect(status).toBe(0);
    expect(out).toMatch(/^dataclips doctor \[database …\] \[--json\]\n/);
  });
});

describe("without configured databases", () => {
  let directory = "";
  beforeAll(async () => {
    directory = await mkdtemp("/tmp/dc-test-");
    await chmod(directory, 0o755);
  });
  afterAll(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }));

  test("the samples are examined: on servers of its own, or on those that run", async () => {
    const env = { DATACLIPS_DATA: `${directory}/data` };
    const alone = await doctor([], null, env);
    expect(alone.status).toBe(0);
    expect(alone.err).toContain("Loading the sample database shop\n");
    expect(alone.out).toMatch(/^shop\n/);
    expect(alone.out).toMatch(/\n2 databases, 2 followers, 0 out of reach, 0 errors, 0 warnings\n$/);

    const embedded = await startEmbedded({ dataDirectory: env.DATACLIPS_DATA, samples: true, onProgress: () => {} });
    try {
      const beside = await doctor(["billing"], null, env);
      expect(beside).toMatchObject({ status: 0, err: "" });
      expect(beside.out).toMatch(/^billing\n/);
      expect(beside.out).toMatch(/\n1 database, 1 follower, 0 out of reach, 0 errors, 0 warnings\n$/);
    } finally {
      await embedded.stop();
    }
  });
});

describe("a follower that stands still", () => {
  let directory = "";
  let embedded: Embedded;
  beforeAll(async () => {
    directory = await mkdtemp("/tmp/dc-test-");
    await chmod(directory, 0o755);
    embedded = await startEmbedded({ dataDirectory: `${directory}/data`, samples: false, onProgress: () => {} });
  });
  afterAll(async () => {
    await embedded.stop();
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  });

  test("is said to be behind, or not to know", async () => {
    const url = (server: "primary" | "follower"): string =>
      embedded.url({ role: "postgres", database: "postgres", server });
    const behind = async (): Promise<string> =>
      (await doctor([], { pair: { followers: [url("follower")], max_lag_seconds: 0.000001 } })).out;
    const session = await connect(url("primary"));
    const follower = await connect(url("follower"));
    const untilFollower = (condition: string): Promise<void> =>
      until(async () => (await follower.query(`SELECT ${condition} AS holds`)).rows[0].holds === true);
    const isBehind = "pg_last_wal_receive_lsn() > pg_last_wal_replay_lsn()";

    await follower.query("SELECT pg_wal_replay_pause()");
    await untilFollower("pg_get_wal_replay_pause_state() = 'paused'");
    await session.query("CREATE TABLE t (n int)");
    await untilFollower(isBehind);
    const unknown = await behind();
    expect(unknown).toContain("a follower, nobody knows how far behind\n");
    expect(unknown).toContain("    ! The follower cannot say how far behind its primary it is.\n");
    expect(unknown).toMatch(
      / {4}! Its replay is paused, and it cannot say how far behind it is, and \d+ bytes wait: no clips run there\.\n/,
    );

    await follower.query("SELECT pg_wal_replay_resume()");
    await untilFollower("pg_last_xact_replay_timestamp() IS NOT NULL");
    await follower.query("SELECT pg_wal_replay_pause()");
    await untilFollower("pg_get_wal_replay_pause_state() = 'paused'");
    await session.query("DROP TABLE t");
    await untilFollower(isBehind);
    await follower.query("ALTER SYSTEM SET hot_standby_feedback = off");
    await follower.query("SELECT pg_reload_conf()");
    await until(async () => (await behind()).includes("hot_standby_feedback = off"));
    const late = await behind();
    expect(late).toMatch(/ {4}! It is \d+ seconds behind, and max_lag_seconds is 0\.000001: no clips run there\.\n/);
    expect(late).toContain(
      "    · Replay may cancel a clip that reads what the primary has cleaned up, after max_standby_streaming_delay (30s).\n",
    );
    await session.end();
    await follower.end();
  });
});
