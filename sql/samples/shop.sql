-- The sample shop: tea, coffee and what one makes them with, sold from 2024-11-01 to 2026-10-31.
-- Everything is invented, and the same on every machine.

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

CREATE TYPE order_status AS ENUM ('pending', 'paid', 'shipped', 'refunded', 'cancelled');
CREATE TYPE billing_kind AS ENUM ('at_checkout', 'per_order', 'monthly');
CREATE TYPE event_kind AS ENUM ('page_view', 'search', 'add_to_cart', 'checkout');

-- Tables are filled before they get keys and indexes, and the big ones are made by CREATE TABLE AS, which
-- writes faster than INSERT.
CREATE TABLE countries (
  code text NOT NULL,
  name text NOT NULL,
  local_name text NOT NULL,
  currency text NOT NULL,
  shipping_cost numeric(10, 2) NOT NULL,
  free_shipping_from numeric(10, 2) NOT NULL
);

CREATE TABLE exchange_rates (
  month date NOT NULL,
  currency text NOT NULL,
  eur_per_unit numeric(12, 8) NOT NULL
);

CREATE TABLE customers (
  id integer GENERATED BY DEFAULT AS IDENTITY (START WITH 5001),
  public_id uuid NOT NULL,
  name text NOT NULL,
  company text,
  email text NOT NULL,
  phone text,
  birthday date,
  address text NOT NULL,
  city text NOT NULL,
  country text NOT NULL,
  newsletter boolean NOT NULL,
  billing billing_kind NOT NULL,
  imported boolean NOT NULL,
  created_at timestamptz NOT NULL
);

CREATE TABLE products (
  id integer GENERATED BY DEFAULT AS IDENTITY (START WITH 121),
  sku text NOT NULL,
  name text NOT NULL,
  description text,
  category text NOT NULL,
  tags text[] NOT NULL,
  weight_grams integer,
  unit_cost numeric(10, 2) NOT NULL,
  lead_time interval NOT NULL,
  active boolean NOT NULL,
  launched_on date,
  discontinued_on date
);

CREATE TABLE product_prices (
  product_id integer NOT NULL,
  currency text NOT NULL,
  valid_during daterange NOT NULL,
  price numeric(10, 2) NOT NULL
);

