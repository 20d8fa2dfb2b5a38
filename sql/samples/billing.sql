-- The sample billing department of the shop: what was bought on account, and who paid when.
-- Customer and order numbers are the shop's. Everything is invented, and the same on every machine.

-- ---- the order book: begin (the same text stands in shop.sql and billing.sql; a test compares the two) ----
-- Both databases are made from one book of orders, so that a query over both of them adds up. It lives in
-- temporary tables which are dropped at the end. Nothing here is random: "chance" is the bits of
-- hashint8extended(row number, salt), and all arithmetic is on integers, so every machine makes the same bytes.
-- Run the file as one transaction: psql --single-transaction --file=…
SET LOCAL client_min_messages = warning;
SET LOCAL TimeZone = 'UTC';
SET LOCAL DateStyle = 'ISO';
SET LOCAL work_mem = '64MB';
SET LOCAL maintenance_work_mem = '64MB';
SET LOCAL max_parallel_maintenance_workers = 0;
SET LOCAL max_parallel_workers_per_gather = 0;
SET LOCAL enable_mergejoin = off;
SET LOCAL jit = off;

-- Prices in euros are multiplied by permille / 1000, rounded to step, then lowered by charm (in hundredths).
CREATE TEMP TABLE seed_currency (n int, code text, permille int, step int, charm int, decimals int);
INSERT INTO seed_currency VALUES
  (1, 'EUR', 1000, 50, 10, 2), (2, 'GBP', 850, 50, 1, 2), (3, 'USD', 1100, 50, 5, 2),
  (4, 'CHF', 950, 50, 10, 2), (5, 'SEK', 11400, 500, 100, 2), (6, 'JPY', 160000, 10000, 2000, 0);

-- Shipping costs, and the subtotal from which they are nothing, in hundredths of the country's currency.
CREATE TEMP TABLE seed_country (n int, code text, currency int, shipping int, free_from int, buys_on_invoice boolean);
INSERT INTO seed_country VALUES
  (1, 'DE', 1, 490, 4900, true), (2, 'AT', 1, 690, 6900, true), (3, 'FR', 1, 790, 6900, true),
  (4, 'IE', 1, 990, 7900, false), (5, 'GR', 1, 990, 7900, false), (6, 'BG', 1, 990, 7900, false),
  (7, 'GB', 2, 795, 6500, false), (8, 'US', 3, 1495, 12000, false), (9, 'IL', 3, 1695, 15000, false),
  (10, 'IN', 3, 1695, 15000, false), (11, 'CH', 4, 890, 7900, true), (12, 'SE', 5, 8900, 79900, true),
  (13, 'JP', 6, 180000, 1500000, false), (14, 'KR', 3, 1695, 15000, false);

