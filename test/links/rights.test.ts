import { afterAll, beforeAll, expect, test } from "vitest";
import { addLink } from "../../src/links/add-link.ts";
import { linkStatus } from "../../src/links/link-status.ts";
import { refreshLink } from "../../src/links/refresh-link.ts";
import { removeLink } from "../../src/links/remove-link.ts";
import { type LinkedDatabases, startLinkedDatabases } from "./linked-databases.ts";
import { type PasswordServer, startPasswordServer } from "./password-server.ts";

const installer = `links_installer_${process.pid}`;
let linked: LinkedDatabases;
let ledger: PasswordServer;
let local: LinkedDatabases["local"];
beforeAll(async () => {
  linked = await startLinkedDatabases();
  ledger = await startPasswordServer({ writer: "s3cret" });
  await linked.server.primary.query(`CREATE ROLE ${installer} LOGIN`);
  local = { ...linked.local, primary: linked.server.primaryUrl.replace("postgres@", `${installer}@`) };
});
afterAll(async () => {
  const { primary } = linked.server;
  await primary.query(`DROP OWNED BY ${installer}; DROP ROLE ${installer}`);
  await linked.close();
  await ledger.stop();
});

const link = (to: string) => ({ name: "ledger", to, schema: "public", tables: null });

test("a primary's role that may not make links is told the SQL for whoever may; with that it can, and needs no more", async () => {
  const before = await linked.everything();
  const error = await addLink(local, linked.all, link(ledger.url("writer", "s3cret"))).catch(
    (thrown: unknown) => thrown as Error & { hint: string },
  );
  expect(error).toMatchObject({
    code: "forbidden",
    message: `The primary's role ${installer} may not make links in this database.`,
  });
  expect(await linked.everything()).toEqual(before);
  const [intro, ...sql] = (error as { hint: string }).hint.split("\n");
  expect(intro).toBe("Let a superuser run this there, once:");
  expect(sql.join("\n")).toContain("CREATE EXTENSION postgres_fdw SCHEMA public;");
  await linked.server.primary.query(sql.join("\n"));

  const outcome = await addLink(local, linked.all, link(ledger.url("writer", "s3cret")));
  expect(outcome).toMatchObject({ tables: ["entries", "writing"], followers: [{ arrived: true }] });
  expect((await linked.asReader("SELECT count(*)::int AS n FROM ledger.entries")).rows).toEqual([{ n: 1000 }]);
  expect(await linkStatus(local, linked.all)).toMatchObject([{ ok: true, to: { role: "writer" } }]);
  await ledger.admin.query("ALTER TABLE entries ADD more int");
  expect(await refreshLink(local, linked.all, "ledger")).toMatchObject({ drift: [{ column: "more" }] });
  await removeLink(local, "ledger");
});

test("only a superuser can make a link without a password", async () => {
  const before = await linked.everything();
  await expect(addLink(local, linked.all, link(ledger.url("postgres")))).rejects.toMatchObject({
    code: "forbidden",
    message: "The link's URL has no password, and then only a superuser can make a link.",
  });
  expect(await linked.everything()).toEqual(before);
  await addLink(linked.local, linked.all, link(ledger.url("postgres")));
  // Another one who may change links cannot refresh it without one either, and nothing is lost by trying.
  await expect(refreshLink(local, linked.all, "ledger", { to: ledger.url("postgres") })).rejects.toMatchObject({
    code: "forbidden",
  });
  expect((await linked.asReader("SELECT count(*)::int AS n FROM ledger.entries")).rows).toEqual([{ n: 1000 }]);
  await removeLink(local, "ledger");
});
