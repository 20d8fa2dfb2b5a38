import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addLink } from "../../src/links/add-link.ts";
import { removeLink } from "../../src/links/remove-link.ts";
import { type LinkedDatabases, startLinkedDatabases } from "./linked-databases.ts";

let linked: LinkedDatabases;
beforeAll(async () => {
  linked = await startLinkedDatabases();
});
afterAll(() => linked.close());

const REMOTE = { to: "remote", schema: "public", tables: null };
const add = (fields: Partial<Parameters<typeof addLink>[2]> & { name: string }, dryRun = false) =>
  addLink(linked.local, linked.all, { ...REMOTE, ...fields }, { dryRun });

describe("a link of a whole schema", () => {
  beforeAll(async () => {
    const outcome = await add({ name: "bills" });
    expect(outcome).toMatchObject({
      name: "bills",
      tables: ["invoices", "open_invoices", "payments", "totals"],
      unreadable: ["hidden"],
      followers: [{ name: "follower", arrived: true }],
    });
  });
  afterAll(() => removeLink(linked.local, "bills"));

  test("is there on the follower at once, tables, views and materialized views", async () => {
    const { rows } = await linked.asReader(
      `SELECT (SELECT count(*)::int FROM bills.invoices) AS invoices, (SELECT count(*)::int FROM bills.open_invoices) AS open,
              (SELECT total::text FROM bills.totals WHERE customer_id = 7) AS total,
              (SELECT sum(i.amount)::text FROM numbers AS n JOIN bills.invoices AS i ON i.id = n.id) AS joined`,
    );
    expect(rows).toEqual([{ invoices: 5000, open: 0, total: "184275.00", joined: "18753750.00" }]);
  });

  test("gives a domain's base type, and text where a type is not known here", async () => {
    const { rows } = await linked.asReader("SELECT * FROM bills.payments ORDER BY id");
    expect(rows).toEqual([
      { id: 1, method: "card", fee: "1.25", moods: "{card,bank}" },
      { id: 2, method: "bank", fee: "0.00", moods: null },
      { id: 3, method: null, fee: null, moods: "{}" },
    ]);
    const types = await linked.asReader(
      `SELECT attname, format_type(atttypid, atttypmod) AS type FROM pg_attribute
        WHERE attrelid = 'bills.payments'::regclass AND attnum > 0 ORDER BY attnum`,
    );
    expect(types.rows).toEqual([
      { attname: "id", type: "integer" },
      { attname: "method", type: "text" },
      { attname: "fee", type: "numeric(12,2)" },
      { attname: "moods", type: "text" },
    ]);
  });

  test("compares such text here, where it is text, and not there, where it would be an error or another order", async () => {
    const { rows } = await linked.asReader(
      "SELECT id FROM bills.payments WHERE method IN ('card', 'bank', 'none of them') ORDER BY method",
    );
    expect(rows).toEqual([{ id: 2 }, { id: 1 }]); // the enum's own order is the other way round
  });

  test("belongs to a role that cannot log in; the reader has SELECT on the views, and nothing more", async () => {
    const { rows } = await linked.server.primary.query(
      `SELECT relname, relkind, nspname, pg_get_userbyid(relowner) AS owner,
              has_table_privilege('dataclips_reader', class.oid, 'SELECT') AND
              has_schema_privilege('dataclips_reader', namespace.oid, 'USAGE') AS readable,
              has_table_privilege('dataclips_reader', class.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER') AS more,
              relacl::text ~ '[{,]=' AS everybody
         FROM pg_class AS class JOIN pg_namespace AS namespace ON namespace.oid = relnamespace
        WHERE nspname IN ('bills', 'bills_remote') AND relkind IN ('v', 'f')`,
    );
    expect(rows).toHaveLength(8);
    for (const row of rows) {
      expect(row).toMatchObject({ owner: "dataclips_links", more: false });
      expect([row.nspname, row.relkind, row.readable]).toEqual(
        row.relkind === "v" ? ["bills", "v", true] : ["bills_remote", "f", false],
      );
      expect(row.everybody).not.toBe(true);
    }
    const role = await linked.server.primary.query(
      "SELECT rolcanlogin, rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = 'dataclips_links'",
    );
    expect(role.rows).toEqual([{ rolcanlogin: false, rolsuper: false, rolcreaterole: false, rolcreatedb: false }]);
  });

  test("is not made twice", async () => {
    const before = await linked.everything();
    await expect(add({ name: "bills" })).rejects.toMatchObject({
      code: "conflict",
      message: "There is a link bills already.",
    });
    expect(await linked.everything()).toEqual(before);
  });
});