-- Names, cities and streets by country. A place in the list, not the spelling, decides who is called what.
CREATE TEMP TABLE seed_people (code text, name text, local_name text, dial text, given text[], family text[], cities text[], streets text[]);
INSERT INTO seed_people VALUES
  ('DE', 'Germany', 'Deutschland', '+49', '{Anna,Jürgen,Lena,Matthias,Sabine,Özlem,Karl-Heinz,Mia,Jonas,Ursula,Florian,Käthe,Emre,Greta,Thomas,Zoë}',
   '{Müller,Schmidt,Schäfer,Weiß,Yılmaz,Köhler,Fischer,"von der Heide",Krüger,Nowak,Lehmann,Groß,Becker,Jäger,Özdemir,Vogel}', '{Berlin,Hamburg,München,Köln,Leipzig,"Frankfurt am Main",Düsseldorf,Görlitz}', '{Lindenstraße,Bahnhofstraße,"Am Mühlbach",Gartenweg}'),
  ('AT', 'Austria', 'Österreich', '+43', '{Johanna,Lukas,Elfriede,Maximilian,Resi,Sepp,Vesna,Paul}', '{Gruber,Huber,Wagner,Pichler,Steiner,Moser,Jovanović,Hofer}', '{Wien,Graz,Linz,Salzburg,Innsbruck}', '{Ringstraße,Hauptplatz,Kirchengasse}'),
  ('FR', 'France', 'France', '+33', '{Zoé,François,Aurélie,Jean-Luc,Océane,Mehdi,Thérèse,Gaël,Noémie,Loïc}', '{Dupont,"Le Goff","d''Estaing",Lefèvre,Benaïssa,Moreau,"L''Hermite",Garçon,Roux,Béranger}', '{Paris,Lyon,Nîmes,Orléans,Besançon,"Saint-Étienne"}', '{"rue de la République","allée des Tilleuls","place de l''Église"}'),
  ('IE', 'Ireland', 'Éire', '+353', '{Siobhán,Seán,Aoife,Pádraig,Niamh,Conor}', '{O''Brien,Murphy,"Ó Súilleabháin",O''Connor,Byrne,"Mac Giolla"}', '{Dublin,Cork,Galway,"Dún Laoghaire"}', '{"O''Connell Street","Shop Street","St. Stephen''s Green"}'),
  ('GR', 'Greece', 'Ελλάδα', '+30', '{Γιώργος,Ελένη,Νίκος,Σοφία,Δημήτρης}', '{Παπαδόπουλος,Αγγελίδης,Καραγιάννη,Ιωάννου}', '{Αθήνα,Θεσσαλονίκη,Πάτρα}', '{"οδός Ερμού","λεωφόρος Νίκης"}'),
  ('BG', 'Bulgaria', 'България', '+359', '{Иван,Мария,Георги,Елена,Цветан}', '{Иванов,Петрова,Димитров,Йорданова}', '{София,Пловдив,Варна}', '{"бул. Витоша","ул. Шипка"}'),
  ('GB', 'United Kingdom', 'United Kingdom', '+44', '{Oliver,Amelia,Harry,Priya,Isla,George,Nia,Mohammed,Charlotte,Angus,Poppy,Alfie}', '{Smith,Jones,Patel,"Smith-Jones",MacDonald,O''Neill,Taylor,Khan,Llewellyn,D''Arcy,Brown,Wright}', '{London,Manchester,Edinburgh,Cardiff,Leeds,Bristol}', '{"High Street","Church Lane","King''s Road"}'),
  ('US', 'United States', 'United States', '+1', '{"Robert \"Bob\"",Jennifer,Michael,María,"William \"Bill\"",Ashley,Tyrone,Linda,José,Emily}', '{Johnson,"Smith, Jr.",Williams,García,O''Reilly,Nguyen,"King, III",Davis,Rodríguez,Lee}', '{"New York",Chicago,"San José","St. Louis",Austin,Portland,"Washington, D.C."}', '{"Main Street","5th Avenue","Oak Drive"}'),
  ('IL', 'Israel', 'ישראל', '+972', '{נועה,דוד,יעל,יוסף}', '{כהן,לוי,מזרחי,פרץ}', '{"תל אביב",ירושלים,חיפה}', '{"רחוב הרצל","שדרות רוטשילד"}'),
  ('IN', 'India', 'भारत', '+91', '{प्रिया,अर्जुन,Ananya,Rahul,Lakshmi}', '{शर्मा,पटेल,Iyer,Singh,Gupta}', '{मुंबई,Bengaluru,दिल्ली,Kolkata}', '{"MG Road","Park Street"}'),
  ('CH', 'Switzerland', 'Schweiz / Suisse / Svizzera', '+41', '{Urs,Chantal,Reto,Ladina,Beat,Giulia}', '{Meier,Zürcher,Rochat,Bernasconi,Lüthi,Caduff}', '{Zürich,Genève,Basel,Lugano,Chur}', '{Dorfstrasse,"rue du Rhône","via Nassa"}'),
  ('SE', 'Sweden', 'Sverige', '+46', '{Åsa,Björn,Märta,Göran,Elsa}', '{Andersson,Öberg,Sjöström,Lindqvist,Åkesson}', '{Stockholm,Göteborg,Malmö,Umeå}', '{Storgatan,Drottninggatan}'),
  ('JP', 'Japan', '日本', '+81', '{さくら,健太,美咲,大輔,陽子}', '{佐藤,鈴木,髙橋,田中,渡邉}', '{東京都,大阪市,京都市}', '{中央通り,桜町}'),
  ('KR', 'South Korea', '대한민국', '+82', '{민준,서연,지훈}', '{김,이,박}', '{서울,부산}', '{세종대로,종로}');

INSERT INTO countries
SELECT c.code, p.name, p.local_name, m.code, c.shipping * 0.01, c.free_from * 0.01
FROM seed_country AS c JOIN seed_currency AS m ON m.n = c.currency JOIN seed_people AS p ON p.code = c.code ORDER BY c.code COLLATE "C";

INSERT INTO exchange_rates
SELECT (date '2024-11-01' + month * interval '1 month')::date, code,
       round((1000 + CASE WHEN n > 1 THEN (hashint8extended(n * 100 + month, 9) & 31) - 16 ELSE 0 END) * 1.0 / permille, 8)
