import { chmod, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import pg from "pg";
import { expect, test } from "vitest";
import { processStage, TOKEN } from "./process-stage.ts";
import { until } from "./support/test-server.ts";
import type { ServeProcess } from "./serve-process.ts";

const stage = processStage("node");
const { start } = stage;

async function listenOn(port: number): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return server;
}

const close = (server: Server): Promise<unknown> => new Promise((done) => void server.close(done));
const portOf = (url: string): number => Number(new URL(url).port);

function client(url: string, token = TOKEN) {
  return async (method: string, path: string, json?: unknown): Promise<any> => {
    const response = await fetch(url + path, {
      method,
      headers: { Authorization: `Bearer ${token}` },
      body: json === undefined ? null : JSON.stringify(json),
    });
    const text = await response.text();
    return /json/.test(response.headers.get("Content-Type") ?? "") ? JSON.parse(text) : text;
  };
}

/** Fills in the form to which the link leads that the server prints. */
async function makeAccount(setUpUrl: string): Promise<Response> {
  const { origin, searchParams } = new URL(setUpUrl);
  const fields = { link: searchParams.get("link")!, email: "ada@example.com", password: "a password of the tests" };
  return fetch(`${origin}/set-up`, {
    method: "POST",
    redirect: "manual",
    headers: { Origin: origin },
    body: new URLSearchParams(fields),
  });
}

