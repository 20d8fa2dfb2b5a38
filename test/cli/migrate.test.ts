import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, inject, test, vi } from "vitest";
import { migrateCommand } from "../../src/cli/migrate.ts";
import { DATABASE } from "../support/global-setup.ts";

const NAME = `migrated_${process.pid}_${Date.now().toString(36)}`;
const url = inject("cluster").own.replace(DATABASE, NAME);
let admin: pg.Client;

beforeAll(async () => {
  admin = new pg.Client(inject("cluster").admin);
  await admin.connect();
  await admin.query(`CREATE DATABASE ${NAME} OWNER dataclips`);
});
afterAll(async () => {
  await admin.query(`DROP DATABASE ${NAME} WITH (FORCE)`);
  await admin.end();
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

async function migrate(args: string[], databaseUrl: string | undefined = url) {
  const settings = {
    DATABASE_URL: databaseUrl,
    DATACLIPS_TOKEN: "a-token-for-this-test",
    DATACLIPS_SECRET: "a-secret-for-this-test-of-40-characters-",
    DATACLIPS_DATABASES: JSON.stringify({ shop: { followers: ["postgres://reader@localhost/shop"] } }),
  };
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
  const written = { out: "", err: "" };
  vi.spyOn(process.stdout, "write").mockImplementation((text) => Boolean((written.out += text)));
  vi.spyOn(process.stderr, "write").mockImplementation((text) => Boolean((written.err += text)));
  return { status: await migrateCommand(args), ...written };
}

test("it makes the tables, and leaves what is there alone", async () => {
  expect(await migrate([])).toStrictEqual({
    status: 0,
    out: "Dataclips' own database has the tables of this release.\n",
    err: "",
  });
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(
      "INSERT INTO clips (slug, title, database, max_age_seconds) VALUES ('kept', 'A clip', 'shop', 60)",
    );
    expect(await migrate([])).toMatchObject({ status: 0 });
    expect((await client.query("SELECT title FROM clips")).rows).toStrictEqual([{ title: "A clip" }]);
  } finally {
    await client.end();
  }
});

test("a database that cannot be used is said", async () => {
  await expect(migrate([], url.replace(NAME, `${NAME}_not`))).rejects.toMatchObject({
    code: "store_failed",
    message: `Dataclips' own database (DATABASE_URL) cannot be used: database "${NAME}_not" does not exist`,
  });
});

test("without DATABASE_URL there is nothing to do, and it says so", async () => {
  const { status, out, err } = await migrate([], "");
  expect([status, out]).toStrictEqual([2, ""]);
  expect(err).toContain("DATABASE_URL is not set");
});

test("its usage", async () => {
  expect((await migrate(["--help"])).out).toContain("dataclips migrate\n");
  expect(await migrate(["now"])).toMatchObject({ status: 2, out: "" });
});