-- Goods: 14 teas and 14 coffees in three sizes each, then 36 single things. One a month is new from n = 99 on.
CREATE TEMP TABLE seed_good (n int, sizes int, category text, name text, cents int, tags text[]);
INSERT INTO seed_good VALUES
  (1, 3, 'tea', 'Assam Gold', 690, '{black,strong}'), (4, 3, 'tea', 'Darjeeling First Flush', 1190, '{black,floral}'),
  (7, 3, 'tea', 'Earl Grey, extra bergamot', 790, '{black,flavoured}'), (10, 3, 'tea', 'Sencha 煎茶', 990, '{green,japan}'),
  (13, 3, 'tea', 'Gyokuro 玉露', 1990, '{green,japan,rare}'), (16, 3, 'tea', 'Oolong 烏龍茶', 1390, '{oolong}'),
  (19, 3, 'tea', 'Masala Chai मसाला चाय', 790, '{black,spiced}'), (22, 3, 'tea', 'Rooibos & Orange', 590, '{"caffeine free",flavoured}'),
  (25, 3, 'tea', 'Moroccan Mint أتاي', 640, '{green,mint}'), (28, 3, 'tea', 'Tsai tou Vounou (τσάι του βουνού)', 740, '{herbal,"caffeine free"}'),
  (31, 3, 'tea', 'Samovar Blend «Самовар»', 690, '{black,smoky}'), (34, 3, 'tea', 'Peppermint', 490, '{herbal,"caffeine free",mint}'),
  (37, 3, 'tea', 'Jasmine Pearls', 1590, '{green,floral}'), (40, 3, 'tea', 'English Breakfast', 590, '{black,strong}'),
  (43, 3, 'coffee', 'House Espresso', 890, '{espresso,blend}'), (46, 3, 'coffee', 'Ethiopia Yirgacheffe', 1190, '{filter,"single origin",floral}'),
  (49, 3, 'coffee', 'Colombia Huila', 1090, '{filter,"single origin"}'), (52, 3, 'coffee', 'Kenya AA', 1290, '{filter,"single origin",fruity}'),
  (55, 3, 'coffee', 'Barista''s Choice', 990, '{espresso,blend}'), (58, 3, 'coffee', 'Sumatra Mandheling', 1090, '{espresso,"single origin"}'),
  (61, 3, 'coffee', 'Decaf "Good Night"', 1090, '{"caffeine free",blend}'), (64, 3, 'coffee', 'Brazil Santos', 890, '{espresso,"single origin"}'),
  (67, 3, 'coffee', 'Guatemala Antigua', 1140, '{filter,"single origin"}'), (70, 3, 'coffee', 'Café Olé', 940, '{espresso,blend}'),
  (73, 3, 'coffee', 'Costa Rica Tarrazú', 1190, '{filter,"single origin"}'), (76, 3, 'coffee', 'Cold Brew Blend', 990, '{blend,summer}'),
  (79, 3, 'coffee', 'Monsooned Malabar', 1140, '{espresso,"single origin"}'), (82, 3, 'coffee', 'Office Blend', 790, '{filter,blend}'),
  (85, 1, 'equipment', 'French Press 1 l', 3490, '{brewing}'), (86, 1, 'equipment', 'Hand Grinder', 6990, '{brewing,bestseller}'),
  (87, 1, 'equipment', 'Teapot "Brown Betty"', 2990, '{brewing,classic}'), (88, 1, 'equipment', 'Milk Jug, steel, 350 ml', 1690, '{espresso}'),
  (89, 1, 'equipment', 'Paper Filters, 100', 490, '{brewing}'), (90, 1, 'equipment', 'Kettle, gooseneck', 7990, '{brewing}'),
  (91, 1, 'cup', 'Espresso Cup', 890, '{porcelain}'), (92, 1, 'cup', 'Mug "Ça va?" ☕', 1290, '{porcelain,gift}'),
  (93, 1, 'treat', 'Shortbread', 450, '{sweet}'), (94, 1, 'treat', 'Cantuccini', 590, '{sweet}'),
  (95, 1, 'treat', 'Baklava Box', 1290, '{sweet,gift}'), (96, 1, 'gift', 'Gift Card 25', 2500, '{}'),
  (97, 1, 'book', 'The Book of Tea, Okakura Kakuzō', 1490, '{gift}'), (98, 1, 'gift', 'Advent Calendar, 24 teas 🎄', 3990, '{gift,seasonal}'),
  (99, 1, 'equipment', 'Pour-over Cone', 1890, '{brewing}'), (100, 1, 'cup', 'Travel Mug 0,4 l', 2490, '{steel}'),
  (101, 1, 'treat', 'Dark Chocolate 85 %', 490, '{sweet}'), (102, 1, 'equipment', 'Matcha Whisk 茶筅', 2190, '{japan}'),
  (103, 1, 'cup', 'Matcha Bowl 抹茶碗', 3490, '{japan,porcelain}'), (104, 1, 'equipment', 'Kitchen Scale, 0.1 g', 2990, '{brewing}'),
  (105, 1, 'treat', 'Halva with Pistachio', 790, '{sweet}'), (106, 1, 'cup', 'Glass Cup, double wall', 1190, '{glass}'),
  (107, 1, 'equipment', 'Moka Pot, 6 cups', 3290, '{espresso,classic}'), (108, 1, 'gift', 'Tasting Set "Five Continents"', 2790, '{gift}'),
  (109, 1, 'coffee', 'Drip Bags, box of 10', 1190, '{filter,travel}'), (110, 1, 'equipment', 'Cold Brew Bottle', 2490, '{summer}'),
  (111, 1, 'treat', 'Honey, lime blossom', 890, '{sweet}'), (112, 1, 'cup', 'Samovar Glass (подстаканник)', 2690, '{glass,classic}'),
  (113, 1, 'book', 'Espresso, step by step', 2490, '{gift}'), (114, 1, 'equipment', 'Electric Grinder', 12900, '{brewing}'),
  (115, 1, 'tea', 'Iced Tea Sampler', 1590, '{summer,fruity}'), (116, 1, 'treat', 'Stroopwafels', 490, '{sweet}'),
  (117, 1, 'equipment', 'Descaler', 690, '{}'), (118, 1, 'gift', 'Tea of the Month, half a year', 8900, '{gift,subscription}'),
  (119, 1, 'cup', 'Kids'' Cup "Little Bear" 🐻', 990, '{porcelain,gift}'), (120, 1, 'coffee', 'Cascara', 1090, '{"single origin",fruity}');

