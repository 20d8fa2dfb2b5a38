import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addLink } from "../../src/links/add-link.ts";
import { type LinkedDatabases, startLinkedDatabases } from "./linked-databases.ts";

let linked: LinkedDatabases;
beforeAll(async () => {
  linked = await startLinkedDatabases();
  await addLink(linked.local, linked.all, { name: "bills", to: "remote", schema: "public", tables: null });
});
afterAll(() => linked.close());

const csv = async (sql: string): Promise<[number, string]> => {
  const { slug } = await linked.server.createClip(sql);
  const response = await linked.server.request(`/clips/${slug}.csv`);
  return [response.status, await response.text()];
};

describe("without any configuration, a clip", () => {
  test("joins tables of both databases, on the follower, with a parameter", async () => {
    const { slug } = await linked.server.createClip(
      `SELECT n.name, i.amount FROM numbers AS n JOIN bills.invoices AS i ON i.id = n.id
        WHERE i.amount > {{least:7495}} ORDER BY i.id`,
    );
    const response = await linked.server.request(`/clips/${slug}.csv?least=7496`);
    expect(await response.text()).toBe("name,amount\nname 4998,7497.00\nname 4999,7498.50\nname 5000,7500.00\n");
    expect(response.headers.get("X-Follower")).toBe("follower");
  });

  test("shows by EXPLAIN what is sent to the other server", async () => {
    const [status, text] = await csv(
      "EXPLAIN (VERBOSE, COSTS OFF) SELECT customer_id, sum(amount) FROM bills.invoices WHERE amount > 5 GROUP BY 1",
    );
    expect(status).toBe(200);
    expect(text).toContain(
      "Remote SQL: SELECT customer_id, sum(amount) FROM public.invoices WHERE ((amount > 5::numeric)) GROUP BY 1",
    );
  });

  test("cannot read the foreign tables, the mapping, or another's foreign table", async () => {
    await linked.server.primary.query(`
      CREATE SERVER theirs FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '1');
      CREATE FOREIGN TABLE public.theirs (a int) SERVER theirs; GRANT SELECT ON public.theirs TO dataclips_reader`);
    await linked.server.catchUp();
    for (const sql of [
      "SELECT * FROM bills_remote.invoices",
      "SELECT * FROM pg_user_mappings",
      "SELECT * FROM information_schema.user_mapping_options",
      "SELECT * FROM theirs",
    ]) {
      const response = await linked.server.request("/api/clips", {
        method: "POST",
        json: { database: "test", title: "Forbidden", sql },
      });
      expect([sql, [400, 422].includes(response.status)]).toEqual([sql, true]);
    }
  });

  test("is told in words when the other server is gone, without a secret", async () => {
    const { primary } = linked.server;
    const { slug } = await linked.server.createClip("SELECT count(*) FROM bills.totals");
    await primary.query("ALTER SERVER dataclips_link_bills OPTIONS (SET port '1')");
    await linked.server.catchUp();
    const response = await linked.server.request(`/clips/${slug}.json`);
    expect(response.status).toBeGreaterThanOrEqual(400);
    const { error } = (await response.json()) as { error: { message: string } };
    expect(error.message).toContain('could not connect to server "dataclips_link_bills"');
    await primary.query("ALTER SERVER dataclips_link_bills OPTIONS (SET port '5433')");
    await linked.server.catchUp();
    expect((await csv("SELECT count(*) FROM bills.totals"))[1]).toBe("count\n100\n");
  });
});
