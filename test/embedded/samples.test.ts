import { readFile } from "node:fs/promises";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readChart } from "../../src/charts/read-chart.ts";
import { startEmbedded } from "../../src/embedded/embedded.ts";
import type { Embedded } from "../../src/embedded/embedded.ts";
import { SAMPLE_CLIPS } from "../../src/embedded/sample-clips.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

type Database = "shop" | "billing";
type Row = Record<string, unknown>;

let temporary: Awaited<ReturnType<typeof temporaryDirectory>>;
let embedded: Embedded;
const clients = {} as Record<Database, Client>;

beforeAll(async () => {
  temporary = await temporaryDirectory();
  embedded = await startEmbedded({ dataDirectory: `${temporary.path}/data`, onProgress: () => {}, samples: true });
  for (const database of ["shop", "billing"] as const) {
    const client = new Client({ connectionString: embedded.url({ role: `${database}_owner`, database }) });
    await client.connect();
    await client.query("SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET extra_float_digits = 1");
    clients[database] = client;
  }
});

afterAll(async () => {
  for (const client of Object.values(clients)) await client.end();
  await embedded?.stop();
  await temporary?.remove();
});

async function query(database: Database, sql: string): Promise<Row[]> {
  return (await clients[database].query<Row>(sql)).rows;
}

/** The one value of a query's one row; bigint and numeric as numbers. */
async function value(database: Database, sql: string): Promise<unknown> {
  const { rows } = await clients[database].query<unknown[]>({ text: sql, rowMode: "array" });
  const [cell] = rows[0] ?? [];
  return typeof cell === "string" && /^-?[0-9.]+$/.test(cell) ? Number(cell) : cell;
}

/** The part of a sample file that both files have in common. */
async function orderBook(name: Database): Promise<string | undefined> {
  const text = await readFile(new URL(`../../sql/samples/${name}.sql`, import.meta.url), "utf8");
  return /-- ---- the order book: begin[\s\S]*-- ---- the order book: end/.exec(text)?.[0];
}

/** Rows and a checksum of their text. Another value than here means that the samples are no longer the same. */
const TABLES: readonly [Database, string, string, number, string][] = [
  ["shop", "countries", "code", 14, "68b161013e55c13deade9f86fc10ae2a"],
  ["shop", "exchange_rates", "month, currency", 144, "a818736c1ee09a0274ab139f112af3c9"],
  ["shop", "customers", "id", 5000, "410924bb56ce493735b8944ada718f63"],
  ["shop", "products", "id", 120, "af96e47fa25708db707a1344e92b1741"],
  ["shop", "product_prices", "product_id, currency, valid_during", 1440, "0f17cbb0db2db50253a037e89232b83f"],
  ["shop", "orders", "id", 101_000, "b093abb22de05023f61fa27ad1640aa5"],
  ["shop", "order_items", "order_id, line_no", 208_234, "f4238fb1990a35207b5fe9959d10d94b"],
  ["shop", "events", "id", 30_577, "5d6f5170bca4adc349a9d7b5b83af7f3"],
  ["billing", "accounts", "customer_id", 892, "16f298682c1df50cee92195b86ec0138"],
  ["billing", "invoices", "id", 12_198, "4103ecd41835d13def58f9d051d09810"],
  ["billing", "payments", "id", 12_624, "0430cff18cec09e1f95db6c9834e7407"],
];