FROM seed_currency, generate_series(0, 23) AS month ORDER BY month, n;

CREATE TEMP TABLE seed_terms AS
SELECT nr * 16 + c.n AS key, r.currency, r.eur_per_unit, c.shipping * 0.01 AS shipping, c.free_from * 0.01 AS free_from, m.decimals
FROM generate_series(0, 23) AS nr
JOIN exchange_rates AS r ON r.month = date '2024-11-01' + nr * interval '1 month'
JOIN seed_currency AS m ON m.code = r.currency
JOIN seed_country AS c ON c.currency = m.n;
ANALYZE seed_terms, seed_people;

INSERT INTO customers
SELECT k.id, overlay(overlay(hex PLACING '4' FROM 13 FOR 1) PLACING 'a' FROM 17 FOR 1)::uuid,
       CASE k.country WHEN 'JP' THEN family || ' ' || given WHEN 'KR' THEN family || given ELSE given || ' ' || family END,
       CASE WHEN k.company THEN (ARRAY['Café ' || family, family || ' & Co.', '"The Daily Cup", ' || city, 'Hotel ' || city, family || ' Office Supplies, Ltd.', 'Teehaus ' || given])[1 + (k.a >> 48) % 6]
            WHEN k.imported AND k.a >> 32 & 7 = 0 THEN '' END,
       (ARRAY['teapot', 'sunny', 'espresso', 'blue.whale', 'first+shop', 'hello', 'kiosk', 'o''tea', 'night_owl', 'crema'])[1 + (k.a >> 40) % 10] || k.id || '@example.' || (ARRAY['com', 'org', 'net'])[1 + k.id % 3],
       CASE WHEN k.b & 7 < 2 THEN NULL WHEN k.b & 63 = 2 THEN '' ELSE dial || ' ' || 20 + (k.b >> 6 & 63) || ' ' || 1000000 + (k.b >> 12 & 2097151) END,
       CASE WHEN NOT k.company AND k.b >> 34 & 7 > 2 THEN date '1948-01-01' + (k.b >> 38 & 16383)::int + (k.b >> 52 & 4095)::int END,
       CASE k.a >> 36 & 15 WHEN 0 THEN 'c/o ' || family || E'\n' WHEN 1 THEN E'“Rear building”, 2nd floor\n' ELSE '' END
         || streets[1 + (k.b >> 20) % cardinality(streets)] || ' ' || 1 + (k.b >> 24 & 127),
       city, k.country, k.a >> 44 & 3 = 0, k.billing::billing_kind, k.imported,
       CASE WHEN k.imported THEN '2024-11-01 00:00:00+00' ELSE o.placed_at - interval '1 second' * (45 + (k.b >> 8 & 1023)) END
FROM (
  SELECT k.id, c.code AS country, k.company, k.billing, k.id <= 1200 AS imported, h.a, h.b, lpad(to_hex(h.a), 16, '0') || lpad(to_hex(h.b), 16, '0') AS hex,
         p.dial, p.streets, p.given[1 + (h.a & 65535) % cardinality(p.given)] AS given, p.family[1 + (h.a >> 16 & 65535) % cardinality(p.family)] AS family,
         p.cities[1 + ((h.b >> 48 & 1023) * (h.b >> 48 & 1023) >> 10) * cardinality(p.cities) / 1024] AS city
  FROM seed_customer AS k
  CROSS JOIN LATERAL (SELECT hashint8extended(k.id, 31) & 9223372036854775807 AS a, hashint8extended(k.id, 32) & 9223372036854775807 AS b OFFSET 0) AS h
  JOIN seed_country AS c ON c.n = k.country JOIN seed_people AS p ON p.code = c.code
) AS k
LEFT JOIN (SELECT newcomer, placed_at FROM seed_order WHERE newcomer IS NOT NULL) AS o ON o.newcomer = k.id
ORDER BY k.id;