-- One row a product; a bigger bag is cheaper by weight. Prices go up by 6 % (coffee) or 3 % on 2026-01-01.
CREATE TEMP TABLE seed_product AS
SELECT n + size - 1 AS id, category, cents * (ARRAY[100, 210, 390])[size] / 100 AS cents, tags,
       CASE WHEN sizes = 1 THEN name ELSE name || (CASE category WHEN 'tea' THEN ARRAY[' 100 g', ' 250 g', ' 500 g'] ELSE ARRAY[' 250 g', ' 500 g', ' 1 kg'] END)[size] END AS name,
       CASE WHEN sizes = 3 THEN (CASE category WHEN 'tea' THEN ARRAY[100, 250, 500] ELSE ARRAY[250, 500, 1000] END)[size] END AS grams
FROM seed_good, generate_series(1, sizes) AS size;

CREATE TEMP TABLE seed_price AS
SELECT p.id * 16 + c.n * 2 + rise AS key, p.id AS product, c.code AS currency, rise,
       ((p.cents * (100 + rise * CASE p.category WHEN 'coffee' THEN 6 ELSE 3 END) / 100 * c.permille / 1000 + c.step / 2) / c.step * c.step - c.charm) * 0.01 AS price
FROM seed_product AS p, seed_currency AS c, generate_series(0, 1) AS rise;

-- How many orders each hour gets: growth, season by half months, weekday, the special days, hour of the day and some noise.
CREATE TEMP TABLE seed_hour AS
WITH day AS MATERIALIZED (
  SELECT n, date '2024-11-01' + n AS day,
         (1000 + 1100 * n / 729)
         * (ARRAY[88, 92, 96, 98, 100, 100, 99, 97, 96, 94, 92, 90, 84, 80, 80, 86, 96, 100, 104, 106, 118, 138, 176, 120])
             [extract(month FROM date '2024-11-01' + n)::int * 2 - CASE WHEN extract(day FROM date '2024-11-01' + n) < 16 THEN 1 ELSE 0 END]
         * (ARRAY[112, 108, 104, 102, 98, 66, 74])[extract(isodow FROM date '2024-11-01' + n)::int]
         * (85 + (hashint8extended(n, 11) & 31)) / 100
         * CASE to_char(date '2024-11-01' + n, 'YYYY-MM-DD')
             WHEN '2024-11-29' THEN 230 WHEN '2025-11-28' THEN 240 WHEN '2024-12-02' THEN 160 WHEN '2025-12-01' THEN 165
             WHEN '2024-12-25' THEN 35 WHEN '2025-12-25' THEN 35 WHEN '2025-01-01' THEN 45 WHEN '2026-01-01' THEN 45 ELSE 100 END / 100000 AS weight
  FROM generate_series(0, 729) AS n
), hour AS (
  SELECT day.n * 24 + h AS n, day.day + h * interval '1 hour' AS starts_at, (extract(year FROM day)::int - 2024) * 12 + extract(month FROM day)::int - 11 AS month,
         (weight * (ARRAY[12, 8, 6, 5, 5, 8, 16, 28, 42, 55, 62, 66, 70, 62, 58, 58, 62, 70, 82, 96, 100, 84, 52, 26])[h + 1]
         * (80 + hashint8extended(day.n * 24 + h, 12) % 20) / 100)::int AS weight
  FROM day, generate_series(0, 23) AS h
), share AS (
  SELECT n, starts_at, month, weight, sum(weight) OVER (ORDER BY n) AS upto, sum(weight) OVER () AS everything FROM hour
)
SELECT starts_at::timestamptz AS starts_at, month, ((upto - weight) * 101000 / everything)::int AS before, (upto * 101000 / everything)::int AS upto
FROM share ORDER BY n;

-- Who buys: country, and how it is billed. Customers 1 to 5,000 are the same people in both databases.
CREATE TEMP TABLE seed_customer AS
SELECT k.id, k.country, k.company,
       CASE WHEN k.company THEN 'monthly' WHEN c.buys_on_invoice AND k.chance >> 6 & 3 = 0 THEN 'per_order' ELSE 'at_checkout' END AS billing
