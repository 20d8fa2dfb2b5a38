import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addLink } from "../../src/links/add-link.ts";
import { type LinkedDatabases, startLinkedDatabases } from "./linked-databases.ts";

let linked: LinkedDatabases;
beforeAll(async () => {
  linked = await startLinkedDatabases();
  await addLink(linked.local, linked.all, { name: "bills", to: "remote", schema: "public", tables: null });
});
afterAll(() => linked.close());

/** What the reader's plan on the follower sends to the other server. */
async function remoteSql(sql: string): Promise<string[]> {
  return [...(await linked.explain(sql)).matchAll(/Remote SQL: (.*)/g)].map((match) => match[1]!);
}

describe("through a view, as the reader, on the follower, the other server is sent", () => {
  test.each([
    [
      "conditions",
      "SELECT id FROM bills.invoices WHERE amount > 100 AND customer_id IN (1, 2)",
      ["SELECT id FROM public.invoices WHERE ((amount > 100::numeric)) AND ((customer_id = ANY ('{1,2}'::integer[])))"],
    ],
    [
      "aggregates",
      "SELECT customer_id, count(*), sum(amount) FROM bills.invoices WHERE amount > 5 GROUP BY customer_id HAVING count(*) > 1",
      [
        "SELECT customer_id, count(*), sum(amount) FROM public.invoices WHERE ((amount > 5::numeric)) GROUP BY 1 HAVING ((count(*) > 1))",
      ],
    ],
    [
      "joins of two tables of one link",
      "SELECT sum(i.amount) FROM bills.invoices AS i JOIN bills.totals AS t USING (customer_id) WHERE t.total > 100",
      [
        "SELECT sum(r4.amount) FROM (public.invoices r4 INNER JOIN public.totals r5 ON (((r4.customer_id = r5.customer_id)) AND ((r5.total > 100::numeric))))",
      ],
    ],
    [
      "order and limit",
      "SELECT id FROM bills.invoices ORDER BY amount DESC LIMIT 3",
      ["SELECT id, amount FROM public.invoices ORDER BY amount DESC NULLS FIRST LIMIT 3::bigint"],
    ],
    [
      "no condition on text that stands for a type of its own",
      "SELECT id FROM bills.payments WHERE method = 'card' AND fee > 1",
      ["SELECT id, method FROM public.payments WHERE ((fee > 1::numeric))"],
    ],
  ])("%s", async (_, sql, sent) => {
    expect(await remoteSql(sql)).toEqual(sent);
  });

  test("only the wanted rows for a join with a table here", async () => {
    const sent = await remoteSql(
      "SELECT n.name, i.amount FROM numbers AS n JOIN bills.invoices AS i ON i.id = n.id WHERE i.paid_on > '2026-03-01' AND n.even",
    );
    expect(sent).toHaveLength(1);
    expect(sent[0]).toContain("WHERE ((paid_on > '2026-03-01'))");
  });
});

test("estimates come from the other server's statistics", async () => {
  const { rows } = await linked.asReader("EXPLAIN (FORMAT JSON) SELECT * FROM bills.invoices WHERE customer_id = 7");
  expect(rows[0]["QUERY PLAN"][0].Plan["Plan Rows"]).toBe(50); // 5,000 invoices of 100 customers
});
