import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { addLink } from "../../src/links/add-link.ts";
import { removeLink } from "../../src/links/remove-link.ts";
import { type LinkedDatabases, startLinkedDatabases } from "./linked-databases.ts";

let linked: LinkedDatabases;
beforeAll(async () => {
  linked = await startLinkedDatabases();
});
afterAll(() => linked.close());

const REMOTE = { to: "remote", schema: "public", tables: null };
let before: unknown;
beforeEach(async () => {
  // What all links need stays: the extension and the role.
  await linked.server.primary.query("CREATE EXTENSION IF NOT EXISTS postgres_fdw SCHEMA public");
  before = await linked.everything();
  await addLink(linked.local, linked.all, { name: "bills", ...REMOTE });
});

test("takes all of a link away, on the follower too, and leaves the other links", async () => {
  await addLink(linked.local, linked.all, { name: "bills2", ...REMOTE });
  const { statements } = await removeLink(linked.local, "bills", { dryRun: true });
  expect(statements).toContain("DROP SERVER dataclips_link_bills");
  expect((await linked.asReader("SELECT count(*)::int AS n FROM bills.totals")).rows).toEqual([{ n: 100 }]);

  expect(await removeLink(linked.local, "bills")).toMatchObject({ followers: [{ name: "follower", arrived: true }] });
  await expect(linked.asReader("SELECT FROM bills.totals")).rejects.toMatchObject({ code: "42P01" });
  expect((await linked.asReader("SELECT count(*)::int AS n FROM bills2.totals")).rows).toEqual([{ n: 100 }]);
  await removeLink(linked.local, "bills2");
  expect(await linked.everything()).toEqual(before);
  const { rows } = await linked.server.primary.query("SELECT to_regrole('dataclips_links') IS NOT NULL AS role");
  expect(rows).toEqual([{ role: true }]);
});

test.each<[string, string, string, RegExp]>([
  [
    "a view on one of its views",
    "CREATE VIEW theirs AS SELECT * FROM bills.totals",
    "DROP VIEW theirs",
    /view theirs depends on view bills\.totals|view public\.theirs depends on view bills\.totals/,
  ],
  [
    "a view on one of its foreign tables",
    "CREATE VIEW theirs AS SELECT * FROM bills_remote.totals",
    "DROP VIEW theirs",
    /theirs depends on foreign table bills_remote\.totals/,
  ],
  ["a table in its schema", "CREATE TABLE bills.theirs (a int)", "DROP TABLE bills.theirs", /table bills\.theirs/],
  [
    "a view in its schema",
    "CREATE VIEW bills.theirs AS SELECT 1",
    "DROP VIEW bills.theirs",
    /view bills\.theirs depends on schema bills/,
  ],
  [
    "a user mapping of somebody else's",
    "CREATE USER MAPPING FOR PUBLIC SERVER dataclips_link_bills",
    "DROP USER MAPPING FOR PUBLIC SERVER dataclips_link_bills",
    /user mapping for public on server dataclips_link_bills depends on server/,
  ],
])("stops before %s, and nothing is gone", async (_, make, drop, hint) => {
  const { primary } = linked.server;
  await primary.query(make);
  const made = await linked.everything();
  await expect(removeLink(linked.local, "bills")).rejects.toMatchObject({
    code: "conflict",
    message: "Nothing was changed, for other objects depend on the link.",
    hint: expect.stringMatching(hint),
  });
  expect(await linked.everything()).toEqual(made);
  await primary.query(drop);
  await removeLink(linked.local, "bills");
  expect(await linked.everything()).toEqual(before);
});

test("works when the other server is gone", async () => {
  await linked.server.primary.query("ALTER SERVER dataclips_link_bills OPTIONS (SET port '1')");
  await removeLink(linked.local, "bills");
  expect(await linked.everything()).toEqual(before);
});
