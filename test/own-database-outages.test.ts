import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, open, rm } from "node:fs/promises";
import { promisify } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, expect, test } from "vitest";
import { processStage, TOKEN } from "./process-stage.ts";
import type { ServeProcess } from "./serve-process.ts";
import { FULL } from "./support/full.ts";
import { type PostgresServer, startPostgres } from "./support/postgres-servers.ts";
import { until } from "./support/test-server.ts";

const run = promisify(execFile);
const stage = processStage("outages");

/** How long each outage goes on. */
const OUTAGE_MS = FULL ? 60_000 : 5_000;
const EDITORS = 6;

const closings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0).toReversed()) await close();
});

/** A server of Dataclips whose own database is on a PostgreSQL of its own. */
async function startOn(root?: string) {
  const { primary, close } = await startPostgres(root === undefined ? {} : { root });
  closings.push(close);
  await primary.query(["CREATE ROLE dataclips LOGIN", "CREATE DATABASE own OWNER dataclips"]);
  const server = stage.start({ ...stage.settings(), DATABASE_URL: primary.url("dataclips", "own") });
  closings.push(async () => {
    server.kill("SIGKILL");
    await server.exited;
  });
  const { url, setUpUrl } = await server.ready();
  const cookie = await signUp(setUpUrl!);
  return { primary, server, url, cookie };
}

async function signUp(setUpUrl: string): Promise<string> {
  const { origin, searchParams } = new URL(setUpUrl);
  const response = await fetch(`${origin}/set-up`, {
    method: "POST",
    redirect: "manual",
    headers: { Origin: origin },
    body: new URLSearchParams({
      link: searchParams.get("link")!,
      email: "ada@example.com",
      password: "a password of the tests",
    }),
  });
  expect(response.status).toBe(303);
  return response.headers
    .getSetCookie()
    .map((set) => set.split(";")[0]!)
    .join("; ");
}

interface Editor {
  slug: string;
  /** The number in the last edit that was acknowledged, and in the last one that was tried. */
  acknowledged: number;
  tried: number;
}

