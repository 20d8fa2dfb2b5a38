import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { linkCommand } from "../../src/cli/link.ts";
import { DATABASE } from "../support/global-setup.ts";
import { until } from "../support/test-server.ts";

const shop = `link_shop_${process.pid}_${Date.now().toString(36)}`;
const billing = shop.replace("shop", "billing");
const { admin: adminUrl, reader } = inject("cluster");
const primaryOf = (name: string): string => adminUrl.replace(/\/postgres(\?|$)/, `/${name}$1`);
const followerOf = (name: string): string => reader.replace(DATABASE, name);
let admin: pg.Client;

beforeAll(async () => {
  admin = await connect(adminUrl);
  for (const name of [shop, billing]) await admin.query(`CREATE DATABASE ${name}`);
  const inside = await connect(primaryOf(billing));
  await inside.query(`
    CREATE TABLE invoices (id int, amount numeric); CREATE TABLE accounts (id int); CREATE TABLE hidden (id int);
    INSERT INTO invoices VALUES (1, 2.50); GRANT SELECT ON invoices, accounts TO dataclips_reader`);
  await inside.end();
  await until(async () => {
    const client = await connect(followerOf(billing)).catch(() => null);
    const found = await client?.query("SELECT FROM invoices JOIN accounts ON true").catch(() => null);
    await client?.end();
    return Boolean(found);
  });
});
afterAll(async () => {
  for (const name of [shop, billing]) await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
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

async function link(args: string[], env: Record<string, string> = {}) {
  for (const variable of ["DATABASE_URL", "DATACLIPS_DATA", "DATACLIPS_TOKEN"]) vi.stubEnv(variable, undefined);
  const databases = {
    shop: { primary: primaryOf(shop), followers: [{ name: "replica", url: followerOf(shop) }] },
    billing: { followers: [followerOf(billing)] },
  };
  vi.stubEnv("DATACLIPS_DATABASES", JSON.stringify(databases));
  for (const [variable, value] of Object.entries(env)) vi.stubEnv(variable, value);
  const written = { out: "", err: "" };
  vi.spyOn(process.stdout, "write").mockImplementation((text) => Boolean((written.out += text)));
  vi.spyOn(process.stderr, "write").mockImplementation((text) => Boolean((written.err += text)));
  try {
    return { status: await linkCommand(args), ...written };
  } finally {
    vi.restoreAllMocks();
  }
}

test("a link's life: dry run, add, status, refresh, remove", async () => {
  const dry = await link(["add", "shop", "bills", "--to", "billing", "--dry-run"]);
  expect(dry).toMatchObject({ status: 0, err: "" });
  expect(dry.out).toMatch(/^BEGIN;\n[^]*\nCOMMIT;\n$/);
  expect(dry.out).toContain('IMPORT FOREIGN SCHEMA "public" LIMIT TO ("accounts", "hidden", "invoices")');
  expect((await link(["status", "shop"])).out).toBe("shop\n  no links\n");

  expect(await link(["add", "shop", "bills", "--to", "billing", "--fetch-size", "500"])).toEqual({
    status: 0,
    err: "",
    out: `bills is added: 2 tables
  bills.accounts
  bills.invoices
  ! without hidden, which the role there may not read
  ✓ replica has followed
`,
  });
  const { hostname, port } = new URL(followerOf(billing));
  const leads = `billing: dataclips_reader at ${decodeURIComponent(hostname)}:${port}, database ${billing}`;
  expect(await link(["status"])).toEqual({
    status: 0,
    err: "",
    out: `shop
  bills
    leads to     ${leads}
    tables       all of schema public: accounts, invoices
    ✓ primary
    ✓ replica
`,
  });
  const inside = await connect(primaryOf(billing));
  await inside.query("ALTER TABLE invoices ADD due date");
  await inside.end();
  await until(async () => (await link(["status", "shop", "bills"])).status === 1);
  expect((await link(["status", "shop", "bills"])).out).toContain(
    "    ! invoices.due (date) is new there: refresh the link\n",
  );
  const json = await link(["status", "--json", "shop"]);
  expect(json.status).toBe(1);
  expect(JSON.parse(json.out)).toMatchObject({
    databases: [
      {
        database: "shop",
        links: [
          {
            name: "bills",
            ok: false,
            connects: true,
            fetch_size: 500,
            all_tables: true,
            drift: [{ table: "invoices", column: "due", change: "added", text: "invoices.due (date) is new there" }],
            followers: [{ name: "replica", present: true, ok: true }],
          },
        ],
      },
    ],
  });
  expect((await link(["refresh", "shop", "bills"])).out).toContain("  mended: invoices.due (date) is new there\n");
  expect((await link(["status"])).status).toBe(0);
  const removed = await link(["remove", "--json", "shop", "bills"]);
  expect(JSON.parse(removed.out)).toMatchObject({
    name: "bills",
    dry_run: false,
    followers: [{ name: "replica", arrived: true }],
  });
  expect((await link(["status", "shop"])).out).toBe("shop\n  no links\n");
});

test("an address from the environment, and chosen tables", async () => {
  const { status, out } = await link(
    ["add", "shop", "chosen", "--to-env", "BILLING_URL", "--tables", "invoices,accounts"],
    { BILLING_URL: followerOf(billing) },
  );
  expect([status, out.split("\n")[0]]).toEqual([0, "chosen is added: 2 tables"]);
  await link(["remove", "shop", "chosen"]);
});

test("what goes wrong is thrown, for the command line to say", async () => {
  await expect(link(["add", "billing", "x", "--to", "shop"])).rejects.toMatchObject({ code: "no_primary" });
  await expect(link(["refresh", "shop", "none"])).rejects.toMatchObject({ code: "not_found" });
  await expect(link(["add", "shop", "x", "--to", "billing", "--tables", "nope"])).rejects.toMatchObject({
    code: "invalid_request",
    hint: "It has: accounts, hidden, invoices.",
  });
});

describe("a command that is wrong ends with 2", () => {
  test.each<[string[], string]>([
    [[], "Say what to do: add, refresh, status or remove."],
    [["make", "shop", "x"], "Say what to do: add, refresh, status or remove."],
    [["constructor", "shop", "x"], "Say what to do: add, refresh, status or remove."],
    [["add", "shop"], "Say of which database and which link: dataclips link add <database> <link>."],
    [["add", "shop", "x"], "Say where the link leads: --to, or --to-env."],
    [["add", "shop", "x", "--to", "a", "--to-env", "B"], "Give --to or --to-env, not both."],
    [["add", "shop", "x", "--to-env", "NOT_THERE"], "The environment has no NOT_THERE."],
    [["add", "nope", "x", "--to", "billing"], 'There is no database "nope" here. The databases are: shop, billing.'],
    [["add", "shop", "x", "y", "--to", "billing"], "There are too many arguments."],
    [["add", "shop", "x", "--to", "billing", "--fetch-size", "0"], "--fetch-size must be a number from 1 to 1000000."],
    [["remove", "shop", "x", "--to", "billing"], "link remove takes no --to."],
    [["refresh", "shop", "x", "--tables", "a"], "link refresh takes no --tables."],
    [["status", "--wat"], "Unknown option '--wat'"],
  ])("%j", async (args, complaint) => {
    const { status, out, err } = await link(args);
    expect([status, out]).toEqual([2, ""]);
    expect(err).toContain(complaint);
    expect(err).toContain("dataclips link add <database> <link> --to <address>");
  });

  test("--help is no mistake", async () => {
    const { status, out } = await link(["--help"]);
    expect([status, out.startsWith("dataclips link add")]).toEqual([0, true]);
  });
});