test("a server on real databases says where it is, and is told to stop: runs end or are cancelled", async () => {
  const server = start();
  const { url, setUpUrl } = await server.ready();
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(setUpUrl).toMatch(new RegExp(`^${url}/set-up\\?link=[A-Za-z0-9_-]{43}$`));
  // The token was given: there is no need to show it.
  expect(server.out()).not.toContain(TOKEN);
  const made = await makeAccount(setUpUrl!);
  expect([made.status, made.headers.get("Location")]).toStrictEqual([303, "/"]);
  expect((await makeAccount(setUpUrl!)).status).toBe(409);

  const send = client(url);
  expect(await send("GET", "/api/databases")).toMatchObject([
    { name: "test", followers: [{ ok: true, is_primary: false }] },
  ]);
  // Samples are for the embedded PostgreSQL only.
  expect(await send("GET", "/api/clips")).toMatchObject({ total: 0 });
  const { slug } = await send("POST", "/api/clips", {
    database: "test",
    title: "Sleep",
    sql: "SELECT pg_sleep({{s}}::float)",
  });
  const short = await send("POST", `/api/clips/${slug}/runs`, { parameters: { s: 1 } });
  const long = await send("POST", `/api/clips/${slug}/runs`, { parameters: { s: 600 } });
  const waiting = send("GET", `/clips/${slug}.csv?s=600`).catch((error: Error) => error);
  const draft = stage.ask(url, "POST", "/api/databases/test/queries", { sql: "SELECT pg_sleep(600)" });
  await until(async () => {
    const runs = await Promise.all([short, long].map(({ id }) => send("GET", `/api/runs/${id}`)));
    return runs[1].state === "running" && runs[0].state !== "queued";
  });

  server.kill("SIGTERM");
  expect([await server.exited, server.err()]).toStrictEqual([0, ""]);
  expect(server.out()).toMatch(/\nStopping …\n$/);
  await waiting;
  // A run that nobody has written down says itself how it ended.
  const lines = (await (await draft).text()).trimEnd().split("\n");
  expect(JSON.parse(lines.at(-1)!)).toMatchObject({
    state: "cancelled",
  });
  await close(await listenOn(portOf(url)));
  const { rows } = await stage.own.query(
    "SELECT id, state, error->>'code' AS code FROM runs WHERE id = ANY($1) ORDER BY created_at",
    [[short.id, long.id]],
  );
  const left = await stage.own.query("SELECT state FROM runs WHERE state IN ('queued', 'running')");
  const unsealed = await stage.own.query("SELECT 1 FROM results WHERE sealed_at IS NULL");
  expect(rows).toStrictEqual([
    { id: short.id, state: "done", code: null },
    { id: long.id, state: "cancelled", code: "run_cancelled" },
  ]);
  expect([left.rows, unsealed.rows]).toStrictEqual([[], []]);
  const reader = new pg.Client(stage.settings()["READER_URL"]);
  await reader.connect();
  await until(async () => {
    const sessions = await reader.query(
      "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
    return sessions.rows.length === 0;
  });
  await reader.end();
}, 120_000);

test.concurrent("a port that is taken is said, when it was chosen", async () => {
  const taken = await listenOn(0);
  try {
    const { port } = taken.address() as { port: number };
    const server = start({ ...stage.settings(), PORT: String(port) });
    expect(await server.exited).toBe(1);
    expect(server.err()).toBe(
      `Cannot listen on 127.0.0.1, port ${port} (EADDRINUSE).\nAnother program has the port: stop it, or set PORT to another one.\n`,
    );
    expect(server.out()).toBe("");
  } finally {
    await close(taken);
  }
});

test.concurrent("a wrong configuration ends with every fault, and no password", async () => {
  const server = start({
    PORT: "http",
    DATABASE_URL: "mysql://root:hunter2@db.test/own",
    DATACLIPS_DATABASES: '{"shop": {"followers": ["http://u:hunter2@db.test"], "rows": 5}}',
  });
  expect(await server.exited).toBe(1);
  expect(server.err()).toBe(
    [
      "The configuration has 6 faults:",
      "  - PORT must be a number from 0 to 65535.",
      "  - DATABASE_URL must be a postgres:// URL.",
      "  - DATACLIPS_TOKEN is missing: with DATABASE_URL there is no default. Make one with: openssl rand -hex 24",
      "  - DATACLIPS_SECRET is missing: with DATABASE_URL there is no default. Make one with: openssl rand -hex 32",
      "  - DATACLIPS_DATABASES shop.followers.0: must be a postgres:// URL.",
      '  - DATACLIPS_DATABASES shop: Unrecognized key: "rows".',
      "",
    ].join("\n"),
  );
});

test.concurrent("a database that cannot be reached is said, without its password", async () => {
  const server = start({ ...stage.settings(), DATABASE_URL: "postgres://dataclips:hunter2@127.0.0.1:1/own" });
  expect(await server.exited).toBe(1);
  expect(server.err()).toContain("ECONNREFUSED");
  expect(server.err()).toContain("DATABASE_URL");
  expect(server.err()).not.toContain("hunter2");
});

test.concurrent("a command that there is not is answered with those that there are", async () => {
  const server = start({}, ["sevre"]);
  expect(await server.exited).toBe(2);
  expect(server.err()).toMatch(/dataclips serve +starts the server/);
});

test("without any configuration there is a primary, a follower, and data to query; a second start keeps it all", async () => {
  const directory = await mkdtemp("/tmp/dc-test-");
  // Open to others, as an ordinary checkout is: root hands PostgreSQL to another user.
  await chmod(directory, 0o755);
  const data = join(directory, "data");
  // The usual port is taken: the next free one will do, for nobody chose it.
  const taken = await listenOn(3000).catch(() => null);
  const env = { HOST: "127.0.0.1", DATACLIPS_DATA: data };
  let first: ServeProcess | undefined;
  let second: ServeProcess | undefined;
  try {
    first = start(env);
    const { url, setUpUrl } = await first.ready();
    expect(portOf(url)).toBeGreaterThan(3000);
    expect(portOf(url)).toBeLessThanOrEqual(3020);
    const [, token = ""] = /Token for the API: +(\S+)\n/.exec(first.out()) ?? [];
    expect(await readFile(join(data, "token"), "utf8")).toBe(`${token}\n`);
    expect(((await stat(join(data, "token"))).mode & 0o777).toString(8)).toBe("600");
    expect((await makeAccount(setUpUrl!)).status).toBe(303);

    const send = client(url, token);
    const databases = await send("GET", "/api/databases");
    expect(databases).toMatchObject([
      { name: "shop", has_primary: true, followers: [{ name: "follower", ok: true, is_primary: false }] },
      { name: "billing", has_primary: true, followers: [{ name: "follower", ok: true, is_primary: false }] },
    ]);
    const { clips, total } = await send("GET", "/api/clips");
    expect(total).toBe(clips.length);
    expect(clips.map((clip: any) => clip.title)).toContain("Waiting to be shipped");
    const sample = clips.find((clip: any) => clip.title === "Waiting to be shipped");
    const csv = await send("GET", `/clips/${sample.slug}.csv?days=20`);
    expect(csv.split("\n")[0]).toBe("id,name,country,placed_at,waiting,total,currency,note");
    expect(csv.split("\n").length).toBeGreaterThan(2);

    const { slug } = await send("POST", "/api/clips", {
      database: "shop",
      title: "Mine",
      sql: "SELECT count(*)::int AS n FROM countries WHERE name = {{name}}",
      max_age_seconds: 0,
    });
    expect(await send("GET", `/clips/${slug}.csv?name=Atlantis`)).toBe("n\n0\n");
    const sockets = encodeURIComponent(join(data, "postgresql", "run"));
    const primary = new pg.Client(`postgres://postgres@${sockets}:5432/shop`);
    await primary.connect();
    await primary.query("INSERT INTO countries VALUES ('XX', 'Atlantis', 'Atlantis', 'EUR', 1, 2)");
    await primary.end();
    await until(async () => (await send("GET", `/clips/${slug}.csv?name=Atlantis`)) === "n\n1\n");

    first.kill("SIGTERM");
    expect([await first.exited, first.err()]).toStrictEqual([0, ""]);

    // While it is stopped, its PostgreSQL is started for the command.
    const printLink = async (): Promise<string> => {
      const command = start(env, ["sign-in-link", "ada@example.com"]);
      expect([await command.exited, command.err()]).toStrictEqual([0, expect.stringContaining("signs in ada <ada@")]);
      const { pathname, search } = new URL(command.out().trim());
      return pathname + search;
    };
    const links = [await printLink()];

    second = start({ ...env, PORT: "0" });
    const again = await second.ready();
    links.push(await printLink());
    for (const link of links) {
      const signedIn = await fetch(again.url + link, { redirect: "manual" });
      expect([signedIn.status, signedIn.headers.get("Location")]).toStrictEqual([303, "/account#password"]);
    }
    expect(second.out()).toContain(token);
    // The first administrator is there: they sign in.
    expect([again.setUpUrl, second.out()]).toStrictEqual([null, expect.not.stringContaining("set-up")]);
    const resend = client(again.url, token);
    expect((await resend("GET", "/api/clips")).total).toBe(total + 1);
    expect(await resend("GET", `/clips/${slug}.csv?name=Atlantis`)).toBe("n\n1\n");
    second.kill("SIGINT");
    expect(await second.exited).toBe(0);
  } finally {
    for (const started of [first, second]) started?.kill("SIGTERM");
    await Promise.all([first?.exited, second?.exited]);
    if (taken !== null) await close(taken);
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}, 120_000);