FROM (
  SELECT id, hashint8extended(id, 5) AS chance, id = id / 16 * 16 + (hashint8extended(id / 16, 16) & 15) AS company,
         ('{1,1,1,1,1,1,1,1,1,1,1,1,1,1,2,2,2,2,3,3,3,3,3,3,3,3,4,4,4,4,5,5,6,6,7,7,7,7,7,7,7,7,7,8,8,8,8,8,8,8,8,8,9,10,10,11,11,11,12,12,13,13,13,14}'::int[])
           [(hashint8extended(id, 5) & 63) + 1] AS country
  FROM generate_series(1, 5000) AS id
) AS k
JOIN seed_country AS c ON c.n = k.country;

-- Orders, by time. 1,200 customers are there from the start; 3,800 more come with an order of their own. Of every
-- 16 customers one is a company, of every 128 a big one, and those order most. Of the others, some come once and
-- the rest fade away after a while.
CREATE TEMP TABLE seed_order AS
SELECT o.id, o.customer, o.newcomer, o.month, o.placed_at, c.n AS country, c.currency, o.lines, o.coupon, o.percent, o.status, o.chance, o.billing,
       CASE WHEN o.status IN (3, 4) THEN o.ships_at END AS shipped_at
FROM (
  SELECT o.id, o.customer, o.newcomer, o.month, o.placed_at, o.ships_at, o.chance, k.country, k.billing,
         (ARRAY[1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 5])[(o.chance & 15) + 1] AS lines,
         CASE WHEN o.newcomer IS NOT NULL AND o.chance & 64 = 0 THEN 'WELCOME10'
              WHEN o.luck < 50 AND o.month IN (1, 13) THEN 'XMAS15' WHEN o.luck < 50 AND o.month IN (8, 9, 20, 21) THEN 'SUMMER5'
              WHEN o.luck >= 1000 THEN 'FRIENDS20' WHEN o.luck >= 980 THEN 'SORRY5' END AS coupon,
         CASE WHEN o.newcomer IS NOT NULL AND o.chance & 64 = 0 THEN 10
              WHEN o.luck < 50 AND o.month IN (1, 13) THEN 15 WHEN o.luck < 50 AND o.month IN (8, 9, 20, 21) THEN 5
              WHEN o.luck >= 1000 THEN 20 WHEN o.luck >= 980 THEN 5 ELSE 0 END AS percent,
         CASE WHEN o.luck BETWEEN 200 AND 650 AND o.placed_at >= '2026-10-30' THEN 1
              WHEN o.luck BETWEEN 100 AND 130 THEN 5
              WHEN o.luck BETWEEN 131 AND 165 AND o.placed_at < '2026-10-17' THEN 4
              WHEN o.luck BETWEEN 166 AND 168 AND o.placed_at >= '2026-08-01' THEN 2
              WHEN o.ships_at < '2026-11-01' THEN 3 ELSE 2 END AS status
  FROM (
    SELECT o.id, o.newcomer, o.month, o.placed_at, o.chance, (o.chance >> 8) & 1023 AS luck,
           o.placed_at + interval '1 second' * (14400 + ((o.chance >> 18) & 262143)) AS ships_at,
           CASE WHEN o.newcomer IS NOT NULL THEN o.newcomer
                WHEN o.company BETWEEN 1 AND o.known THEN o.company
                WHEN hashint8extended(o.who, 15) & 7 < 3 AND o.who > 1 THEN o.who - 1 ELSE o.who END::int AS customer
    FROM (
      SELECT o.id, o.known, o.newcomer, o.month, o.placed_at, o.chance, o.company * 16 + (hashint8extended(o.company, 16) & 15) AS company,
             CASE WHEN o.known - o.regular > hashint8extended(o.regular, 14) & 4095 THEN o.anyone ELSE o.regular END AS who
      FROM (
        SELECT o.id, o.month, o.placed_at, o.chance, o.known, o.newcomer, o.regular, o.anyone,
               CASE WHEN o.pick < 100 THEN o.anyone / 128 * 8 + (hashint8extended(o.anyone / 128, 128) & 7)
                    WHEN o.pick < 330 THEN o.anyone / 16 END AS company
        FROM (
          SELECT o.id, o.month, o.placed_at, o.chance, o.known, CASE WHEN o.known > 1200 + (o.id - 1) * 3800::bigint / 101000 THEN o.known END AS newcomer,
                 o.who & 1023 AS pick, 1 + ((o.who >> 10 & 65535) * o.known >> 16) AS anyone,
                 o.known - CASE WHEN o.who & (1 << 30) = 0 THEN (o.who >> 32 & 65535) * o.known >> 16
                                ELSE (o.who >> 32 & 65535) * (o.who >> 32 & 65535) * o.known >> 32 END AS regular
          FROM (
            SELECT id, month, 1200 + id * 3800::bigint / 101000 AS known, hashint8extended(id, 1) AS chance, hashint8extended(id, 2) AS who,
                   starts_at + interval '1 millisecond' * (((id - before - 1) * 3600000::bigint + (hashint8extended(id, 3) & 2097151)) / (upto - before)) AS placed_at
            FROM seed_hour, generate_series(before + 1, upto) AS id OFFSET 0
          ) AS o OFFSET 0
        ) AS o OFFSET 0
      ) AS o OFFSET 0
    ) AS o OFFSET 0
  ) AS o
  JOIN seed_customer AS k ON k.id = o.customer OFFSET 0
) AS o
JOIN seed_country AS c ON c.n = o.country;

