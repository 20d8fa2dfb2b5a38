-- What the attacks are run against: a database that belongs to att_owner, with everything in it that a careless
-- administrator may have made. Run by a superuser in an empty database; @SOCKETS@ and @PORT@ are the primary's.
--
-- PL/V8 is not in the embedded PostgreSQL. The functions app.js_* stand for functions in JavaScript and do the same
-- in plpgsql: loop for ever, use memory, keep something in the session, run SQL given as text. What is special to
-- JavaScript (a loop that no timeout ends) is therefore not tested here: the reader may call none of them.

REVOKE ALL ON DATABASE @DATABASE@ FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE @DATABASE@ TO PUBLIC;
CREATE SCHEMA vault AUTHORIZATION att_owner;
CREATE SCHEMA app AUTHORIZATION att_owner;
GRANT USAGE ON SCHEMA app TO att_plain, att_other;
CREATE EXTENSION dblink;
CREATE EXTENSION postgres_fdw;
CREATE EXTENSION tablefunc;
ALTER DATABASE @DATABASE@ SET app.jwt_secret = 'TOPSECRET-setting';

SET ROLE att_owner;
CREATE TABLE app.canary (id int, note text);
INSERT INTO app.canary VALUES (0, 'alive');
CREATE TABLE app.accounts (id int PRIMARY KEY, tenant text, name text, balance numeric, ssn text);
INSERT INTO app.accounts
  SELECT g, CASE WHEN g % 2 = 0 THEN 'a' ELSE 'b' END, 'user' || g, g * 10, 'ssn-' || g FROM generate_series(1, 1000) AS g;
CREATE INDEX acc_name ON app.accounts (name);
CREATE TABLE app."update" ("delete" int, "set_config" text, nextval int, key_hint text DEFAULT 'a-default');
INSERT INTO app."update" VALUES (1, 'a', 2, NULL);
CREATE TABLE vault.secret (k text, v text);
INSERT INTO vault.secret VALUES ('api_key', 'TOPSECRET-table');
CREATE TABLE vault.people (id int, tenant text, name text, ssn text, key_hint text DEFAULT 'TOPSECRET-default');
INSERT INTO vault.people SELECT g, CASE WHEN g % 2 = 0 THEN 'a' ELSE 'b' END, 'user' || g, 'TOPSECRET-row-' || g FROM generate_series(1, 10) AS g;
CREATE SEQUENCE app.seq;

-- Rows of tenant b are hidden from everybody, the owner too.
CREATE TABLE app.rls (tenant text, v text);
INSERT INTO app.rls VALUES ('a', 'ok-a'), ('b', 'TOPSECRET-tenant');
ALTER TABLE app.rls ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.rls FORCE ROW LEVEL SECURITY;
CREATE POLICY p ON app.rls USING (tenant = coalesce(nullif(current_setting('app.tenant', true), ''), 'a'));
CREATE VIEW app.v_leaky AS SELECT id, name, ssn FROM vault.people WHERE tenant = 'a';
CREATE VIEW app.v_barrier WITH (security_barrier) AS SELECT id, name, ssn FROM vault.people WHERE tenant = 'a';

-- Functions that write, with their caller's rights or their owner's.
CREATE FUNCTION app.bump() RETURNS int LANGUAGE plpgsql AS
  $$ BEGIN INSERT INTO app.canary VALUES (1, 'pwned'); RETURN 1; END $$;
CREATE FUNCTION app.secdef_write() RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS
  $$ BEGIN INSERT INTO app.canary VALUES (2, 'pwned'); RETURN 2; END $$;
CREATE FUNCTION app.secdef_read() RETURNS SETOF vault.secret LANGUAGE sql SECURITY DEFINER AS
  $$ SELECT * FROM vault.secret $$;
CREATE FUNCTION app.secdef_sql(q text) RETURNS SETOF text LANGUAGE plpgsql SECURITY DEFINER AS
  $$ BEGIN RETURN QUERY EXECUTE q; END $$;
CREATE FUNCTION app.acct_pwn(a app.accounts) RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS
  $$ BEGIN RETURN (SELECT v FROM vault.secret); END $$;
CREATE FUNCTION app.prosrc_secret() RETURNS text LANGUAGE sql AS $$ SELECT md5('TOPSECRET-source') $$;
CREATE PROCEDURE app.proc_commit() LANGUAGE plpgsql AS
  $$ BEGIN COMMIT; SET TRANSACTION READ WRITE; INSERT INTO app.canary VALUES (3, 'pwned'); END $$;
CREATE PROCEDURE app.proc_write() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO app.canary VALUES (4, 'pwned'); END $$;
-- Says that it never changes anything: the planner calls it, for EXPLAIN too.
CREATE FUNCTION app.liar(n int) RETURNS int LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER AS
  $$ BEGIN PERFORM app.secdef_write(); RETURN n; END $$;
