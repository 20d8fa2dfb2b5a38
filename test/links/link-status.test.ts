import { type AddressInfo, createServer, type Server } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addLink } from "../../src/links/add-link.ts";
import { linkStatus } from "../../src/links/link-status.ts";
import { type LinkedDatabases, startLinkedDatabases } from "./linked-databases.ts";

let linked: LinkedDatabases;
let silent: Server;
beforeAll(async () => {
  linked = await startLinkedDatabases();
  silent = createServer((socket) => socket.on("error", () => {}));
  await new Promise<void>((resolve) => void silent.listen(0, "127.0.0.1", resolve));
  for (const name of ["bills", "other"]) {
    await addLink(linked.local, linked.all, { name, to: "remote", schema: "public", tables: ["totals"] });
  }
});
afterAll(async () => {
  await linked.close();
  silent.close();
});

test("what others made that looks like a link is none", async () => {
  await linked.server.primary.query(`
    CREATE SERVER dataclips_link_theirs FOREIGN DATA WRAPPER postgres_fdw;
    CREATE SERVER "dataclips_link_No!" FOREIGN DATA WRAPPER postgres_fdw;
    ALTER SERVER "dataclips_link_No!" OWNER TO dataclips_links`);
  const links = await linkStatus(linked.local, linked.all);
  expect(links).toMatchObject([
    { name: "bills", ok: true },
    { name: "other", ok: true },
  ]);
});

test("a server that says nothing is told as such, and the other links are looked at all the same", async () => {
  const { primary } = linked.server;
  const { port } = silent.address() as AddressInfo;
  await primary.query(`ALTER SERVER dataclips_link_bills OPTIONS (SET host '127.0.0.1', SET port '${port}')`);
  await linked.server.catchUp();
  expect(await linkStatus(linked.local, linked.all)).toMatchObject([
    {
      name: "bills",
      ok: false,
      connects: false,
      reason: "it does not answer in time",
      moved: true,
      drift: [],
      followers: [
        { name: "follower", present: true, ok: false, reason: "the other server: it does not answer in time" },
      ],
    },
    { name: "other", ok: true, connects: true, reason: null, moved: false, followers: [{ ok: true }] },
  ]);
});

test("a follower that is gone, and one that has no right to the views", async () => {
  const { primary } = linked.server;
  await primary.query("REVOKE SELECT ON other.totals FROM dataclips_reader");
  await linked.server.catchUp();
  const [follower] = linked.local.followers;
  const gone = { name: "gone", url: follower!.url.replace(/:\d+\//, ":1/") };
  const [status] = await linkStatus({ ...linked.local, followers: [follower!, gone] }, linked.all, "other");
  expect(status).toMatchObject({
    ok: false,
    connects: true,
    followers: [
      {
        name: "follower",
        present: true,
        ok: false,
        reason: "its reader cannot read: permission denied for view totals",
      },
      { name: "gone", present: false, ok: false, reason: "nothing listens there" },
    ],
  });
});