INSERT INTO products
SELECT id, upper(left(category, 2)) || '-' || lpad(id::text, 4, '0'), name,
       CASE WHEN id % 5 = 0 THEN NULL WHEN id % 17 = 0 THEN ''
            WHEN category IN ('tea', 'coffee') THEN name || ': ' || array_to_string(tags, ', ') || E'.\nKeep it dry and dark; it''s best within a year.'
            ELSE 'Made to last. "' || name || '" comes with a two-year guarantee.' END,
       category, tags, grams, round(cents * (38 + id % 23) / 100) * 0.01,
       CASE category WHEN 'gift' THEN interval '1 day' WHEN 'equipment' THEN interval '2 days 12 hours' WHEN 'cup' THEN interval '36 hours' ELSE interval '8 hours' END,
       id NOT IN (17, 58, 83), CASE WHEN id > 98 THEN (date '2024-11-01' + (id - 98) * interval '1 month')::date END,
       CASE id WHEN 17 THEN date '2025-07-01' WHEN 58 THEN date '2026-01-01' WHEN 83 THEN date '2026-04-01' END
FROM seed_product ORDER BY id;

INSERT INTO product_prices
SELECT product, currency, CASE rise WHEN 0 THEN daterange(NULL, '2026-01-01') ELSE daterange('2026-01-01', NULL) END, price
FROM seed_price ORDER BY key;

CREATE TABLE order_items AS
SELECT order_id, line::smallint AS line_no, quantity::smallint AS quantity, product AS product_id, price::numeric(10, 2) AS unit_price FROM seed_item;

-- Along the new key the lines of an order come together, which sums them faster than hashing.
ALTER TABLE order_items
  ALTER order_id SET NOT NULL, ALTER line_no SET NOT NULL, ALTER quantity SET NOT NULL, ALTER product_id SET NOT NULL, ALTER unit_price SET NOT NULL,
  ADD CHECK (quantity > 0), ADD PRIMARY KEY (order_id, line_no);
SET LOCAL enable_hashagg = off;
SET LOCAL enable_sort = off;
CREATE TABLE orders AS
SELECT id, customer AS customer_id, placed_at, shipped_at, ('{pending,paid,shipped,refunded,cancelled}'::order_status[])[status] AS status,
       chance >> 50 & 15 = 0 AS gift, currency, subtotal::numeric(12, 2) AS subtotal, discount::numeric(12, 2) AS discount, shipping::numeric(10, 2) AS shipping_cost,
       (subtotal - discount + shipping)::numeric(12, 2) AS total, ((subtotal - discount + shipping) * eur_per_unit)::numeric(12, 2) AS total_eur, coupon AS coupon_code,
       CASE WHEN chance >> 54 & 31 = 0 THEN (ARRAY['Leave it with Mrs. "Frankie" O''Neill, next door', 'Ring twice, please', E'Happy birthday, Opa!\nYour Zoë 🎂', 'お誕生日おめでとう', 'no plastic, please; thanks'])[1 + id % 5]
            WHEN chance >> 54 & 31 < 3 THEN '' END AS note
FROM (
  SELECT o.id, o.customer, o.placed_at, o.shipped_at, o.status, o.chance, o.coupon, t.currency, t.eur_per_unit, s.subtotal,
         CASE WHEN o.percent = 0 THEN 0 ELSE trunc(s.subtotal * o.percent * 0.01, t.decimals) END AS discount,
         CASE WHEN s.subtotal >= t.free_from THEN 0 ELSE t.shipping END AS shipping
  FROM (SELECT order_id, sum(quantity * unit_price) AS subtotal FROM order_items GROUP BY order_id) AS s
  JOIN seed_order AS o ON o.id = s.order_id
  JOIN seed_terms AS t ON t.key = o.month * 16 + o.country OFFSET 0
) AS o;
SET LOCAL enable_hashagg = on;
SET LOCAL enable_sort = on;

