import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { getClip } from "../../src/clips/clips.ts";
import { DEFAULT_LIMITS } from "../../src/databases/database-config.ts";
import { AppError } from "../../src/errors.ts";
import { dematerializeClip, materializeClip } from "../../src/materialized/materialize.ts";
import { type Attack, fillIn, readAttacks, SECRETS } from "../attacks/read-attacks.ts";
import { sample } from "../support/full.ts";
import { type Stage, startStage, type Target } from "../attacks/stage.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

/** Of a refresh; some attacks want to be large, or long. */
const LIMITS = { timeoutMs: 2_000, maxBytes: 8 * 1024 ** 2, maxGrowthBytes: 256 * 1024 ** 2 };
/** How an attack may be refused or stopped. */
const CODES = new Set("invalid_request not_read_only request_too_large query_failed query_timeout".split(" "));

let stage: Stage;
let target: Target;
let server: TestServer;
let slug: string;
let clipId: number;
/** Sessions that an attack may want to end. */
const victims: pg.Client[] = [];

beforeAll(async () => {
  stage = await startStage();
  // What the first materialized clip brings with it is no harm: it is there beforehand.
  const template = new pg.Client(stage.embedded.url({ role: "postgres", database: "att_template" }));
  await template.connect();
  await template.query(
    `CREATE ROLE dataclips_reader_views; GRANT dataclips_reader TO dataclips_reader_views WITH INHERIT TRUE, SET FALSE;
     CREATE SCHEMA dataclips; GRANT USAGE, CREATE ON SCHEMA dataclips TO dataclips_reader_views;
     GRANT USAGE ON SCHEMA dataclips TO dataclips_reader`,
  );
  await template.end();
  target = await stage.addDatabase("att_views", ["roles"]);
  await stage.catchUp();
  server = await startTestServer(
    { primary: target.url("postgres", "primary"), timeoutMs: 1_000, functions: DEFAULT_LIMITS.functions },
    () => [{ name: "follower", url: target.url("dataclips_reader", "follower") }],
  );
  for (const [application_name, role] of [
    ["att_victim_same", "dataclips_reader"],
    ["att_victim_other", "att_other"],
  ] as const) {
    const victim = new pg.Client({ connectionString: target.url(role, "primary"), application_name });
    victim.on("error", () => {});
    await victim.connect();
    victims.push(victim);
  }
  ({ slug, id: clipId } = await server.createClip("SELECT id FROM app.accounts"));
});
afterAll(async () => {
  await server?.close();
  for (const victim of victims) await victim.end();
  await stage?.close();
});

/** Materializes the clip with an attack for its SQL, whatever keeps it from being saved, and gives what others can read. */
async function attempt(sql: string): Promise<{ error: unknown; content: string }> {
  const clip = { ...(await getClip(server.deps.db, slug)), sql };
  if (sql.isWellFormed() && !sql.includes("\0")) {
    await server.own.query("UPDATE versions SET sql = $1 WHERE clip_id = $2", [sql, clipId]);
  }
  const wish = { name: "attacked", uniqueColumns: null, cron: null, timeZone: null };
  try {
    await materializeClip(server.deps, clip, wish, LIMITS);
    const { rows } = await target.admin().query("SELECT * FROM dataclips.attacked LIMIT 10000");
    await dematerializeClip(server.deps, clip);
    return { error: null, content: JSON.stringify(rows) };
  } catch (error) {
    return { error, content: JSON.stringify(error, Object.getOwnPropertyNames(error)) };
  }
}

const faultsOf = ({ expect: expected, secret }: Attack, { error, content }: { error: unknown; content: string }) =>
  Object.entries({
    "it shows what is secret": SECRETS.test(content),
    "it shows what this attack is after": error === null && secret !== undefined && new RegExp(secret).test(content),
    "it was not refused": expected === "refused" && error === null,
    [`it broke something: ${String(error)}`]: error !== null && !(error instanceof AppError && CODES.has(error.code)),
  })
    .filter(([, holds]) => holds)
    .map(([fault]) => fault);

test("a harmless clip is materialized", async () => {
  expect(await attempt("SELECT id FROM app.accounts WHERE id < 3 ORDER BY id")).toStrictEqual({
    error: null,
    content: '[{"id":1},{"id":2}]',
  });
  expect(await target.isChanged()).toBe(false);
});

test.for(sample(readAttacks(), 3))("$id: $title", async (attack) => {
  const values = await target.values(attack);
  const answer = await attempt(fillIn(attack.sql, values));
  const { rows } = await target.admin().query({ text: fillIn(attack.harm_check_sql, values), rowMode: "array" });
  const isChanged = await target.isChanged();
  if (isChanged) await target.restore();
  expect({ isChanged, harm: rows[0]?.[0] === true, faults: faultsOf(attack, answer) }).toStrictEqual({
    isChanged: false,
    harm: false,
    faults: [],
  });
});

test("nothing is left of all that", async () => {
  const { rows } = await target.admin().query(
    `SELECT relname FROM pg_class WHERE relnamespace = 'dataclips'::regnamespace
     UNION ALL SELECT locktype FROM pg_locks WHERE locktype = 'advisory'`,
  );
  expect(rows).toStrictEqual([]);
  expect(server.logged).toStrictEqual([]);
});