describe("chosen tables", () => {
  test("are all that there is", async () => {
    const outcome = await add({ name: "few", tables: ["totals", "invoices", "totals"] });
    expect(outcome).toMatchObject({ tables: ["invoices", "totals"], unreadable: [] });
    await expect(linked.asReader("SELECT FROM few.payments")).rejects.toMatchObject({ code: "42P01" });
    await removeLink(linked.local, "few");
  });

  test("whose names are made to hurt work as they are, with their columns and collations", async () => {
    const schema = "Odd; DROP SCHEMA public --";
    const table = `Größe "of" 'it'`;
    await add({ name: "odd", schema, tables: [table] });
    const { rows } = await linked.asReader(`SELECT * FROM odd."Größe ""of"" 'it'" WHERE "Ünï" > 'x'`);
    expect(rows).toEqual([{ 'a "b" c': 1, select: "x", Ünï: "y", "semi;--": "z" }]);
    await removeLink(linked.local, "odd");
  });
});

describe("what cannot be linked is said, and nothing is left behind", () => {
  test.each<[string, Partial<Parameters<typeof addLink>[2]> & { name: string }, object]>([
    [
      "tables that are not there",
      { name: "wrong", tables: ["invoices", "nope", "no'p\"e"] },
      {
        code: "invalid_request",
        message: `The schema public there has no table nope, no'p"e.`,
        hint: "It has: hidden, invoices, open_invoices, payments, totals.",
      },
    ],
    [
      "a schema that is not there",
      { name: "wrong", schema: "nope" },
      {
        code: "invalid_request",
        message: 'The other database has no schema "nope".',
        hint: "It has: Odd; DROP SCHEMA public --, public.",
      },
    ],
    [
      "a table that may not be read there",
      { name: "wrong", tables: ["invoices", "hidden"] },
      { code: "forbidden", message: "The other server does not let the link's role read hidden.", sqlstate: "42501" },
    ],
    ["a database that is not there", { name: "wrong", to: "nowhere" }, { code: "invalid_request" }],
    [
      "a server that is not there",
      { name: "wrong", to: "postgres://bob:s3cret@127.0.0.1:1/x" },
      {
        code: "invalid_request",
        message: "The database server cannot read from the other one: nothing listens there.",
      },
    ],
    [
      "a host that nobody knows",
      { name: "wrong", to: "postgres://bob:s3cret@no-such-host.invalid/x" },
      { code: "invalid_request", message: expect.stringContaining("its host name is not known") },
    ],
    [
      "a schema's name that is taken",
      { name: "app" },
      { code: "conflict", message: "The name is taken: there is a schema app." },
    ],
  ])("%s", async (_, fields, error) => {
    const before = await linked.everything();
    await expect(add(fields)).rejects.toMatchObject(error);
    expect(await linked.everything()).toEqual(before);
  });

  test.each(
    [
      ["", "a capital: Bills", "BILLS", "drop table", 'a"b', "a'b", "a;b", "größe", "9lives", "pg_bills", "a.b", "_a"],
      ["a".repeat(41), "a\0b", "a\nb", "😀", "a-b"],
    ].flat(),
  )("the name %j", async (name) => {
    await expect(add({ name })).rejects.toMatchObject({ code: "invalid_request" });
  });

  test("a name of 40 letters is no fault", async () => {
    const name = "a".repeat(40);
    await add({ name, tables: ["totals"] });
    expect((await linked.asReader(`SELECT count(*)::int AS n FROM ${name}.totals`)).rows).toEqual([{ n: 100 }]);
    await removeLink(linked.local, name);
  });

  test("a server of somebody else's, and the second schema", async () => {
    const { primary } = linked.server;
    await primary.query(`
      CREATE EXTENSION IF NOT EXISTS postgres_fdw SCHEMA public;
      CREATE SERVER dataclips_link_theirs FOREIGN DATA WRAPPER postgres_fdw; CREATE SCHEMA own_remote`);
    await expect(add({ name: "theirs" })).rejects.toMatchObject({
      code: "conflict",
      message: "The name is taken: there is a server dataclips_link_theirs.",
    });
    await expect(add({ name: "own" })).rejects.toMatchObject({
      message: "The name is taken: there is a schema own_remote.",
    });
    await primary.query("DROP SERVER dataclips_link_theirs; DROP SCHEMA own_remote");
  });

  test("a database without a primary", async () => {
    await expect(addLink(linked.remote, linked.all, { name: "x", ...REMOTE, to: "test" })).rejects.toMatchObject({
      code: "no_primary",
    });
  });

  test("a reader that could read the password", async () => {
    const { primaryUrl, primary } = linked.server;
    const before = await linked.everything();
    const local = { ...linked.local, followers: [{ name: "primary", url: primaryUrl }] };
    const { rows } = await primary.query("SELECT current_user::text AS role");
    await expect(addLink(local, linked.all, { name: "x", ...REMOTE })).rejects.toMatchObject({
      code: "conflict",
      message: `Clips run as ${rows[0].role}, which may do what dataclips_links may: it could read passwords.`,
    });
    expect(await linked.everything()).toEqual(before);
  });
});