describe("the sample databases are the same everywhere", () => {
  test.each(TABLES)("%s.%s", async (database, table, order, rows, checksum) => {
    const [row] = await query(
      database,
      `SELECT count(*)::int AS rows, md5(string_agg(t::text, E'\\n' ORDER BY ${order.replace(/\bcode\b|\bcurrency\b/, '$& COLLATE "C"')})) AS checksum FROM ${table} AS t`,
    );
    expect(row).toEqual({ rows, checksum });
  });

  test("the order book is the same text in both files", async () => {
    const book = await orderBook("shop");
    expect(book?.length).toBeGreaterThan(5000);
    expect(await orderBook("billing")).toBe(book);
  });

  test.each(["shop", "billing"] as const)(
    "%s leaves nothing temporary, and is all in the schema public",
    async (database) => {
      expect(
        await query(
          database,
          `SELECT oid::regclass::text AS name FROM pg_class WHERE relpersistence = 't'
           OR relowner = CURRENT_ROLE::regrole AND relkind IN ('r', 'v', 'S', 'i') AND relnamespace NOT IN ('public'::regnamespace, 'pg_toast'::regnamespace)`,
        ),
      ).toEqual([]);
    },
  );

  test.each([
    ["shop", 60],
    ["billing", 30],
  ] as const)("%s is smaller than %i MB", async (database, megabytes) => {
    const bytes = await value(database, "SELECT pg_database_size(current_database())");
    expect(bytes).toBeLessThan(megabytes * 1_000_000);
  });
});

describe("the shop's business is plausible", () => {
  test("spans two years, and is numbered by time", async () => {
    const [row] = await query(
      "shop",
      `SELECT min(placed_at)::date::text AS first, max(placed_at)::date::text AS last, count(DISTINCT placed_at::date)::int AS days,
         (SELECT count(*)::int FROM orders a JOIN orders b ON b.id = a.id + 1 WHERE b.placed_at < a.placed_at) AS disorder,
         (SELECT count(*)::int FROM orders WHERE shipped_at >= '2026-11-01' OR shipped_at <= placed_at) AS wrongly_shipped,
         (SELECT max(occurred_at)::date::text FROM events) AS last_event,
         (SELECT count(*)::int FROM customers c JOIN orders o ON o.customer_id = c.id WHERE o.placed_at < c.created_at) AS before_registered
       FROM orders`,
    );
    expect(row).toEqual({
      first: "2024-11-01",
      last: "2026-10-31",
      days: 730,
      disorder: 0,
      wrongly_shipped: 0,
      last_event: "2026-10-31",
      before_registered: 0,
    });
  });

  test("grows, rests at weekends, peaks before Christmas and in the evening", async () => {
    const [row] = await query(
      "shop",
      `SELECT (sum(total_eur) FILTER (WHERE placed_at >= '2025-11-01') / sum(total_eur) FILTER (WHERE placed_at < '2025-11-01'))::float AS growth,
         (count(*) FILTER (WHERE extract(isodow FROM placed_at) >= 6) / 2.0 / (count(*) FILTER (WHERE extract(isodow FROM placed_at) < 6) / 5.0))::float AS weekend,
         (count(*) FILTER (WHERE date_trunc('month', placed_at) = '2025-12-01') / count(*) FILTER (WHERE date_trunc('month', placed_at) = '2026-01-01')::numeric)::float AS christmas,
         (count(*) FILTER (WHERE extract(hour FROM placed_at) = 20) / count(*) FILTER (WHERE extract(hour FROM placed_at) = 4)::numeric)::float AS evening
       FROM orders`,
    );
    expect(row?.["growth"]).toBeGreaterThan(1.2);
    expect(row?.["growth"]).toBeLessThan(2.5);
    expect(row?.["weekend"]).toBeLessThan(0.8);
    expect(row?.["christmas"]).toBeGreaterThan(1.3);
    expect(row?.["evening"]).toBeGreaterThan(5);
  });

  test("has customers who never ordered, who ordered once, and who order all the time", async () => {
    const [row] = await query(
      "shop",
      `SELECT count(*) FILTER (WHERE orders = 0)::int AS never, count(*) FILTER (WHERE orders = 1)::int AS once, max(orders)::int AS most,
         (percentile_cont(0.5) WITHIN GROUP (ORDER BY orders))::float AS median
       FROM (SELECT count(o.id) AS orders FROM customers c LEFT JOIN orders o ON o.customer_id = c.id GROUP BY c.id) AS c`,
    );
    expect(row?.["never"]).toBeGreaterThan(100);
    expect(row?.["once"]).toBeGreaterThan(500);
    expect(row?.["most"]).toBeGreaterThan(20 * Number(row?.["median"]));
  });

  test("has orders in every status; only the newest are pending", async () => {
    expect(await value("shop", "SELECT array_agg(DISTINCT status::text ORDER BY status::text) FROM orders")).toEqual([
      "cancelled",
      "paid",
      "pending",
      "refunded",
      "shipped",
    ]);
    expect(
      await value("shop", "SELECT count(*) FROM orders WHERE status = 'pending' AND placed_at < '2026-10-30'"),
    ).toBe(0);
  });

  test("sells nothing before its launch or after its end, and at the list price", async () => {
    expect(
      await value(
        "shop",
        `SELECT count(*) FROM order_items i JOIN orders o ON o.id = i.order_id JOIN products p ON p.id = i.product_id
         LEFT JOIN product_prices l ON l.product_id = p.id AND l.currency = o.currency AND l.valid_during @> o.placed_at::date AND l.price = i.unit_price
         WHERE l.price IS NULL OR o.placed_at < p.launched_on OR o.placed_at >= p.discontinued_on`,
      ),
    ).toBe(0);
  });

  test("adds up: items, subtotal, total, euros", async () => {
    expect(
      await value(
        "shop",
        `SELECT count(*) FROM orders o
         LEFT JOIN (SELECT order_id, sum(quantity * unit_price) AS subtotal FROM order_items GROUP BY 1) i ON i.order_id = o.id
         JOIN exchange_rates r ON r.currency = o.currency AND r.month = date_trunc('month', o.placed_at)
         WHERE i.subtotal IS DISTINCT FROM o.subtotal OR o.total <> o.subtotal - o.discount + o.shipping_cost
           OR o.total_eur <> round(o.total * r.eur_per_unit, 2) OR o.total <= 0
           OR o.discount < 0 OR (o.discount > 0) <> (o.coupon_code IS NOT NULL)`,
      ),
    ).toBe(0);
  });

  test("its events are JSON objects, and each checkout is the order that it names", async () => {
    expect(await value("shop", "SELECT count(*) FROM events WHERE jsonb_typeof(payload) <> 'object'")).toBe(0);
    expect(await value("shop", "SELECT count(DISTINCT kind) FROM events")).toBe(4);
    expect(
      await value(
        "shop",
        `SELECT count(*) FROM events e LEFT JOIN orders o ON o.id = (e.payload ->> 'order_id')::int
           AND o.total = (e.payload #>> '{total,amount}')::numeric AND o.customer_id = e.customer_id
         WHERE e.kind = 'checkout' AND o.id IS NULL`,
      ),
    ).toBe(0);
  });
});

