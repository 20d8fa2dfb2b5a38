import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../../src/databases/database-config.ts";
import { startTestServer, type TestServer, until } from "../support/test-server.ts";
import { type Attack, fillIn, readAttacks, SECRETS } from "./read-attacks.ts";
import { type Stage, startStage, type Target } from "./stage.ts";
import { sample } from "../support/full.ts";

const LIMITS = {
  timeoutMs: 300,
  maxRows: 1000,
  maxBytes: 1024 * 1024,
  maxRowBytes: 512 * 1024,
  // What a configuration that says nothing has.
  functions: DEFAULT_LIMITS.functions,
  relations: DEFAULT_LIMITS.relations,
};

/** The codes with which a clip's SQL may be refused or stopped, and their statuses. */
const CODES: Record<string, number> = {
  invalid_request: 400,
  invalid_parameter: 400,
  not_read_only: 400,
  request_too_large: 413,
  query_failed: 422,
  follower_lost: 503,
  query_timeout: 504,
  /** The transfer broke off before the line that says why: a reset may overtake it. */
  broken: 200,
};

const attacks = readAttacks();

let stage: Stage;
let target: Target;
const servers: Partial<Record<"follower" | "primary", TestServer>> = {};
/** On a database where sql/revokes.sql was run as well. */
let revoked: TestServer;
/** Sessions that an attack may want to end, and what the forged messages would reach. */
const victims: pg.Client[] = [];
const notifications: unknown[] = [];

beforeAll(async () => {
  stage = await startStage();
  target = await stage.addDatabase("att_whole", ["roles"]);
  const both = await stage.addDatabase("att_both", ["roles", "revokes"]);
  await target.admin().query("LISTEN app_events");
  target.admin().on("notification", (message) => notifications.push(message));
  await stage.catchUp();
  revoked = await startTestServer(LIMITS, () => [{ name: "follower", url: both.url("dataclips_reader", "follower") }]);
  for (const on of ["follower", "primary"] as const) {
    servers[on] = await startTestServer(LIMITS, () => [{ name: on, url: target.url("dataclips_reader", on) }]);
    for (const [application_name, role] of [
      ["att_victim_same", "dataclips_reader"],
      ["att_victim_other", "att_other"],
    ] as const) {
      const victim = new pg.Client({ connectionString: target.url(role, on), application_name });
      victim.on("error", () => {});
      await victim.connect();
      await victim.query("SELECT 'TOPSECRET-query'");
      victims.push(victim);
    }
  }
});
afterAll(async () => {
  for (const server of Object.values(servers)) await server.close();
  await revoked?.close();
  for (const victim of victims) await victim.end();
  await stage?.close();
});

interface Answer {
  status: number;
  body: string;
  error: { code: string; message: string } | undefined;
  rows: unknown[][];
  truncated: boolean;
}

/** Makes a clip of a text and asks for its rows, as anybody may who has an account. */
async function ask(server: TestServer, sql: string): Promise<Answer> {
  const made = await server.request("/api/clips", {
    method: "POST",
    json: { database: "test", title: "An attack", sql, max_age_seconds: 0 },
  });
  if (made.status !== 201) return readAnswer(made.status, await made.text());
  const { slug } = (await made.json()) as { slug: string };
  const response = await server.request(`/clips/${slug}.ndjson`);
  const { body, broken } = await readAll(response);
  const answer = readAnswer(response.status, body);
  return broken ? { ...answer, error: answer.error ?? { code: "broken", message: "The transfer broke off." } } : answer;
}

/** What came of a body in whole lines, though its transfer was broken. */
async function readAll(response: Response): Promise<{ body: string; broken: boolean }> {
  const pieces: Uint8Array[] = [];
  let broken = false;
  try {
    for await (const piece of response.body!) pieces.push(piece);
  } catch {
    broken = true;
  }
  const text = Buffer.concat(pieces).toString();
  return { body: broken ? text.slice(0, text.lastIndexOf("\n") + 1) : text, broken };
}

function readAnswer(status: number, body: string): Answer {
  const lines = body
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
  const last = lines.at(-1);
  const rows = lines.filter((line) => Array.isArray(line)) as unknown[][];
  return { status, body, error: last?.error, rows, truncated: last?.done?.truncated ?? false };
}

