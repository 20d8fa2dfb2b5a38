-- Tables of every shape that a comparison meets, all of them healthy.
CREATE SCHEMA "Odd ""schema";
CREATE TYPE mood AS ENUM ('low', 'high');
CREATE TYPE spot AS (x int, y text);
CREATE DOMAIN code AS varchar(10) CHECK (VALUE <> '');

CREATE TABLE types (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  i2 smallint, i4 int, f4 real, f8 double precision, n numeric(30, 8), m money, b boolean, c char(7), v varchar(20),
  t text, by bytea, d date, ti time, tz timetz, ts timestamp, tstz timestamptz, iv interval, u uuid, j json, jb jsonb,
  ia int[], ta text[][], r int4range, mr int4multirange, mo mood, s spot, cd code, ip inet, ci cidr, mac macaddr,
  bi bit(5), vb bit varying, p point, pa path, po polygon, ts_v tsvector, x xml, rc regclass, o oid, n4 name, lsn pg_lsn,
  gone int,
  twice int GENERATED ALWAYS AS (i4 * 2) STORED,
  thrice int GENERATED ALWAYS AS (i4 * 3) VIRTUAL
);
INSERT INTO types (i2, i4, f4, f8, n, m, b, c, v, t, by, d, ti, tz, ts, tstz, iv, u, j, jb, ia, ta, r, mr, mo, s, cd, ip,
                   ci, mac, bi, vb, p, pa, po, ts_v, x, rc, o, n4, lsn, gone)
SELECT n, -n, n / 3.0, n / 7.0, n / 9.0, n::money, n % 2 = 0, 'c' || n, 'v' || n, E'a "quoted", (text)\n\\ ' || n,
       decode(md5(n::text), 'hex'), '2013-11-27', '09:30', '09:30+02', '2013-11-27 09:30', '2013-11-27 09:30+01',
       '1 mon -2 days 03:00', md5(n::text)::uuid, '{"a": [1, null]}', '{"b": 2}', ARRAY[n, NULL], '{{a,b},{c,NULL}}',
       int4range(n, n + 5), int4multirange(int4range(n, n + 1)), 'high', (n, 'y')::spot, 'code', '10.0.0.1', '10.0.0.0/8',
       '08:00:2b:01:02:03', B'10101', B'1', '(1,2)', '[(0,0),(1,1)]', '((0,0),(1,1),(1,0))', 'a fat cat', '<a>1</a>',
       'types', n, 'name', '0/16B3748', n
FROM generate_series(1, 300) AS n;
INSERT INTO types (i4) SELECT NULL FROM generate_series(1, 50);
INSERT INTO types (f8, n, ts, t) VALUES ('NaN', 'NaN', 'infinity', ''), ('-Infinity', 0, '-infinity', NULL), ('-0', -0.1, NULL, 'Zürich ☃');
ALTER TABLE types DROP COLUMN gone;

CREATE TABLE "Odd ""schema"."Täble ""☃"" $1" ("Kéy ""x""" text PRIMARY KEY, "t" text, "select" int);
INSERT INTO "Odd ""schema"."Täble ""☃"" $1" SELECT 'k''"\{,☃' || n, 't' || n, n FROM generate_series(1, 120) AS n;

-- The index's order of the columns is not the table's.
CREATE TABLE composite (note text, at timestamptz, tenant int, name text COLLATE "en-x-icu", mood mood,
                        PRIMARY KEY (tenant, name, at, mood) INCLUDE (note));
INSERT INTO composite SELECT 'n' || n, '2013-11-27 09:30+01'::timestamptz + n * interval '1 microsecond', n % 2,
                             (ARRAY['Äpfel', 'apple', 'Apple', 'zebra', 'é'])[1 + n % 5], 'low' FROM generate_series(1, 700) AS n;

CREATE TABLE padded (key char(6) PRIMARY KEY, day date);
INSERT INTO padded SELECT 'k' || n, '2013-11-27' FROM generate_series(1, 90) AS n;
CREATE TABLE array_key (key int[] PRIMARY KEY);
INSERT INTO array_key SELECT ARRAY[n % 7, n] FROM generate_series(1, 90) AS n;
CREATE TABLE float_key (key double precision PRIMARY KEY);
INSERT INTO float_key SELECT n / 3.0 FROM generate_series(-40, 40) AS n;
INSERT INTO float_key VALUES ('NaN'), ('-Infinity');

CREATE TABLE no_key (n int, t text);
INSERT INTO no_key SELECT n, repeat('x', n % 300) FROM generate_series(1, 2500) AS n;
DELETE FROM no_key WHERE n % 3 = 0;
CREATE TABLE no_columns ();
INSERT INTO no_columns DEFAULT VALUES;
CREATE TABLE empty (id int PRIMARY KEY);
CREATE TABLE empty_no_key (id int);
CREATE TABLE toasted (id int PRIMARY KEY, body text);
INSERT INTO toasted SELECT n, (SELECT string_agg(md5((n * i)::text), '') FROM generate_series(1, 400) AS i) FROM generate_series(1, 20) AS n;

CREATE TABLE parts (id int, part text, PRIMARY KEY (id, part)) PARTITION BY LIST (part);
CREATE TABLE parts_a PARTITION OF parts FOR VALUES IN ('a') PARTITION BY RANGE (id);
CREATE TABLE parts_a_low PARTITION OF parts_a FOR VALUES FROM (MINVALUE) TO (50);
CREATE TABLE parts_a_high PARTITION OF parts_a FOR VALUES FROM (50) TO (MAXVALUE);
CREATE TABLE parts_rest PARTITION OF parts DEFAULT;
INSERT INTO parts SELECT n, (ARRAY['a', 'b'])[1 + n % 2] FROM generate_series(1, 200) AS n;
CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE child (PRIMARY KEY (id)) INHERITS (parent);
INSERT INTO parent SELECT generate_series(1, 10);
INSERT INTO child SELECT generate_series(1, 20);

CREATE MATERIALIZED VIEW summary AS SELECT part, count(*) FROM parts GROUP BY part;
CREATE VIEW a_view AS SELECT 1 AS one;

-- What is left out.
CREATE MATERIALIZED VIEW unfilled AS SELECT 1 AS one WITH NO DATA;
CREATE UNLOGGED TABLE unlogged (id int PRIMARY KEY);
CREATE EXTENSION postgres_fdw;
CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw;
CREATE FOREIGN TABLE abroad (id int) SERVER elsewhere;
CREATE TEMPORARY TABLE temporary (id int);
ANALYZE;