/** Each must be there: what spreadsheets and writers trip over. */
const TRICKY: readonly [Database, string, string][] = [
  ["shop", "an apostrophe", "SELECT 1 FROM customers WHERE name LIKE '%O''Brien'"],
  ["shop", "double quotes", `SELECT 1 FROM customers WHERE name LIKE '%"Bob"%'`],
  ["shop", "a comma", "SELECT 1 FROM customers WHERE name LIKE '%, Jr.'"],
  ["shop", "a line break in an address", "SELECT 1 FROM customers WHERE address LIKE E'%\\n%'"],
  ["shop", "Japanese", "SELECT 1 FROM customers WHERE name ~ '[ぁ-ん]|佐藤'"],
  ["shop", "Cyrillic", "SELECT 1 FROM customers WHERE name LIKE 'Иван%'"],
  ["shop", "Greek", "SELECT 1 FROM customers WHERE city = 'Αθήνα'"],
  ["shop", "Hebrew, right to left", "SELECT 1 FROM customers WHERE name LIKE '%כהן'"],
  ["shop", "Devanagari", "SELECT 1 FROM customers WHERE name LIKE '%शर्मा'"],
  ["shop", "Hangul", "SELECT 1 FROM customers WHERE name LIKE '김%'"],
  ["shop", "an emoji", "SELECT 1 FROM products WHERE name LIKE '%🎄%'"],
  ["shop", "no phone", "SELECT 1 FROM customers WHERE phone IS NULL"],
  ["shop", "an empty phone", "SELECT 1 FROM customers WHERE phone = ''"],
  ["shop", "no birthday", "SELECT 1 FROM customers WHERE birthday IS NULL"],
  ["shop", "no company", "SELECT 1 FROM customers WHERE company IS NULL"],
  ["shop", "an empty company", "SELECT 1 FROM customers WHERE company = ''"],
  ["shop", "no coupon", "SELECT 1 FROM orders WHERE coupon_code IS NULL"],
  ["shop", "a coupon", "SELECT 1 FROM orders WHERE coupon_code IS NOT NULL"],
  ["shop", "an empty note", "SELECT 1 FROM orders WHERE note = ''"],
  ["shop", "a note of two lines", "SELECT 1 FROM orders WHERE note LIKE E'%\\n%'"],
  ["shop", "an unshipped order", "SELECT 1 FROM orders WHERE shipped_at IS NULL AND status = 'paid'"],
  ["shop", "an empty array", "SELECT 1 FROM products WHERE tags = '{}'"],
  ["shop", "an array element with a space", "SELECT 1 FROM products WHERE 'single origin' = ANY (tags)"],
  ["shop", "a null within JSON", "SELECT 1 FROM events WHERE payload -> 'referrer' = 'null'"],
  ["shop", "an anonymous visitor", "SELECT 1 FROM events WHERE customer_id IS NULL"],
  ["billing", "a refund", "SELECT 1 FROM payments WHERE amount < 0"],
  ["billing", "a part payment", "SELECT 1 FROM open_invoices WHERE paid > 0"],
  ["billing", "an overdue invoice", "SELECT 1 FROM open_invoices WHERE days_overdue > 60"],
  ["billing", "an empty purchase order", "SELECT 1 FROM invoices WHERE purchase_order = ''"],
  ["billing", "no purchase order", "SELECT 1 FROM invoices WHERE purchase_order IS NULL AND order_id IS NULL"],
  ["billing", "a reference of two lines", "SELECT 1 FROM payments WHERE reference LIKE E'%\\n%'"],
];