test("a URL that is mistyped is refused without a word of it", async () => {
  for (const to of [
    "postgres://bob:pass#word@host/db",
    "postgres://bob:12?word@host/db",
    "postgres://bob:pass/word@host/db",
    "postgres://bob:%zz-word@host/db",
    "postgres:///word",
    "postgres://host/word",
    "mysql://bob:word@host/db",
    "bob:word@host",
    "postgres://bob:word%00@host/db",
  ]) {
    const error = await add({ name: "wrong", to }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "invalid_request" });
    const { message, hint = "" } = error as { message: string; hint?: string };
    expect(message + hint.replace("role:password", "")).not.toMatch(/word\b(?!,)/);
  }
});

test("a dry run says the SQL, and changes nothing; the SQL does what it says", async () => {
  const { primary } = linked.server;
  const before = await linked.everything();
  const { statements, followers, tables } = await add({ name: "dry" }, true);
  expect(await linked.everything()).toEqual(before);
  expect([followers, tables]).toEqual([[], ["invoices", "open_invoices", "payments", "totals"]]);

  await primary.query(`BEGIN; ${statements.join(";\n")}; COMMIT`);
  await linked.server.catchUp();
  expect((await linked.asReader("SELECT count(*)::int AS n FROM dry.invoices")).rows).toEqual([{ n: 5000 }]);
  await removeLink(linked.local, "dry");
});

test("two at once: of one name one is made, of two names both", async () => {
  const same = await Promise.allSettled([add({ name: "race" }), add({ name: "race" })]);
  expect(same.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  const lost = same.find((one) => one.status === "rejected");
  expect(lost!.reason).toMatchObject({ code: "conflict", message: "There is a link race already." });

  await Promise.all([add({ name: "one" }), add({ name: "two" })]);
  const { rows } = await linked.asReader(
    "SELECT (SELECT count(*)::int FROM race.totals) + (SELECT count(*)::int FROM one.totals) + (SELECT count(*)::int FROM two.totals) AS n",
  );
  expect(rows).toEqual([{ n: 300 }]);
  await Promise.all(["race", "one", "two"].map((name) => removeLink(linked.local, name)));
});