-- The last month's visits. One in six of its orders shows how it came about; the other visits bought nothing.
CREATE TABLE events AS
SELECT row_number() OVER (ORDER BY at, visit, step)::int AS id, at AS occurred_at, session_id, customer AS customer_id, kind::event_kind AS kind,
       CASE kind
         WHEN 'page_view' THEN jsonb_build_object('path', CASE WHEN step = 1 THEN '/' WHEN step = 5 AND added THEN '/cart' ELSE '/products/' || product END,
           'referrer', CASE WHEN step = 1 THEN (ARRAY['https://search.example/?q=tea', 'https://blog.example/☕/best-of-2026', NULL, NULL])[1 + (a >> 8 & 3)] END,
           'device', (ARRAY['{"kind": "phone", "os": "Android", "width": 412}', '{"kind": "phone", "os": "iOS", "width": 390}',
             '{"kind": "desktop", "os": "Linux", "width": 1920}', '{"kind": "tablet", "os": "iPadOS", "width": 820}']::jsonb[])[1 + (a >> 12 & 3)])
         WHEN 'search' THEN jsonb_build_object('query', (ARRAY['earl grey', 'café', '抹茶', 'gift for "dad"', 'decaf', 'o''brien blend', 'чай', '50% off'])[1 + (b & 7)],
           'results', b >> 3 & 15, 'filters', CASE WHEN b & 128 = 0 THEN jsonb_build_object('category', (ARRAY['tea', 'coffee', 'cup'])[1 + (b >> 8 & 255) % 3], 'max_price', 10 + (b >> 16 & 31)) ELSE '{}' END)
         WHEN 'add_to_cart' THEN jsonb_build_object('product', jsonb_build_object('id', product, 'price', price, 'currency', currency), 'quantity', quantity, 'cart', jsonb_build_object('lines', greatest(step - 3, 1)))
         ELSE jsonb_build_object('order_id', visit, 'total', jsonb_build_object('amount', total, 'currency', currency), 'coupon', coupon)
       END AS payload
FROM (
  SELECT v.visit, v.step, v.at, v.session_id, v.customer, v.kind, v.a, v.b, v.added, v.coupon, p.product, p.price, p.currency, coalesce(i.quantity, 1) AS quantity, o.total
  FROM (
    SELECT v.visit, s.step, v.session_id, v.bought, v.added, v.a, h.b, CASE WHEN v.bought OR v.a >> 4 & 3 = 0 THEN v.customer END AS customer, v.coupon, v.currency,
           v.ends_at - interval '1 second' * ((v.steps - s.step) * 65 + (h.b >> 24 & 63) + 1) AS at,
           CASE WHEN s.step = 1 OR s.step = 3 THEN 'page_view' WHEN s.step = 2 THEN CASE WHEN v.bought OR v.a & 64 = 0 THEN 'search' ELSE 'page_view' END
                WHEN v.bought THEN CASE WHEN s.step = v.steps THEN 'checkout' ELSE 'add_to_cart' END
                WHEN s.step = 4 AND v.added THEN 'add_to_cart' ELSE 'page_view' END AS kind,
           18 + CASE WHEN s.step IN (3, 4) THEN v.a >> 20 & 1023 ELSE h.b >> 32 & 1023 END % 40 AS product
    FROM (
      SELECT o.id AS visit, o.customer, o.currency, o.coupon, o.id % 6 = 0 AS bought, h.a, h.a & 128 = 0 AS added,
             CASE WHEN o.id % 6 = 0 THEN o.lines + 4 ELSE (ARRAY[1, 1, 2, 3, 3, 4, 4, 5, 5, 5, 6, 6, 7, 8, 9, 9])[1 + (h.a & 15)] END AS steps,
             o.placed_at - CASE WHEN o.id % 6 = 0 THEN interval '0' ELSE interval '17 minutes' END AS ends_at,
             overlay(overlay(lpad(to_hex(h.a), 16, '0') || lpad(to_hex(o.chance), 16, '0') PLACING '4' FROM 13 FOR 1) PLACING 'a' FROM 17 FOR 1)::uuid AS session_id
      FROM seed_order AS o CROSS JOIN LATERAL (SELECT hashint8extended(o.id, 41) AS a OFFSET 0) AS h
      WHERE o.month = 23 AND o.placed_at >= '2026-10-01 01:00:00+00' OFFSET 0
    ) AS v
    JOIN generate_series(1, 9) AS s (step) ON s.step <= v.steps
    CROSS JOIN LATERAL (SELECT hashint8extended(v.visit * 16 + s.step, 42) AS b OFFSET 0) AS h OFFSET 0
  ) AS v
  LEFT JOIN order_items AS i ON i.order_id = CASE WHEN v.bought THEN v.visit END AND i.line_no = greatest(v.step - 3, 1)
  LEFT JOIN orders AS o ON o.id = CASE WHEN v.kind = 'checkout' THEN v.visit END
  JOIN seed_price AS p ON p.key = coalesce(i.product_id, v.product) * 16 + v.currency * 2 + 1
) AS e;

