import type { Chart } from "../charts/chart.ts";

/** A ready-made question about a sample database. Parameters are written as `{{name:default}}`. */
export interface SampleClip {
  database: "shop" | "billing";
  title: string;
  description: string;
  sql: string;
  /** How it is drawn, where the columns do not suggest the best. */
  chart?: Chart;
}

/** The clips that a first start puts beside the sample databases `shop` and `billing`, to try things out with. */
export const SAMPLE_CLIPS: readonly SampleClip[] = [
  {
    database: "shop",
    title: "Weekly revenue and growth",
    description: "Revenue of each full week in euros, and how it compares with the week before and the year before.",
    chart: { type: "line", x: "week", y: ["revenue_eur"] },
    sql: `WITH weekly AS (
  SELECT date_trunc('week', placed_at, 'UTC')::date AS week, count(*) AS orders, sum(total_eur) AS revenue_eur
  FROM orders
  WHERE status IN ('paid', 'shipped') AND placed_at >= '2024-11-04' AND placed_at < '2026-10-26'
  GROUP BY 1
)
SELECT week, orders, revenue_eur,
       round(100 * (revenue_eur / lag(revenue_eur) OVER (ORDER BY week) - 1), 1) AS growth_percent,
       round(100 * (revenue_eur / lag(revenue_eur, 52) OVER (ORDER BY week) - 1), 1) AS growth_on_year_percent
FROM weekly
ORDER BY week DESC`,
  },
  {
    database: "shop",
    title: "Top products",
    description: "What brought in most in a country since a day. Try FR, GB or JP.",
    chart: { type: "bar", x: "name", y: ["revenue"] },
    sql: `SELECT p.name, p.category, sum(i.quantity) AS units, sum(i.quantity * i.unit_price) AS revenue, o.currency
FROM orders AS o
JOIN customers AS c ON c.id = o.customer_id
JOIN order_items AS i ON i.order_id = o.id
JOIN products AS p ON p.id = i.product_id
WHERE o.status IN ('paid', 'shipped') AND c.country = {{country:DE}} AND o.placed_at >= {{since:2026-01-01}}::timestamptz
GROUP BY p.id, o.currency
ORDER BY revenue DESC
LIMIT 20`,
  },
  {
    database: "shop",
    title: "Cohort retention",
    description:
      "Of the customers who registered in a month, how many percent ordered in each of the months after. Imported customers are left out.",
    sql: `WITH cohort AS (
  SELECT id, date_trunc('month', created_at, 'UTC')::date AS month FROM customers WHERE NOT imported
), active AS (
  SELECT DISTINCT customer_id, date_trunc('month', placed_at, 'UTC')::date AS month FROM orders WHERE status <> 'cancelled'
), counted AS (
  SELECT c.month AS cohort, 12 * extract(year FROM age(a.month, c.month)) + extract(month FROM age(a.month, c.month)) AS age, count(*) AS customers
  FROM cohort AS c JOIN active AS a ON a.customer_id = c.id
  GROUP BY 1, 2
), size AS (
  SELECT month AS cohort, count(*) AS registered FROM cohort GROUP BY 1
)
SELECT cohort, registered,
       round(100.0 * max(customers) FILTER (WHERE age = 0) / registered) AS "month 0",
       round(100.0 * max(customers) FILTER (WHERE age = 1) / registered) AS "month 1",
       round(100.0 * max(customers) FILTER (WHERE age = 2) / registered) AS "month 2",
       round(100.0 * max(customers) FILTER (WHERE age = 3) / registered) AS "month 3",
       round(100.0 * max(customers) FILTER (WHERE age = 6) / registered) AS "month 6",
       round(100.0 * max(customers) FILTER (WHERE age = 12) / registered) AS "month 12"
FROM size JOIN counted USING (cohort)
GROUP BY cohort, registered
ORDER BY cohort`,
  },
  {
    database: "shop",
    title: "Repeat rate by country",
    description: "How many customers came back after their first order, and how much a customer brings in on average.",
    chart: { type: "bar", x: "country", y: ["customers", "came_back"] },
    sql: `SELECT n.name AS country, count(*) AS customers,
       count(*) FILTER (WHERE c.orders > 1) AS came_back,
       round(100.0 * count(*) FILTER (WHERE c.orders > 1) / count(*), 1) AS repeat_percent,
       round(avg(c.revenue_eur), 2) AS revenue_per_customer_eur
FROM (
  SELECT k.country, count(*) AS orders, sum(o.total_eur) AS revenue_eur
  FROM customers AS k JOIN orders AS o ON o.customer_id = k.id
  WHERE o.status IN ('paid', 'shipped')
  GROUP BY k.id
) AS c
JOIN countries AS n ON n.code = c.country
GROUP BY n.name
ORDER BY customers DESC`,
  },
  {
    database: "shop",
    title: "Where customers live",
    description:
      "The larger cities that the shop delivers to in Europe, on a map, and how many customers live in each.",
    chart: { type: "points", x: "longitude", y: ["latitude"] },
    sql: `SELECT p.city, count(*) AS customers, p.latitude, p.longitude
FROM customers AS c
JOIN (VALUES
  ('Berlin', 52.52, 13.40), ('Hamburg', 53.55, 9.99), ('München', 48.14, 11.58), ('Köln', 50.94, 6.96),
  ('Leipzig', 51.34, 12.37), ('Frankfurt am Main', 50.11, 8.68), ('Düsseldorf', 51.23, 6.77), ('Görlitz', 51.15, 14.99),
  ('Wien', 48.21, 16.37), ('Graz', 47.07, 15.44), ('Linz', 48.31, 14.29), ('Salzburg', 47.80, 13.04), ('Innsbruck', 47.27, 11.39),
  ('Paris', 48.86, 2.35), ('Lyon', 45.76, 4.84), ('Nîmes', 43.84, 4.36), ('Orléans', 47.90, 1.91),
  ('Besançon', 47.24, 6.02), ('Saint-Étienne', 45.44, 4.39), ('Dublin', 53.35, -6.26), ('Cork', 51.90, -8.47), ('Galway', 53.27, -9.05),
  ('Αθήνα', 37.98, 23.73), ('Θεσσαλονίκη', 40.64, 22.94), ('Πάτρα', 38.25, 21.73),
  ('София', 42.70, 23.32), ('Пловдив', 42.14, 24.75), ('Варна', 43.21, 27.91),
  ('London', 51.51, -0.13), ('Manchester', 53.48, -2.24), ('Edinburgh', 55.95, -3.19), ('Cardiff', 51.48, -3.18),
  ('Leeds', 53.80, -1.55), ('Bristol', 51.45, -2.59), ('Zürich', 47.37, 8.54), ('Genève', 46.20, 6.14), ('Basel', 47.56, 7.59),
  ('Stockholm', 59.33, 18.07), ('Göteborg', 57.71, 11.97), ('Malmö', 55.60, 13.00), ('Umeå', 63.83, 20.26)
) AS p (city, latitude, longitude) USING (city)
GROUP BY p.city, p.latitude, p.longitude
ORDER BY customers DESC, p.city`,
  },
  {
    database: "shop",
    title: "Orders in October",
    description: "One number: how many orders came in October 2026 that were not cancelled.",
    sql: `SELECT count(*) AS orders
FROM orders
WHERE status <> 'cancelled' AND placed_at >= timestamptz '2026-10-01 00:00:00+00' AND placed_at < timestamptz '2026-11-01 00:00:00+00'`,
  },
  {
    database: "shop",
    title: "When people order",
    description: "Orders by weekday and hour (UTC), as a table of seven columns. Made for a heat map.",
    chart: { type: "line", x: "hour", y: ["monday", "wednesday", "friday", "saturday", "sunday"] },
    sql: `SELECT extract(hour FROM placed_at AT TIME ZONE 'UTC')::int AS hour,
       count(*) FILTER (WHERE weekday = 1) AS monday,
       count(*) FILTER (WHERE weekday = 2) AS tuesday,
       count(*) FILTER (WHERE weekday = 3) AS wednesday,
       count(*) FILTER (WHERE weekday = 4) AS thursday,
       count(*) FILTER (WHERE weekday = 5) AS friday,
       count(*) FILTER (WHERE weekday = 6) AS saturday,
       count(*) FILTER (WHERE weekday = 7) AS sunday
FROM (SELECT placed_at, extract(isodow FROM placed_at AT TIME ZONE 'UTC') AS weekday FROM orders) AS o
GROUP BY 1
ORDER BY 1`,
  },
  {
    database: "shop",
    title: "Bought together",
    description: "Which goods stand on the same order most often. The lift says how much more often than by chance.",
    sql: `WITH basket AS (
  SELECT DISTINCT i.order_id, i.product_id
  FROM order_items AS i JOIN orders AS o ON o.id = i.order_id
  WHERE o.placed_at >= {{since:2026-07-01}}::timestamptz
), sold AS (
  SELECT product_id, count(*) AS orders FROM basket GROUP BY 1
)
SELECT a.name AS one, b.name AS other, count(*) AS orders,
       round(count(*) * (SELECT count(DISTINCT order_id) FROM basket) / (sa.orders * sb.orders)::numeric, 2) AS lift
FROM basket AS x
JOIN basket AS y ON y.order_id = x.order_id AND y.product_id > x.product_id
JOIN products AS a ON a.id = x.product_id
JOIN products AS b ON b.id = y.product_id
JOIN sold AS sa ON sa.product_id = x.product_id
JOIN sold AS sb ON sb.product_id = y.product_id
GROUP BY a.name, b.name, sa.orders, sb.orders
ORDER BY orders DESC, one, other
LIMIT 25`,
  },
  {
    database: "shop",
    title: "From visit to order",
    description: "October's visits by device: how many searched, filled a cart and ordered. Reads the events' JSON.",
    chart: { type: "bar", x: "device", y: ["visits", "searched", "filled_cart", "ordered"] },
    sql: `WITH visit AS (
  SELECT session_id,
         max(payload #>> '{device,kind}') AS device,
         bool_or(kind = 'search') AS searched,
         bool_or(kind = 'add_to_cart') AS filled_cart,
         bool_or(kind = 'checkout') AS ordered
  FROM events
  GROUP BY session_id
)
SELECT device, count(*) AS visits,
       count(*) FILTER (WHERE searched) AS searched,
       count(*) FILTER (WHERE filled_cart) AS filled_cart,
       count(*) FILTER (WHERE ordered) AS ordered,
       round(100.0 * count(*) FILTER (WHERE ordered) / count(*), 1) AS ordered_percent
FROM visit
GROUP BY device
ORDER BY visits DESC`,
  },
  {
    database: "shop",
    title: "Waiting to be shipped",
    description: "Paid orders whose parcel has not left within some days, seen from the end of 2026-10-31.",
    sql: `SELECT o.id, c.name, c.country, o.placed_at, timestamptz '2026-11-01 00:00:00+00' - o.placed_at AS waiting, o.total, o.currency, o.note
FROM orders AS o JOIN customers AS c ON c.id = o.customer_id
WHERE o.status = 'paid' AND o.placed_at < timestamptz '2026-11-01 00:00:00+00' - {{days:4}}::int * interval '1 day'
ORDER BY o.placed_at`,
  },
  {
    database: "billing",
    title: "Unpaid invoices by age",
    description: "What is missing on 2026-10-31, by currency and by how long ago it was due.",
    sql: `SELECT currency,
       count(*) AS invoices,
       sum(balance) AS missing,
       sum(balance) FILTER (WHERE days_overdue = 0) AS not_due_yet,
       sum(balance) FILTER (WHERE days_overdue BETWEEN 1 AND 30) AS "1 to 30 days",
       sum(balance) FILTER (WHERE days_overdue BETWEEN 31 AND 90) AS "31 to 90 days",
       sum(balance) FILTER (WHERE days_overdue > 90) AS "over 90 days"
FROM open_invoices
GROUP BY currency
ORDER BY invoices DESC`,
  },
  {
    database: "billing",
    title: "Who pays late",
    description:
      "Customers by how many days after the due date their money comes in, of those with some invoices at least.",
    sql: `SELECT i.customer_id, a.billing, a.country, count(*) AS invoices,
       round(avg(p.first_paid_on - i.due_on), 1) AS days_late_on_average,
       max(p.first_paid_on - i.due_on) AS latest_days,
       max(i.reminders) AS reminders
FROM invoices AS i
JOIN accounts AS a USING (customer_id)
JOIN (SELECT invoice_id, min(paid_at)::date AS first_paid_on FROM payments GROUP BY 1) AS p ON p.invoice_id = i.id
GROUP BY i.customer_id, a.billing, a.country
HAVING count(*) >= {{at_least:5}}::int
ORDER BY days_late_on_average DESC, i.customer_id
LIMIT 50`,
  },
];