test.each(TRICKY)("%s has %s", async (database, _what, sql) => {
  expect((await query(database, `${sql} LIMIT 1`)).length).toBe(1);
});

describe("billing fits the shop", () => {
  test("accounts are the shop's customers on account", async () => {
    const accounts = await query("billing", "SELECT customer_id, billing, country FROM accounts ORDER BY 1");
    const customers = await query(
      "shop",
      "SELECT id AS customer_id, billing::text, country FROM customers WHERE billing <> 'at_checkout' ORDER BY 1",
    );
    expect(accounts).toEqual(customers);
    expect(accounts.length).toBeGreaterThan(500);
  });

  test("each invoice comes to what the shop sold", async () => {
    const sold = await query(
      "shop",
      `SELECT o.customer_id, CASE c.billing WHEN 'per_order' THEN o.id END AS order_id,
         CASE c.billing WHEN 'monthly' THEN to_char(o.placed_at, 'YYYY-MM') END AS month, o.currency, sum(o.total)::text AS amount, count(*)::int AS orders
       FROM orders o JOIN customers c ON c.id = o.customer_id
       WHERE c.billing <> 'at_checkout' AND o.status IN ('paid', 'shipped', 'refunded') GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3`,
    );
    const billed = await query(
      "billing",
      `SELECT customer_id, order_id, to_char(lower(period), 'YYYY-MM') AS month, currency, amount::text, order_count AS orders FROM invoices ORDER BY 1, 2, 3`,
    );
    expect(billed.length).toBeGreaterThan(10_000);
    expect(billed).toEqual(sold);
  });

  test("money moves after the invoice and before the end, and no more goes back than came in", async () => {
    const [row] = await query(
      "billing",
      `SELECT (SELECT count(*)::int FROM payments p JOIN invoices i ON i.id = p.invoice_id WHERE p.paid_at < i.issued_on OR p.paid_at >= '2026-11-01') AS misplaced,
         (SELECT count(*)::int FROM (SELECT invoice_id FROM payments GROUP BY 1 HAVING sum(amount) < 0) AS p) AS negative,
         (SELECT max(issued_on)::text FROM invoices) AS last, (SELECT count(*)::int FROM open_invoices WHERE balance <= 0) AS wrongly_open,
         (SELECT count(DISTINCT method)::int FROM payments) AS methods`,
    );
    expect(row).toEqual({ misplaced: 0, negative: 0, last: "2026-10-31", wrongly_open: 0, methods: 4 });
  });
});

