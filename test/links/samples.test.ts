import { afterAll, beforeAll, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { createLog } from "../../src/log.ts";
import { startServer } from "../../src/node.ts";
import { temporaryDirectory } from "../embedded/temporary-directory.ts";

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let server: Awaited<ReturnType<typeof startServer>>;
let url = "";
const TOKEN = "a-token-for-the-samples";

beforeAll(async () => {
  directory = await temporaryDirectory();
  const config = readConfig({ HOST: "127.0.0.1", PORT: "0", DATACLIPS_DATA: directory.path, DATACLIPS_TOKEN: TOKEN });
  server = await startServer(config, { print: () => {}, log: createLog(() => {}, "logfmt") });
  url = server.url;
});
afterAll(async () => {
  await server.stop();
  await directory.remove();
});

const post = (path: string, body: unknown): Promise<Response> =>
  fetch(url + path, {
    method: "POST",
    headers: { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

test("one clip joins shop with billing on the embedded default, run on the follower", async () => {
  const added = await post("/api/databases/shop/links", { name: "billing", to: "billing" });
  expect([added.status, await added.json()]).toMatchObject([
    201,
    {
      tables: ["accounts", "invoices", "open_invoices", "payments"],
      unreadable: [],
      followers: [{ name: "follower", arrived: true }],
    },
  ]);
  const sql = `
    SELECT c.country, count(DISTINCT c.id) AS customers, sum(o.balance) AS owed, max(p.method) AS method
      FROM customers AS c
      JOIN billing.open_invoices AS o ON o.customer_id = c.id
      LEFT JOIN billing.payments AS p ON p.invoice_id = o.id AND p.method <> 'card'
     GROUP BY c.country ORDER BY owed DESC LIMIT 3`;
  const made = await post("/api/clips", { database: "shop", title: "Who owes us", sql });
  expect(made.status).toBe(201);
  const { slug } = (await made.json()) as { slug: string };
  const result = await fetch(`${url}/clips/${slug}.json`, { headers: { Authorization: `Bearer ${TOKEN}` } });
  expect([result.status, result.headers.get("X-Follower")]).toEqual([200, "follower"]);
  const { values, fields } = (await result.json()) as { values: [string, number, number, string][]; fields: string[] };
  expect(fields).toEqual(["country", "customers", "owed", "method"]);
  expect(values).toHaveLength(3);
  for (const [country, customers, owed] of values) {
    expect([typeof country, customers > 0, owed > 0]).toEqual(["string", true, true]);
  }
});