CREATE FUNCTION app.writes(n int) RETURNS bool LANGUAGE plpgsql SECURITY DEFINER AS
  $$ BEGIN INSERT INTO app.canary VALUES (5, 'pwned'); RETURN true; END $$;

-- Places where a function hides behind something else.
CREATE DOMAIN app.evil_domain AS int CHECK (app.writes(VALUE));
CREATE TYPE app.evil AS (n int);
CREATE FUNCTION app.evil_to_int(e app.evil) RETURNS int LANGUAGE sql SECURITY DEFINER AS $$ SELECT app.writes(1)::int $$;
CREATE CAST (app.evil AS int) WITH FUNCTION app.evil_to_int(app.evil);
CREATE FUNCTION app.op_write(a int, b int) RETURNS bool LANGUAGE sql SECURITY DEFINER AS $$ SELECT app.writes(a) $$;
CREATE OPERATOR app.### (FUNCTION = app.op_write, LEFTARG = int, RIGHTARG = int);
CREATE FUNCTION app.agg_step(s int, n int) RETURNS int LANGUAGE sql SECURITY DEFINER AS $$ SELECT app.writes(n)::int $$;
CREATE AGGREGATE app.evil_agg(int) (SFUNC = app.agg_step, STYPE = int, INITCOND = '0');
CREATE VIEW app.evil_view AS SELECT app.bump() AS b;
CREATE VIEW app.v_secdef AS SELECT app.secdef_write() AS b;
CREATE VIEW app.v_set AS SELECT set_config('app.tenant', 'b', false) AS b;
CREATE VIEW app.v_lock AS SELECT pg_try_advisory_lock(4720) AS b;
CREATE VIEW app.v_seq AS SELECT nextval('app.seq') AS b;
CREATE VIEW app.v_notify AS SELECT pg_notify('app_events', 'forged')::text AS b;
CREATE VIEW app.v_key AS SELECT id FROM app.accounts WHERE name <> 'TOPSECRET-view';
CREATE MATERIALIZED VIEW app.mv AS SELECT count(*) FROM app.accounts;
CREATE TABLE app.rls_writes (id int);
INSERT INTO app.rls_writes VALUES (1);
ALTER TABLE app.rls_writes ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.rls_writes FORCE ROW LEVEL SECURITY;
CREATE POLICY p ON app.rls_writes USING (app.writes(id));

-- In place of JavaScript: see above.
CREATE FUNCTION app.js_loop() RETURNS int LANGUAGE plpgsql AS $$ DECLARE n int; BEGIN LOOP n := 1; END LOOP; END $$;
CREATE FUNCTION app.js_mem() RETURNS int LANGUAGE plpgsql AS $$
  DECLARE a text[] := '{}'; BEGIN LOOP a := a || repeat('x', 10000); END LOOP; END $$;
CREATE FUNCTION app.js_regex() RETURNS bool LANGUAGE plpgsql AS
  $$ BEGIN RETURN repeat('a', 3000) ~ '(a+)(a+)\1\2(a+)\3[^a]?a*(b|aa)\1x?$'; END $$;
CREATE FUNCTION app.js_stash(v text) RETURNS text LANGUAGE plpgsql AS $$
  DECLARE o text := coalesce(current_setting('app.stash', true), 'empty');
  BEGIN PERFORM set_config('app.stash', v, false); RETURN o; END $$;
CREATE FUNCTION app.js_exec(q text) RETURNS text LANGUAGE plpgsql AS
  $$ DECLARE r text; BEGIN EXECUTE 'SELECT row_to_json(q)::text FROM (' || q || ') q' INTO r; RETURN r; END $$;

GRANT SELECT ON ALL TABLES IN SCHEMA app TO att_plain, att_other;
RESET ROLE;

-- Foreign tables whose remote account may write, and whose password is kept for everybody: the usual mistake.
CREATE SERVER att_loop FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '@SOCKETS@', port '@PORT@', dbname '@DATABASE@');
GRANT USAGE ON FOREIGN SERVER att_loop TO att_owner, att_plain;
CREATE USER MAPPING FOR PUBLIC SERVER att_loop OPTIONS (user 'att_owner', password 'TOPSECRET-password');
SET ROLE att_owner;
CREATE FOREIGN TABLE app.ft_canary (id int, note text) SERVER att_loop OPTIONS (schema_name 'app', table_name 'canary');
CREATE FOREIGN TABLE app.ft_evil (b int) SERVER att_loop OPTIONS (schema_name 'app', table_name 'evil_view');
CREATE FOREIGN TABLE app.ft_seq (b bigint) SERVER att_loop OPTIONS (schema_name 'app', table_name 'v_seq');
CREATE VIEW app.v_ft_seq AS SELECT b FROM app.ft_seq;
GRANT SELECT ON app.ft_canary, app.ft_evil, app.ft_seq, app.v_ft_seq TO att_plain;
RESET ROLE;
SELECT lo_from_bytea(424242, 'TOPSECRET-lo');
ALTER LARGE OBJECT 424242 OWNER TO att_owner;