test.each(["shop", "billing"] as const)("%s: every table and column says what it is", async (database) => {
  const missing = await query(
    database,
    `SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v')
       AND (obj_description(c.oid, 'pg_class') IS NULL OR col_description(c.oid, a.attnum) IS NULL)`,
  );
  expect(missing).toEqual([]);
});

test.each(["shop", "billing"] as const)(
  "%s: every table has a primary key, every foreign key is validated",
  async (database) => {
    expect(
      await query(
        database,
        `SELECT relname FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
         AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = c.oid AND contype = 'p')`,
      ),
    ).toEqual([]);
    expect(await value(database, "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND NOT convalidated")).toBe(
      0,
    );
    expect(await value(database, "SELECT count(*) FROM pg_constraint WHERE contype = 'f'")).toBeGreaterThan(1);
  },
);

test.each(["shop", "billing"] as const)("%s: identity columns go on after the last row", async (database) => {
  const identities = await query(
    database,
    `SELECT attrelid::regclass::text AS table, pg_get_serial_sequence(attrelid::regclass::text, attname) AS sequence
     FROM pg_attribute WHERE attidentity <> '' AND attrelid::regclass::text NOT LIKE 'pg_%'`,
  );
  expect(identities.length).toBeGreaterThan(1);
  for (const { table, sequence } of identities) {
    expect(await value(database, `SELECT (SELECT last_value FROM ${sequence}) > max(id) FROM ${table}`)).toBe(true);
  }
});

test("there are ten clips, some with parameters", () => {
  expect(SAMPLE_CLIPS.length).toBe(12);
  expect(SAMPLE_CLIPS.filter((clip) => clip.sql.includes("{{")).length).toBeGreaterThanOrEqual(2);
  expect(new Set(SAMPLE_CLIPS.map((clip) => clip.title)).size).toBe(12);
});

const fill = (sql: string): string =>
  sql.replaceAll(/\{\{\w+:([^}]*)\}\}/g, (_, given: string) => `'${given.replaceAll("'", "''")}'`);
const NUMBER = "Orders in October";

test.each(SAMPLE_CLIPS.filter(({ title }) => title !== NUMBER))("clip: $title", async ({ database, sql }) => {
  const rows = await query(database, fill(sql));
  expect(rows.length).toBeGreaterThan(2);
  expect(Object.keys(rows[0] ?? {}).length).toBeGreaterThan(2);
});

test.each([
  ["Weekly revenue and growth", "line", 90],
  ["Top products", "bar", 10],
  ["Where customers live", "points", 30],
  [NUMBER, "number", 1],
] as const)("clip: %s is drawn as %s", async (title, type, least) => {
  const clip = SAMPLE_CLIPS.find((each) => each.title === title)!;
  const { fields, rows } = await clients[clip.database].query<(string | null)[]>({
    text: fill(clip.sql),
    rowMode: "array",
    types: { getTypeParser: () => (text: string) => text },
  });
  const columns = fields.map(({ name, dataTypeID }) => ({ name, type: { oid: dataTypeID, name: "" } }));
  const data = readChart(columns, rows, rows.length, clip.chart ?? null);
  expect(data).toMatchObject({ type, notes: [] });
  expect(data!.series[0]!.points.length).toBeGreaterThanOrEqual(least);
});