/** Edits, runs and shares clips, several at once, as a person by a browser and as programs, until told to stop. */
function startEditors(url: string, cookie: string) {
  let working = true;
  const odd: string[] = [];
  const counts = { ok: 0, unavailable: 0 };
  const ask = async (as: number, method: string, path: string, json?: unknown): Promise<any> => {
    const headers: Record<string, string> =
      as % 2 === 0 ? { Authorization: `Bearer ${TOKEN}` } : { Cookie: cookie, Origin: url };
    const response = await fetch(url + path, {
      method,
      headers,
      redirect: "manual",
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    const text = await response.text();
    if (response.ok) {
      counts.ok++;
      return JSON.parse(text);
    }
    const { error } = text.startsWith("{") ? JSON.parse(text) : { error: { code: text } };
    const isExpected = response.status === 503 && error.code === "store_failed" && response.headers.has("Retry-After");
    if (isExpected) counts.unavailable++;
    else odd.push(`${method} ${path.replace(/\/\w{8,}/, "/…")}: ${response.status} ${JSON.stringify(error)}`);
    return null;
  };

  const edit = async (as: number): Promise<Editor> => {
    const fields = { database: "test", title: "n 0", sql: "SELECT 0 AS n", max_age_seconds: 0 };
    let clip = null;
    while (clip === null) clip = await ask(as, "POST", "/api/clips", fields);
    const editor: Editor = { slug: clip.slug, acknowledged: 0, tried: 0 };
    while (working) {
      const n = ++editor.tried;
      const made = await ask(as, "PATCH", `/api/clips/${editor.slug}`, { title: `n ${n}`, sql: `SELECT ${n} AS n` });
      if (made !== null) editor.acknowledged = n;
      await ask(as, "GET", `/clips/${editor.slug}.json`);
      await ask(as, "POST", `/api/clips/${editor.slug}/shares`, {});
    }
    return editor;
  };
  const editing = Promise.all(Array.from({ length: EDITORS }, (_, as) => edit(as)));
  return {
    counts,
    odd,
    async stop() {
      working = false;
      return editing;
    },
  };
}

/** No edit is half done, and none that was acknowledged is lost. */
async function expectWhole(primary: PostgresServer, editors: readonly Editor[]): Promise<void> {
  for (const { slug, acknowledged, tried } of editors) {
    const [clip] = await primary.query(
      `SELECT title, sql, number, (SELECT count(*)::int4 FROM audit_events WHERE clip_id = clips.id AND action = 'clip.edit') AS audited
         FROM clips JOIN versions ON clip_id = clips.id WHERE slug = '${slug}' ORDER BY number DESC LIMIT 1`,
      "own",
    );
    const n = Number(clip.title.slice(2));
    expect(clip.sql).toBe(`SELECT ${n} AS n`);
    expect(n).toBeGreaterThanOrEqual(acknowledged);
    expect(n).toBeLessThanOrEqual(tried);
    expect(clip.audited).toBe(clip.number - 1);
  }
}

/** What the log says of an outage: a line for each event, no stack; where the database was gone, that it is back. */
function expectLines(server: ServeProcess): void {
  const lines = server.err().split("\n").filter(Boolean);
  for (const line of lines) expect(line).toMatch(/^\S+ level=(info|warn|error) event=\w+ /);
  const count = (event: string): number => lines.filter((line) => line.includes(`event=${event} `)).length;
  expect(count("own_database_returned")).toBe(count("own_database_lost"));
}

const OUTAGES = {
  "is restarted again and again": async (primary: PostgresServer) => {
    await primary.restart("fast");
    await sleep(1_500);
  },
  "ends all sessions again and again": async (primary: PostgresServer) => {
    await primary.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'own'");
    await sleep(300);
  },
};

test.each(Object.entries(OUTAGES))(
  "a server whose own database %s answers 503 meanwhile, and goes on",
  async (_name, outage) => {
    const { primary, server, url, cookie } = await startOn();
    const editors = startEditors(url, cookie);
    await until(() => editors.counts.ok > 50);
    const endMs = performance.now() + OUTAGE_MS;
    while (performance.now() < endMs) await outage(primary);
    const { ok } = editors.counts;
    await until(() => editors.counts.ok > ok + 50);
    const done = await editors.stop();
    expect([...new Set(editors.odd)]).toEqual([]);
    expect(editors.counts.unavailable).toBeGreaterThan(0);
    await expectWhole(primary, done);
    expectLines(server);
    server.kill("SIGTERM");
    expect(await server.exited).toBe(0);
  },
  240_000,
);

const disk = await mkdtemp("/tmp/dc-disk-");
const hasDisk = await run("mount", ["-t", "tmpfs", "-o", "size=192m", "tmpfs", disk]).then(
  () => true,
  () => false,
);
afterAll(async () => {
  if (hasDisk) await run("umount", [disk]);
  await rm(disk, { recursive: true });
});

// A small disk takes the right to mount one.
test.skipIf(!hasDisk)(
  "a full disk under the own database is 503 too, until there is room",
  async () => {
    const { primary, server, url } = await startOn(disk);
    const comment = (n: number) => `SELECT ${n} AS n -- ${randomBytes(30_000).toString("base64")}`;
    const create = (n: number) =>
      stage.ask(url, "POST", "/api/clips", { database: "test", title: "large", sql: comment(n), max_age_seconds: 0 });
    expect((await create(0)).status).toBe(201);
    await fillUp(`${disk}/ballast`);
    let refused: Response | undefined;
    for (let n = 1; refused === undefined; n++) {
      const response = await create(n);
      if (response.status !== 201) refused = response;
      expect(n).toBeLessThan(500);
    }
    expect(refused.status).toBe(503);
    expect(refused.headers.get("Retry-After")).toBe("2");
    expect(await refused.json()).toMatchObject({
      error: { code: "store_failed", hint: expect.stringContaining("disk") },
    });
    expect(server.err()).toMatch(
      /level=warn event=own_database_refuses reason="could not extend file .* sqlstate=53100/,
    );
    await rm(`${disk}/ballast`);
    await until(async () => (await create(501)).status === 201);
    const [{ halves }] = await primary.query(
      "SELECT count(*)::int4 AS halves FROM clips WHERE NOT EXISTS (SELECT FROM versions WHERE clip_id = clips.id)",
      "own",
    );
    expect(halves).toBe(0);
    expectLines(server);
  },
  240_000,
);

/** Writes a file until the disk is full. */
async function fillUp(path: string): Promise<void> {
  const file = await open(path, "w");
  try {
    for (const bytes of [1024 * 1024, 4096]) {
      const zeros = Buffer.alloc(bytes);
      while (
        await file.write(zeros).then(
          ({ bytesWritten }) => bytesWritten > 0,
          () => false,
        )
      );
    }
  } finally {
    await file.close();
  }
}