-- What is in the orders. A few goods sell most; what is not yet or no longer sold is replaced by another thing.
CREATE TEMP TABLE seed_line (lines int, line int);
INSERT INTO seed_line VALUES (1, 1), (2, 1), (2, 2), (3, 1), (3, 2), (3, 3), (4, 1), (4, 2), (4, 3), (4, 4), (5, 1), (5, 2), (5, 3), (5, 4), (5, 5);
ANALYZE seed_currency, seed_country, seed_price, seed_line;
CREATE TEMP VIEW seed_item AS
SELECT i.order_id, i.line, p.product, i.quantity, p.price, i.billing, i.status
FROM (
  SELECT i.order_id, i.line, i.currency, i.month, i.quantity, i.billing, i.status,
         CASE WHEN i.product > 98 + i.month OR (i.product = 98 AND i.month NOT IN (0, 1, 12, 13)) OR (i.product = 17 AND i.month >= 8)
                OR (i.product = 58 AND i.month >= 14) OR (i.product = 83 AND i.month >= 17)
              THEN i.product * 7 % 98 + 1 ELSE i.product END AS product
  FROM (
    SELECT o.id AS order_id, o.line, o.currency, o.month, o.billing, o.status,
           (ARRAY[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 4, 6])[(chance >> 10 & 15) + 1] AS quantity,
           CASE WHEN o.month IN (0, 1, 12, 13) AND chance >> 14 & 31 = 0 THEN 98
                ELSE (120 * (chance & 1023) * (chance & 1023) >> 20) * 43 % 120 + 1 END::int AS product
    FROM (
      SELECT o.id, l.line, o.currency, o.month, o.billing, o.status, hashint8extended(o.id * 8 + l.line, 4) AS chance
      FROM seed_order AS o JOIN seed_line AS l ON l.lines = o.lines OFFSET 0
    ) AS o OFFSET 0
  ) AS i OFFSET 0
) AS i
JOIN seed_price AS p ON p.key = i.product * 16 + i.currency * 2 + CASE WHEN i.month >= 14 THEN 1 ELSE 0 END;

-- ---- the order book: end ----

CREATE TYPE payment_method AS ENUM ('bank_transfer', 'direct_debit', 'card', 'paypal');

CREATE TABLE accounts (
  customer_id integer PRIMARY KEY,
  billing text NOT NULL CHECK (billing IN ('per_order', 'monthly')),
  country text NOT NULL,
  currency text NOT NULL,
  terms interval NOT NULL,
  credit_limit numeric(12, 2),
  iban text,
  blocked boolean NOT NULL
);

CREATE TABLE invoices (
  id integer GENERATED BY DEFAULT AS IDENTITY (START WITH 100001),
  number text NOT NULL,
  customer_id integer NOT NULL,
  order_id integer,
  period daterange,
  order_count integer NOT NULL,
  issued_on date NOT NULL,
  due_on date NOT NULL,
  currency text NOT NULL,
  amount numeric(12, 2) NOT NULL,
  purchase_order text,
  reminders smallint NOT NULL DEFAULT 0
);

CREATE TABLE payments (
  id integer GENERATED BY DEFAULT AS IDENTITY (START WITH 100001),
  invoice_id integer NOT NULL,
  paid_at timestamptz NOT NULL,
  method payment_method NOT NULL,
  amount numeric(12, 2) NOT NULL,
  reference text
);