/** What is wrong with an answer; nothing, where the attack was held as it should be. */
function faultsOf({ expect: expected, secret, rows }: Attack, answer: Answer): string[] {
  const { status, error, body, truncated } = answer;
  const faults: [string, boolean][] = [
    ["it shows what is secret", SECRETS.test(body)],
    ["it shows what this attack is after", secret !== undefined && status === 200 && new RegExp(secret).test(body)],
    ["an error has a code that is not documented", error !== undefined && CODES[error.code] === undefined],
    // What fails after its first row has had its 200.
    ["an error has another code's status", error !== undefined && ![CODES[error.code], 200].includes(status)],
    ["an error says nothing", error !== undefined && error.message.trim() === ""],
    ["it was not refused", expected === "refused" && error === undefined],
    ["it was not stopped", expected === "stopped" && error === undefined && !truncated],
    [`it was refused: ${error?.message}`, expected === "harmless" && error !== undefined],
    [
      `it gives other rows: ${JSON.stringify(answer.rows)}`,
      rows !== undefined && JSON.stringify(rows) !== JSON.stringify(answer.rows),
    ],
  ];
  return faults.filter(([, holds]) => holds).map(([fault]) => fault);
}

describe.each(["follower", "primary"] as const)("the whole stack on a %s", (on) => {
  test.for(on === "follower" ? attacks : sample(attacks, 3))("$id: $title", async (attack, { task }) => {
    const server = servers[on]!;
    const values = await target.values(attack);
    let answer = await ask(server, fillIn(attack.sql, values));
    // The time limit is so short that a busy machine may meet it with anything: what does no harm is asked again.
    for (let again = 0; again < 5 && attack.expect === "harmless" && answer.error?.code === "query_timeout"; again++) {
      answer = await ask(server, fillIn(attack.sql, values));
    }
    const { rows } = await target.admin().query({ text: fillIn(attack.harm_check_sql, values), rowMode: "array" });
    const isChanged = await target.isChanged();
    if (isChanged) await target.restore();
    if (attack.category === "resources") await until(async () => (await stage.busy(on)).length === 0);
    const harm = rows[0]?.[0] === true;
    const faults = faultsOf(attack, answer);
    const harmed = isChanged || harm || SECRETS.test(answer.body);
    const layer = `the whole stack, on a ${on}`;
    task.meta.attack = { layer, id: attack.id, title: attack.title, held: faults.length === 0 && !harmed, harmed };
    expect({ isChanged, harm, faults }).toEqual({ isChanged: false, harm: false, faults: [] });
  });

  test("nobody's session was ended, nothing was sent to it, and no session or lock is left", async () => {
    for (const victim of victims) await victim.query("SELECT 1");
    expect(notifications).toEqual([]);
    await until(async () => (await stage.busy(on)).length === 0);
    await until(async () => {
      const { rows } = await target.admin().query("SELECT FROM pg_locks WHERE locktype = 'advisory'");
      return rows.length === 0;
    });
  });

  test("the server logged no fault of its own", () => {
    expect(servers[on]!.logged).toEqual([]);
  });
});

test("every attack is plain text as the value of a parameter", async () => {
  const server = servers.follower!;
  const texts = attacks
    .map(({ sql }) => sql)
    .filter((sql) => sql.length < 1000 && !sql.includes("\0") && sql.isWellFormed());
  const names = ["a", "b", "c", "d", "e"];
  const sql = `SELECT ${names.map((name) => `{{${name}:}}::text`).join(", ")}`;
  const clip = await server.createClip(sql, { max_age_seconds: 0 });
  const found: unknown[] = [];
  for (let at = 0; at < texts.length; at += names.length) {
    const some = texts.slice(at, at + names.length);
    const query = new URLSearchParams(some.map((text, index) => [names[index]!, text]));
    const response = await server.request(`/clips/${clip.slug}.ndjson?${query}`);
    found.push(
      ...readAnswer(response.status, await response.text())
        .rows.flat()
        .slice(0, some.length),
    );
  }
  expect(found).toEqual(texts);
  expect(await target.isChanged()).toBe(false);
});

describe("with sql/revokes.sql too", () => {
  test.for(attacks.filter(({ expect: expected }) => expected === "harmless"))("$id: $title", async (attack) => {
    expect(faultsOf(attack, await ask(revoked, fillIn(attack.sql, await target.values(attack))))).toEqual([]);
  });
});
