-- What somebody makes after sql/roles.sql and sql/revokes.sql were run, without a thought of the reader: a role that
-- those files did not know owns functions that everybody may call.
GRANT USAGE ON LANGUAGE sql, plpgsql TO att_later;
CREATE SCHEMA later AUTHORIZATION att_later;
GRANT USAGE ON SCHEMA later TO PUBLIC;
SET ROLE att_later;
CREATE TABLE later.canary (note text);
CREATE FUNCTION later.write() RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS
  $$ BEGIN INSERT INTO later.canary VALUES ('pwned'); RETURN 1; END $$;
CREATE FUNCTION later.stable_lock() RETURNS bool LANGUAGE plpgsql STABLE AS
  $$ BEGIN RETURN pg_try_advisory_lock(4730); END $$;
-- dblink is not read-only when its caller is.
CREATE FUNCTION later.dblink_write() RETURNS text LANGUAGE sql SECURITY DEFINER AS $$
  SELECT public.dblink_exec('host=@SOCKETS@ port=@PORT@ dbname=@DATABASE@ user=att_owner password=TOPSECRET-password',
    'INSERT INTO app.canary VALUES (6, ''pwned'')') $$;
RESET ROLE;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO att_later;
SET ROLE att_owner;
CREATE VIEW app.v_later_dblink AS SELECT later.dblink_write() AS b;
CREATE VIEW app.v_later_write AS SELECT later.write() AS b;
GRANT SELECT ON app.v_later_dblink, app.v_later_write TO PUBLIC;
RESET ROLE;

-- The same function behind a domain's CHECK and a row security policy: no SQL that reads these tables names it.
SET ROLE att_later;
CREATE FUNCTION later.dblink_ok(n int) RETURNS bool LANGUAGE sql SECURITY DEFINER AS $$ SELECT later.dblink_write() IS NOT NULL $$;
CREATE DOMAIN later.checked AS int CHECK (later.dblink_ok(VALUE));
CREATE TYPE later.pair AS (n later.checked);
RESET ROLE;
GRANT USAGE, CREATE ON SCHEMA later TO att_owner;
SET ROLE att_owner;
CREATE TABLE app.later_rls (id int);
INSERT INTO app.later_rls VALUES (1);
ALTER TABLE app.later_rls ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.later_rls FORCE ROW LEVEL SECURITY;
CREATE POLICY p ON app.later_rls USING (later.dblink_ok(id));
CREATE TABLE app.later_pair (t text, n later.checked);
INSERT INTO app.later_pair VALUES ('a', NULL);
DELETE FROM app.canary WHERE note <> 'alive';
GRANT SELECT ON app.later_rls, app.later_pair TO PUBLIC;
RESET ROLE;