INSERT INTO accounts
SELECT k.id, k.billing, c.code, m.code, CASE WHEN k.company THEN interval '30 days' ELSE interval '14 days' END,
       CASE WHEN k.company AND h & 3 > 0 THEN (1 + (h >> 2 & 15)) * 500 * m.permille / 1000 END,
       CASE WHEN h >> 8 & 3 > 0 THEN c.code || lpad((h >> 10 & 63)::text, 2, '0') || ' **** **** ' || lpad((h >> 16 & 8191)::text, 4, '0') END,
       h >> 32 & 63 = 0
FROM (SELECT id, country, company, billing, hashint8extended(id, 51) AS h FROM seed_customer OFFSET 0) AS k
JOIN seed_country AS c ON c.n = k.country JOIN seed_currency AS m ON m.n = c.currency
WHERE k.billing <> 'at_checkout' ORDER BY k.id;

-- What the orders on account come to: the same rules for discounts and shipping as in the shop. Orders that are
-- pending or cancelled are not billed. Companies get one invoice at the end of each month, others one an order.
ANALYZE seed_customer;
CREATE TEMP TABLE seed_invoice AS
SELECT row_number() OVER (ORDER BY issued_on, customer, order_id) AS id, i.*,
       hashint8extended(row_number() OVER (ORDER BY issued_on, customer, order_id), 52) AS chance, hashint8extended(customer, 53) & 15 AS habit
FROM (
  SELECT t.customer, t.billing, CASE WHEN t.billing = 'per_order' THEN t.id END AS order_id, min(t.month) AS month, t.currency,
         CASE WHEN t.billing = 'per_order' THEN min(t.placed_at)::date ELSE (date '2024-12-01' + min(t.month) * interval '1 month' - interval '1 day')::date END AS issued_on,
         count(*) AS orders, sum(t.total) AS amount, sum(CASE WHEN t.status = 4 THEN t.total ELSE 0 END) AS refunded, max(t.shipped_at) AS shipped_at
  FROM (
    SELECT o.id, o.customer, o.billing, o.month, o.placed_at, o.shipped_at, o.status, m.code AS currency,
           s.subtotal - CASE WHEN o.percent = 0 THEN 0 ELSE trunc(s.subtotal * o.percent * 0.01, m.decimals) END
           + CASE WHEN s.subtotal >= c.free_from * 0.01 THEN 0 ELSE c.shipping * 0.01 END AS total
    FROM (
      SELECT order_id, sum(quantity * price) AS subtotal FROM seed_item WHERE billing <> 'at_checkout' AND status IN (2, 3, 4) GROUP BY order_id
    ) AS s
    JOIN seed_order AS o ON o.id = s.order_id
    JOIN seed_country AS c ON c.n = o.country
    JOIN seed_currency AS m ON m.n = o.currency OFFSET 0
  ) AS t
  GROUP BY t.customer, t.billing, t.currency, CASE WHEN t.billing = 'per_order' THEN t.id ELSE -t.month END, CASE WHEN t.billing = 'per_order' THEN t.id END OFFSET 0
) AS i;

INSERT INTO invoices
SELECT id, 'INV-' || extract(year FROM issued_on) || '-' || lpad(id::text, 6, '0'), customer, order_id,
       CASE WHEN order_id IS NULL THEN daterange((issued_on + 1 - interval '1 month')::date, issued_on + 1) END, orders, issued_on,
       issued_on + CASE WHEN order_id IS NULL THEN 30 ELSE 14 END, currency, amount,
       CASE WHEN order_id IS NULL THEN CASE chance >> 40 & 3 WHEN 0 THEN '' WHEN 1 THEN NULL WHEN 2 THEN 'PO-' || (chance >> 42 & 8191) ELSE '"Kitchen", ' || customer || '/' || month + 1 END END
FROM seed_invoice ORDER BY id;

