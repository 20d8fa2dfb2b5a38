import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { helpersCommand } from "../../src/cli/helpers.ts";
import { helperFiles } from "../../src/helpers/helper-files.ts";
import { hasPljs } from "../support/pljs.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());
beforeEach(() => server.primary.query("DROP SCHEMA IF EXISTS dataclips CASCADE; DROP EXTENSION IF EXISTS pljs"));
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** Runs the command on a database `shop` with a primary, and one without. */
async function helpers(...args: string[]) {
  for (const variable of ["DATABASE_URL", "DATACLIPS_DATA", "DATACLIPS_TOKEN"]) vi.stubEnv(variable, undefined);
  const followers = [server.readerUrl];
  const databases = { shop: { primary: server.primaryUrl, followers }, reports: { followers } };
  vi.stubEnv("DATACLIPS_DATABASES", JSON.stringify(databases));
  const written = { out: "", err: "" };
  vi.spyOn(process.stdout, "write").mockImplementation((text) => Boolean((written.out += text)));
  vi.spyOn(process.stderr, "write").mockImplementation((text) => Boolean((written.err += text)));
  try {
    return { status: await helpersCommand(args), ...written };
  } finally {
    vi.restoreAllMocks();
  }
}

describe.runIf(hasPljs)("dataclips helpers", () => {
  test("status, install, install again, remove: for people", async () => {
    const count = helperFiles().length;
    const before = await helpers("status", "shop");
    expect(before.status).toBe(1);
    expect(before.out).toContain("shop, schema dataclips\n  language pljs 1.0.5, which is not installed yet\n");
    expect(before.out).toMatch(
      /\n {2}! object_from_arrays +missing\n {6}object_from_arrays\(keys text\[\], vals text\[\]\) returns json\n/,
    );
    expect(before.out).toContain(`\n${count} missing\n`);

    const installed = await helpers("install", "shop");
    expect(installed.status).toBe(0);
    expect(installed.out).toMatch(/^shop: the helpers are installed in the schema dataclips, in pljs\.\n/);
    expect(installed.out).toMatch(/\n {2}new: .*object_from_arrays/);
    expect(installed.out).toMatch(/\n {2}✓ follower has what the primary has\n$/);

    const after = await helpers("status", "shop");
    expect(after.status).toBe(0);
    expect(after.out).toMatch(/\n {2}✓ object_from_arrays +current\n/);
    expect(after.out).toContain(`\n${count} current\n`);

    const again = await helpers("install", "shop");
    expect(again).toMatchObject({
      status: 0,
      out: expect.stringContaining("shop: all helpers are current; nothing has been changed."),
    });

    const removed = await helpers("remove", "shop");
    expect(removed.status).toBe(0);
    expect(removed.out).toMatch(
      /^shop: \d+ functions have been removed from the schema dataclips\.\n {2}The schema has been dropped\.\n/,
    );
    expect(removed.out).toContain("The extension pljs stays, others may use it: DROP EXTENSION pljs;");
    expect((await helpers("remove", "shop")).out).toContain("there are no helpers in the schema dataclips.");
  });

  test("status, install and remove: for programs, in another schema", async () => {
    const other = ["--schema", "reporting", "--json", "--wait", "5"];
    const installed = await helpers("install", "shop", ...other);
    expect(JSON.parse(installed.out)).toMatchObject({ database: "shop", schema: "reporting", changed: true });
    const there = await helpers("status", "shop", ...other);
    expect(there.status).toBe(0);
    expect(JSON.parse(there.out)).toMatchObject({ ok: true, schema: "reporting" });
    expect(await helpers("status", "shop", "--json")).toMatchObject({ status: 1 });
    const removed = await helpers("remove", "shop", ...other);
    expect(JSON.parse(removed.out)).toMatchObject({ schema_dropped: true, extensions: ["pljs"] });
  });

  test("a dry run prints SQL that can be run as it stands, and changes nothing", async () => {
    const { status, out } = await helpers("install", "shop", "--dry-run");
    expect(status).toBe(0);
    expect(out).toMatch(
      /^-- Installs the helpers of Dataclips into the schema dataclips of shop\. Run it with: psql .*\nBEGIN;\n/,
    );
    expect(out).toMatch(/\nCOMMIT;\n$/);
    expect(out).toMatch(/CREATE EXTENSION pljs;\nREVOKE USAGE ON LANGUAGE pljs FROM PUBLIC;/);
    expect(out).not.toMatch(/:"(schema|language)"/);
    expect((await helpers("status", "shop")).status).toBe(1);
    await server.primary.query(out);
    expect((await helpers("status", "shop")).status).toBe(0);
    const removal = JSON.parse((await helpers("remove", "shop", "--dry-run", "--json")).out) as { sql: string };
    await server.primary.query(removal.sql);
    expect(JSON.parse((await helpers("status", "shop", "--json")).out)).toMatchObject({
      helpers: helperFiles().map(() => ({ state: "missing" })),
    });
  });

  test("what was changed by hand is shown, and replaced with --force", async () => {
    await helpers("install", "shop");
    await server.primary.query("ALTER FUNCTION dataclips.object_from_arrays STABLE");
    const { status, out } = await helpers("status", "shop");
    expect(status).toBe(1);
    expect(out).toMatch(/! object_from_arrays +changed_by_hand: object_from_arrays\(text\[\], text\[\]\)\n/);
    await expect(helpers("install", "shop")).rejects.toMatchObject({
      code: "conflict",
      hint: expect.stringContaining("--force"),
    });
    expect(await helpers("install", "shop", "--force")).toMatchObject({
      status: 0,
      out: expect.stringContaining("\n  upgraded: object_from_arrays\n"),
    });
  });

  test("a reader role can be named, and a follower that it is not is no success", async () => {
    await expect(helpers("install", "shop", "--reader", "no_such_reader")).rejects.toMatchObject({ code: "conflict" });
    const { status, out } = await helpers("install", "shop", "--reader", "postgres");
    expect(status).toBe(1);
    expect(out).toMatch(/\n {2}! follower: the role dataclips_reader may not call \d+ of \d+ functions\n/);
  });
});

test.each([
  [[], "Say what to do: install, status or remove."],
  [["toString", "shop"], "Say what to do: install, status or remove."],
  [["install"], "Say which database: dataclips helpers install <database>."],
  [["install", "shop", "billing"], "Say which database: dataclips helpers install <database>."],
  [["install", "nope"], 'There is no database "nope" here. The databases are: shop, reports.'],
  [["install", "shop", "--wait", "soon"], "--wait is a whole number of seconds, from 0 to 3600."],
  [["status", "shop", "--force"], "--force is for install."],
  [["status", "shop", "--dry-run"], "--dry-run is for install and remove: status changes nothing."],
  [["status", "shop", "--colour"], "Unknown option '--colour'"],
])("misuse is told: %j", async (args, complaint) => {
  const { status, err, out } = await helpers(...args);
  expect(status).toBe(2);
  expect(err).toMatch(new RegExp(`^${complaint.replaceAll(/[?.]/g, "\\$&")}`));
  expect(err).toContain("dataclips helpers install|status|remove <database>");
  expect(out).toBe("");
});

test("--help says how, and a database without a primary what is missing", async () => {
  expect(await helpers("--help")).toMatchObject({ status: 0, out: expect.stringContaining("--dry-run"), err: "" });
  await expect(helpers("status", "reports")).rejects.toMatchObject({ code: "no_primary" });
});