DROP VIEW seed_item;
DROP TABLE seed_currency, seed_country, seed_good, seed_product, seed_price, seed_hour, seed_customer, seed_order, seed_line, seed_people, seed_terms;

ALTER TABLE countries ADD PRIMARY KEY (code);
ALTER TABLE exchange_rates ADD PRIMARY KEY (month, currency);
ALTER TABLE customers ADD PRIMARY KEY (id), ADD UNIQUE (public_id), ADD UNIQUE (email), ADD FOREIGN KEY (country) REFERENCES countries;
ALTER TABLE products ADD PRIMARY KEY (id), ADD UNIQUE (sku);
ALTER TABLE product_prices ADD PRIMARY KEY (product_id, currency, valid_during), ADD FOREIGN KEY (product_id) REFERENCES products;
ALTER TABLE orders
  ALTER id SET NOT NULL, ALTER customer_id SET NOT NULL, ALTER placed_at SET NOT NULL, ALTER status SET NOT NULL, ALTER gift SET NOT NULL,
  ALTER currency SET NOT NULL, ALTER subtotal SET NOT NULL, ALTER discount SET NOT NULL, ALTER shipping_cost SET NOT NULL, ALTER total SET NOT NULL,
  ALTER total_eur SET NOT NULL, ADD CHECK (total = subtotal - discount + shipping_cost), ADD PRIMARY KEY (id);
ALTER TABLE orders ALTER id ADD GENERATED BY DEFAULT AS IDENTITY (START WITH 101001);
ALTER TABLE events
  ALTER occurred_at SET NOT NULL, ALTER session_id SET NOT NULL, ALTER kind SET NOT NULL, ALTER payload SET NOT NULL, ADD PRIMARY KEY (id);
ALTER TABLE events ALTER id ADD GENERATED BY DEFAULT AS IDENTITY (START WITH 100001);
CREATE INDEX ON customers (country);
CREATE INDEX ON products USING gin (tags);
CREATE INDEX ON orders (customer_id);
CREATE INDEX ON orders (placed_at);
CREATE INDEX ON orders (placed_at) WHERE status IN ('pending', 'paid');
CREATE INDEX ON events (occurred_at);
CREATE INDEX ON events (session_id);

ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers;
ALTER TABLE order_items ADD FOREIGN KEY (order_id) REFERENCES orders;
ALTER TABLE order_items ADD FOREIGN KEY (product_id) REFERENCES products;
ALTER TABLE events ADD FOREIGN KEY (customer_id) REFERENCES customers;

-- security_invoker: a view that shows nothing that its reader may not see in the tables themselves.
CREATE VIEW monthly_revenue WITH (security_invoker = true) AS
SELECT date_trunc('month', placed_at, 'UTC')::date AS month, count(*) AS orders, count(DISTINCT customer_id) AS customers,
       sum(total_eur) AS revenue_eur, round(avg(total_eur), 2) AS average_order_eur
FROM orders WHERE status IN ('paid', 'shipped') GROUP BY 1;

CREATE VIEW product_sales WITH (security_invoker = true) AS
SELECT p.id AS product_id, p.name, p.category, count(*) AS lines, sum(i.quantity) AS units,
       round(sum(i.quantity * i.unit_price * r.eur_per_unit), 2) AS revenue_eur
FROM order_items AS i
JOIN orders AS o ON o.id = i.order_id
JOIN products AS p ON p.id = i.product_id
JOIN exchange_rates AS r ON r.currency = o.currency AND r.month = date_trunc('month', o.placed_at, 'UTC')::date
WHERE o.status IN ('paid', 'shipped') GROUP BY p.id;