-- One customer in sixteen pays badly. Others pay in time mostly, now and then late, in two parts, or twice by mistake.
CREATE TEMP TABLE seed_payment AS
SELECT p.invoice, p.part, p.method, p.amount, p.issued_on + interval '8 hours' + interval '1 minute' * (p.chance >> 20 & 511) + interval '1 day' * p.days AS at
FROM (
  SELECT i.id AS invoice, part, i.issued_on, i.amount AS full_amount, i.chance,
         CASE WHEN i.habit = 1 THEN 'direct_debit' ELSE (ARRAY['bank_transfer', 'bank_transfer', 'bank_transfer', 'direct_debit', 'card', 'paypal'])[1 + (i.chance >> 30 & 1023) % 6] END AS method,
         CASE WHEN i.luck BETWEEN 20 AND 60 THEN CASE part WHEN 1 THEN trunc(i.amount / 2) ELSE i.amount - trunc(i.amount / 2) END
              WHEN part = 3 THEN -i.amount ELSE i.amount END AS amount,
         CASE WHEN i.habit = 0 THEN 35 + (i.chance >> 10 & 63) WHEN i.luck < 180 AND part = 1 THEN i.terms + 3 + (i.chance >> 10 & 31)
              ELSE 1 + (i.chance >> 10 & 1023) % i.terms END + (part - 1) * 26 AS days
  FROM (SELECT *, chance & 1023 AS luck, CASE WHEN order_id IS NULL THEN 30 ELSE 14 END AS terms FROM seed_invoice OFFSET 0) AS i
  JOIN generate_series(1, 3) AS part
    ON CASE WHEN i.habit = 0 AND i.luck < 400 OR i.luck < 20 THEN 0 WHEN i.luck BETWEEN 20 AND 40 THEN 2 WHEN i.luck BETWEEN 1020 AND 1023 THEN 3 ELSE 1 END >= part
) AS p;

INSERT INTO payments
SELECT row_number() OVER (ORDER BY at, invoice, part), invoice, at, method::payment_method, amount,
       CASE WHEN method <> 'card' THEN CASE WHEN invoice % 11 = 0 THEN '' WHEN invoice % 13 = 0 THEN E'invoice ' || invoice || E'\nthank you, "team"' ELSE 'INV ' || invoice END END
FROM (
  SELECT invoice, part, method, amount, at FROM seed_payment
  UNION ALL
  -- What the shop took back is paid back, once it has been paid.
  SELECT i.id, 4, 'bank_transfer', -least(i.refunded, p.paid), greatest(p.last, i.shipped_at + interval '9 days') + interval '1 minute' * (4000 + (i.chance >> 20 & 2047))
  FROM seed_invoice AS i JOIN (SELECT invoice, max(at) AS last, sum(amount) AS paid FROM seed_payment WHERE at < '2026-11-01' GROUP BY invoice) AS p ON p.invoice = i.id
  WHERE i.refunded > 0
) AS p
WHERE at < '2026-11-01';

DROP VIEW seed_item;
DROP TABLE seed_currency, seed_country, seed_good, seed_product, seed_price, seed_hour, seed_customer, seed_order, seed_line, seed_invoice, seed_payment;

