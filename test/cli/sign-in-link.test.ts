import { mkdtemp, rm } from "node:fs/promises";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test, vi } from "vitest";
import { signInLinkCommand } from "../../src/cli/sign-in-link.ts";
import { addPerson } from "../support/add-person.ts";
import { DATABASE } from "../support/global-setup.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

let server: TestServer;
let ownUrl: string;
beforeAll(async () => {
  server = await startTestServer();
  const { rows } = await server.own.query("SELECT current_database() AS name");
  ownUrl = inject("cluster").own.replace(DATABASE, rows[0].name);
});
afterAll(() => server.close());
beforeEach(() => server.own.query("DELETE FROM people; DELETE FROM sign_in_links"));
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** Runs the command with the settings of a server on a real database. */
async function signInLink(args: string[], env: Record<string, string | undefined> = {}) {
  const settings = {
    DATABASE_URL: ownUrl,
    DATACLIPS_TOKEN: "a-token-for-this-test",
    DATACLIPS_SECRET: "a-secret-for-this-test-of-40-characters-",
    DATACLIPS_DATABASES: JSON.stringify({ shop: { followers: [server.readerUrl] } }),
    DATACLIPS_URL: server.url,
    DATACLIPS_DATA: undefined,
    ...env,
  };
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
  const written = { out: "", err: "" };
  vi.spyOn(process.stdout, "write").mockImplementation((text) => Boolean((written.out += text)));
  vi.spyOn(process.stderr, "write").mockImplementation((text) => Boolean((written.err += text)));
  try {
    return { status: await signInLinkCommand(args), ...written };
  } finally {
    vi.restoreAllMocks();
  }
}

const open = (link: string): Promise<Response> => fetch(link.trim(), { redirect: "manual" });

test("it prints a link that signs in the person whose address it is, once", async () => {
  const { db } = server.deps;
  await addPerson(db, "administrator", { email: "boss@example.com" });
  const person = await addPerson(db, "viewer", { name: "Ada", email: "ada@example.com" });
  const { status, out, err } = await signInLink(["Ada@Example.com"]);
  expect([status, err]).toStrictEqual([0, "This link signs in Ada <ada@example.com>, once, within a day:\n"]);
  expect(out).toMatch(new RegExp(`^${server.url}/sign-in\\?link=[\\w-]{43}\n$`));
  expect((await open(out)).headers.get("Location")).toBe("/account#password");
  expect((await open(out)).status).toBe(401);
  const { rows } = await server.own.query(
    "SELECT actor, actor_name, address, details FROM audit_events WHERE action = 'person.sign_in_link'",
  );
  expect(rows).toStrictEqual([
    {
      actor: "token",
      actor_name: "dataclips sign-in-link",
      address: null,
      details: { person: person.id, email: "ada@example.com" },
    },
  ]);
});

test("without an address it is for the oldest administrator, or, while there is none, for the set-up", async () => {
  const { db } = server.deps;
  const setUp = await signInLink([]);
  expect([setUp.status, setUp.err]).toStrictEqual([
    0,
    "This link makes the first administrator, once, within a day:\n",
  ]);
  expect(setUp.out).toMatch(new RegExp(`^${server.url}/set-up\\?link=[\\w-]{43}\n$`));
  expect((await open(setUp.out)).status).toBe(200);
  await addPerson(db, "editor", { email: "first@example.com" });
  await addPerson(db, "administrator", { name: "Boss", email: "boss@example.com" });
  await addPerson(db, "administrator", { email: "later@example.com" });
  expect((await signInLink([])).err).toContain("signs in Boss <boss@example.com>");
});

test("without DATACLIPS_URL the link begins with where the server listens by itself", async () => {
  await addPerson(server.deps.db, "administrator");
  const { out, err } = await signInLink([], { DATACLIPS_URL: undefined, HOST: "::1", PORT: "4000" });
  expect(out).toMatch(/^http:\/\/\[::1\]:4000\/sign-in\?link=/);
  expect(err).toContain("If the server is reached under another address, its path is the same there.");
});

test("it says when there is nobody of that address, or they may not sign in", async () => {
  await addPerson(server.deps.db, "viewer", { email: "gone@example.com" });
  await server.own.query("UPDATE people SET disabled_at = now()");
  for (const email of ["nobody@example.com", "gone@example.com"]) {
    await expect(signInLink([email])).rejects.toMatchObject({
      message: `There is nobody who may sign in with the email address ${email}.`,
    });
  }
  expect((await server.own.query("SELECT 1 FROM sign_in_links")).rows).toStrictEqual([]);
});

test("it says when the database cannot be used, without its password", async () => {
  const refused = await signInLink([], { DATABASE_URL: "postgres://u:hunter2@127.0.0.1:1/own" }).catch(
    (error) => error,
  );
  expect(refused).toMatchObject({ code: "store_failed", message: expect.stringContaining("ECONNREFUSED") });
  expect(`${refused.message} ${refused.hint}`).not.toContain("hunter2");
  const admin = new pg.Client(inject("cluster").admin);
  await admin.connect();
  const name = `empty_${process.pid}_${Date.now().toString(36)}`;
  await admin.query(`CREATE DATABASE ${name} OWNER dataclips`);
  try {
    await expect(signInLink([], { DATABASE_URL: inject("cluster").own.replace(DATABASE, name) })).rejects.toMatchObject(
      {
        hint: "It does not have the tables of this release yet: dataclips migrate makes them, and dataclips serve too.",
      },
    );
  } finally {
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin.end();
  }
});

test("with the embedded PostgreSQL, which never ran there, it says what to do", async () => {
  const directory = await mkdtemp("/tmp/dc-test-");
  try {
    const env = { DATABASE_URL: undefined, DATACLIPS_DATABASES: undefined, DATACLIPS_DATA: `${directory}/data` };
    await expect(signInLink([], env)).rejects.toMatchObject({
      message: expect.stringContaining("There is no embedded PostgreSQL"),
      hint: expect.stringContaining("dataclips serve"),
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});

test("it says how it is used", async () => {
  expect((await signInLink(["--help"])).out).toContain("dataclips sign-in-link [email]");
  expect(await signInLink(["a@example.com", "b@example.com"])).toMatchObject({ status: 2, out: "" });
  expect(await signInLink(["--unknown"])).toMatchObject({ status: 2, out: "" });
});