COMMENT ON SCHEMA public IS 'A shop for tea and coffee: two years of orders, from 2024-11-01 to 2026-10-31. All times are UTC. Everything is invented.';
COMMENT ON TYPE order_status IS 'pending: not paid yet. paid: not shipped yet. shipped. refunded: came back. cancelled: never shipped.';
COMMENT ON TYPE billing_kind IS 'at_checkout: pays when ordering. per_order: gets an invoice with each order. monthly: gets one invoice a month.';
COMMENT ON TYPE event_kind IS 'What a visitor did. It decides what is in the payload.';
COMMENT ON TABLE countries IS 'Where the shop delivers, and what that costs.';
COMMENT ON COLUMN countries.code IS 'ISO 3166 code, two letters.';
COMMENT ON COLUMN countries.name IS 'Name in English.';
COMMENT ON COLUMN countries.local_name IS 'Name in the country''s own language and script.';
COMMENT ON COLUMN countries.currency IS 'What its customers pay in (ISO 4217).';
COMMENT ON COLUMN countries.shipping_cost IS 'Shipping for an order, in that currency.';
COMMENT ON COLUMN countries.free_shipping_from IS 'From this subtotal on, shipping is free.';
COMMENT ON TABLE exchange_rates IS 'One rate a month and currency, so that revenue can be added up in euros.';
COMMENT ON COLUMN exchange_rates.month IS 'First day of the month.';
COMMENT ON COLUMN exchange_rates.currency IS 'ISO 4217 code.';
COMMENT ON COLUMN exchange_rates.eur_per_unit IS 'Euros for one unit of the currency: amount * eur_per_unit is in euros.';
COMMENT ON TABLE customers IS 'Who has registered. Some never ordered: look for them with an anti-join (NOT EXISTS).';
COMMENT ON COLUMN customers.id IS 'Numbered by time of registration. The billing database uses the same numbers.';
COMMENT ON COLUMN customers.public_id IS 'What is shown in URLs, so that nobody can guess a neighbour''s.';
COMMENT ON COLUMN customers.name IS 'As the customer writes it, in any script and with any punctuation.';
COMMENT ON COLUMN customers.company IS 'Name of the company. NULL: a private person. Empty: the old shop''s list had the field, and nothing in it.';
COMMENT ON COLUMN customers.email IS 'Unique. All are at example domains, which belong to nobody.';
COMMENT ON COLUMN customers.phone IS 'NULL: never asked. Empty: asked, and not given.';
COMMENT ON COLUMN customers.birthday IS 'NULL for companies and for who did not say.';
COMMENT ON COLUMN customers.address IS 'Street and number; some have a line break for c/o or a floor.';
COMMENT ON COLUMN customers.city IS 'City.';
COMMENT ON COLUMN customers.country IS 'ISO 3166 code; decides the currency and the shipping cost.';
COMMENT ON COLUMN customers.newsletter IS 'Whether the newsletter may be sent.';
COMMENT ON COLUMN customers.billing IS 'When this customer pays. Invoices of per_order and monthly customers are in the billing database.';
COMMENT ON COLUMN customers.imported IS 'True for the 1,200 who came from the shop''s predecessor on the first day. Leave them out of questions about new customers.';
COMMENT ON COLUMN customers.created_at IS 'When the customer registered; the first moment of 2024-11-01 for imported ones.';
COMMENT ON TABLE products IS 'What is or was sold.';
COMMENT ON COLUMN products.id IS 'The product''s number.';
COMMENT ON COLUMN products.sku IS 'Stock keeping unit: what is printed on the shelf.';
COMMENT ON COLUMN products.name IS 'Name, with the size for tea and coffee.';
COMMENT ON COLUMN products.description IS 'Text for the shop. NULL: not written yet. Empty: deliberately none.';
COMMENT ON COLUMN products.category IS 'tea, coffee, equipment, cup, treat, gift or book.';
COMMENT ON COLUMN products.tags IS 'An array. Find a tag with tags @> ARRAY[''green''], which uses the index; list all with unnest(tags).';
COMMENT ON COLUMN products.weight_grams IS 'Weight of the content. NULL where it is not sold by weight.';
COMMENT ON COLUMN products.unit_cost IS 'What one costs the shop, in euros.';
COMMENT ON COLUMN products.lead_time IS 'How long packing takes, at most.';
COMMENT ON COLUMN products.active IS 'Whether it is on sale now.';
COMMENT ON COLUMN products.launched_on IS 'First day on sale. NULL: on sale since the shop opened.';
COMMENT ON COLUMN products.discontinued_on IS 'First day that it was no longer sold. NULL: still sold.';
COMMENT ON TABLE product_prices IS 'Price lists. Prices went up on 2026-01-01; the price of a day is in the row with valid_during @> that day.';
COMMENT ON COLUMN product_prices.product_id IS 'The product.';
COMMENT ON COLUMN product_prices.currency IS 'ISO 4217 code.';
COMMENT ON COLUMN product_prices.valid_during IS 'When the price holds: a range of days, open at one end.';
COMMENT ON COLUMN product_prices.price IS 'Price of one, in that currency, tax included.';
COMMENT ON TABLE orders IS 'One row an order. For revenue take status paid and shipped, and add up total_eur.';
COMMENT ON COLUMN orders.id IS 'Numbered by time. The billing database uses the same numbers.';
COMMENT ON COLUMN orders.customer_id IS 'Who ordered.';
COMMENT ON COLUMN orders.placed_at IS 'When the order came in.';
COMMENT ON COLUMN orders.shipped_at IS 'When the parcel left. NULL: not yet, or never.';
COMMENT ON COLUMN orders.status IS 'State on 2026-10-31, at the end of the day.';
COMMENT ON COLUMN orders.gift IS 'Whether it was wrapped as a gift.';
COMMENT ON COLUMN orders.currency IS 'Currency of all amounts but total_eur (ISO 4217).';
COMMENT ON COLUMN orders.subtotal IS 'Sum of quantity * unit_price of its items.';
COMMENT ON COLUMN orders.discount IS 'What the coupon takes off.';
COMMENT ON COLUMN orders.shipping_cost IS 'Shipping; 0 for big orders.';
COMMENT ON COLUMN orders.total IS 'subtotal - discount + shipping_cost';
COMMENT ON COLUMN orders.total_eur IS 'The total in euros, at the month''s exchange rate. The only amount that may be added up across currencies.';
COMMENT ON COLUMN orders.coupon_code IS 'The coupon used, else NULL.';
COMMENT ON COLUMN orders.note IS 'The customer''s note. NULL: the field was not opened. Empty: it was opened and left empty.';
COMMENT ON TABLE order_items IS 'The lines of the orders. A product may stand on two lines of one order.';
COMMENT ON COLUMN order_items.order_id IS 'The order.';
COMMENT ON COLUMN order_items.line_no IS 'Line number within the order, from 1.';
COMMENT ON COLUMN order_items.quantity IS 'How many.';
COMMENT ON COLUMN order_items.product_id IS 'What was bought.';
COMMENT ON COLUMN order_items.unit_price IS 'Price of one on that day, in the order''s currency.';
COMMENT ON TABLE events IS 'What visitors did, since 2026-10-01; older events are deleted. Of visits that ended in an order only one in six was recorded.';
COMMENT ON COLUMN events.id IS 'Numbered by time.';
COMMENT ON COLUMN events.occurred_at IS 'When it happened.';
COMMENT ON COLUMN events.session_id IS 'The visit that it belongs to.';
COMMENT ON COLUMN events.customer_id IS 'Who it was. NULL: not logged in.';
COMMENT ON COLUMN events.kind IS 'What was done.';
COMMENT ON COLUMN events.payload IS 'Details, by kind. page_view: path, referrer, device. search: query, results, filters. add_to_cart: product, quantity, cart. checkout: order_id, total, coupon.';
COMMENT ON VIEW monthly_revenue IS 'Revenue by month, of orders that are paid or shipped.';
COMMENT ON COLUMN monthly_revenue.month IS 'First day of the month (UTC).';
COMMENT ON COLUMN monthly_revenue.orders IS 'How many orders.';
COMMENT ON COLUMN monthly_revenue.customers IS 'How many different customers ordered.';
COMMENT ON COLUMN monthly_revenue.revenue_eur IS 'Sum of the orders'' totals in euros.';
COMMENT ON COLUMN monthly_revenue.average_order_eur IS 'Average total of an order in euros.';
COMMENT ON VIEW product_sales IS 'What was sold of each product since the beginning, of orders that are paid or shipped.';
COMMENT ON COLUMN product_sales.product_id IS 'products.id';
COMMENT ON COLUMN product_sales.name IS 'Name of the product.';
COMMENT ON COLUMN product_sales.category IS 'Category of the product.';
COMMENT ON COLUMN product_sales.lines IS 'On how many order lines it stands.';
COMMENT ON COLUMN product_sales.units IS 'How many were sold.';
COMMENT ON COLUMN product_sales.revenue_eur IS 'What they brought in euros, at list prices: without shipping costs, discounts not taken off.';
