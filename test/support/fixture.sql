-- What clips query in tests.
CREATE SCHEMA app;
CREATE TABLE app.canary (id int PRIMARY KEY, note text);
INSERT INTO app.canary VALUES (1, 'alive');
CREATE TABLE app.secret (note text);
INSERT INTO app.secret VALUES ('TOPSECRET');
CREATE SEQUENCE app.counter;
CREATE FUNCTION app.bump() RETURNS int LANGUAGE plpgsql AS
  $$ BEGIN INSERT INTO app.canary VALUES (2, 'harmed'); RETURN 1; END $$;
CREATE TABLE numbers AS
  SELECT n::int AS id, 'name ' || n AS name, (n * 1.37)::numeric(12, 2) AS amount,
         timestamptz '2026-01-01 00:00+00' + n * interval '1 second' AS moment, n % 2 = 0 AS even
    FROM generate_series(1, 20000) AS n;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE pair AS (a int, b text);
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