ALTER TABLE invoices ADD PRIMARY KEY (id), ADD UNIQUE (number), ADD CHECK (order_id IS NULL OR period IS NULL), ADD CHECK (due_on >= issued_on);
ALTER TABLE payments ADD PRIMARY KEY (id), ADD CHECK (amount <> 0);
CREATE INDEX ON invoices (customer_id);
CREATE INDEX ON invoices (due_on);
CREATE UNIQUE INDEX ON invoices (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX ON payments (invoice_id);
CREATE INDEX ON payments (paid_at);
ALTER TABLE invoices ADD FOREIGN KEY (customer_id) REFERENCES accounts;
ALTER TABLE payments ADD FOREIGN KEY (invoice_id) REFERENCES invoices;

CREATE VIEW open_invoices WITH (security_invoker = true) AS
SELECT i.id, i.number, i.customer_id, i.issued_on, i.due_on, i.currency, i.amount, coalesce(p.paid, 0) AS paid, i.amount - coalesce(p.paid, 0) AS balance,
       greatest(date '2026-10-31' - i.due_on, 0) AS days_overdue, i.reminders
FROM invoices AS i
LEFT JOIN (SELECT invoice_id, sum(amount) FILTER (WHERE amount > 0) AS paid FROM payments GROUP BY invoice_id) AS p ON p.invoice_id = i.id
WHERE i.amount > coalesce(p.paid, 0);

-- A reminder goes out more than 10, 30 and 60 days after the due date while something is missing.
UPDATE invoices SET reminders = (date '2026-10-31' - due_on > 10)::int + (date '2026-10-31' - due_on > 30)::int + (date '2026-10-31' - due_on > 60)::int
WHERE id IN (SELECT id FROM open_invoices WHERE days_overdue > 10);

COMMENT ON SCHEMA public IS 'Billing: what the shop''s customers bought on account, and what they have paid. Data end on 2026-10-31.';
COMMENT ON TABLE accounts IS 'Customers who buy on account. Companies get one invoice a month, others one an order. Who pays at the checkout is not here.';
COMMENT ON COLUMN accounts.customer_id IS 'The customer''s number in the shop (customers.id there). It is another database, so no foreign key can guard it.';
COMMENT ON COLUMN accounts.billing IS '"monthly" for companies, "per_order" for others. The same as customers.billing in the shop.';
COMMENT ON COLUMN accounts.country IS 'ISO 3166 code, two letters.';
COMMENT ON COLUMN accounts.currency IS 'ISO 4217 code. All invoices of an account are in this currency.';
COMMENT ON COLUMN accounts.terms IS 'How long after an invoice it is due: 14 days, for companies 30.';
COMMENT ON COLUMN accounts.credit_limit IS 'The most that may be open, in the account''s currency. NULL: no limit was agreed.';
COMMENT ON COLUMN accounts.iban IS 'Bank account, mostly hidden. NULL: not known, so no direct debit.';
COMMENT ON COLUMN accounts.blocked IS 'Whether new orders on account are refused.';
COMMENT ON TABLE invoices IS 'Bills. Amounts are those of the shop''s orders with status paid, shipped or refunded; pending and cancelled orders are not billed.';
COMMENT ON COLUMN invoices.id IS 'Numbered by date of issue.';
COMMENT ON COLUMN invoices.number IS 'What is printed on the invoice, such as INV-2026-009000.';
COMMENT ON COLUMN invoices.customer_id IS 'Who has to pay.';
COMMENT ON COLUMN invoices.order_id IS 'The shop''s order (orders.id there), for an invoice per order. NULL on monthly invoices.';
COMMENT ON COLUMN invoices.period IS 'The month that a monthly invoice is for, first day included, last bound not: [2026-10-01,2026-11-01). NULL on invoices per order.';
COMMENT ON COLUMN invoices.order_count IS 'How many of the shop''s orders it covers.';
COMMENT ON COLUMN invoices.issued_on IS 'Date of the invoice: the order''s day, or the last day of the month.';
COMMENT ON COLUMN invoices.due_on IS 'The last day to pay in time.';
COMMENT ON COLUMN invoices.currency IS 'ISO 4217 code. Do not add up amounts of different currencies.';
COMMENT ON COLUMN invoices.amount IS 'What has to be paid, shipping included and discounts taken off.';
COMMENT ON COLUMN invoices.purchase_order IS 'The customer''s own reference. Empty: the customer has none. NULL: nobody asked.';
COMMENT ON COLUMN invoices.reminders IS 'How many reminders were sent by 2026-10-31: more than 10, 30 and 60 days after the due date.';
COMMENT ON TABLE payments IS 'Money that came in or went back. An invoice may have none, one or several.';
COMMENT ON COLUMN payments.id IS 'Numbered by time.';
COMMENT ON COLUMN payments.invoice_id IS 'The invoice that it belongs to.';
COMMENT ON COLUMN payments.paid_at IS 'When the money arrived, or was sent back.';
COMMENT ON COLUMN payments.method IS 'How it was paid.';
COMMENT ON COLUMN payments.amount IS 'In the invoice''s currency. Negative: a refund, because goods came back or the invoice was paid twice.';
COMMENT ON COLUMN payments.reference IS 'What the payer wrote. Empty: nothing. NULL: the method has no reference (cards).';
COMMENT ON TYPE payment_method IS 'How an invoice was paid.';
COMMENT ON VIEW open_invoices IS 'Invoices not paid in full, with what is missing, as of 2026-10-31.';
COMMENT ON COLUMN open_invoices.id IS 'invoices.id';
COMMENT ON COLUMN open_invoices.number IS 'invoices.number';
COMMENT ON COLUMN open_invoices.customer_id IS 'invoices.customer_id';
COMMENT ON COLUMN open_invoices.issued_on IS 'Date of the invoice.';
COMMENT ON COLUMN open_invoices.due_on IS 'The last day to pay in time.';
COMMENT ON COLUMN open_invoices.currency IS 'Currency of amount, paid and balance.';
COMMENT ON COLUMN open_invoices.amount IS 'What had to be paid.';
COMMENT ON COLUMN open_invoices.paid IS 'What came in so far.';
COMMENT ON COLUMN open_invoices.balance IS 'What is missing.';
COMMENT ON COLUMN open_invoices.days_overdue IS 'Days since the due date, by 2026-10-31; 0 when it is not due yet.';
COMMENT ON COLUMN open_invoices.reminders IS 'Reminders sent so far.';
