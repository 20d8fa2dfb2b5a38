-- Optional, after sql/roles.sql: takes from everybody what PostgreSQL gives everybody, and a reader of clips has no
-- use for. The gate refuses all of it anyway; with this file the database does so too.
--
-- For PostgreSQL 13 to 18. Run it on the primary (followers get it by replication), once in each database that clips
-- shall query, as a superuser: it changes what belongs to PostgreSQL itself, which managed services often do not allow.
--
--     psql -v ON_ERROR_STOP=1 -d shop -c "SET dataclips.applications = 'web,jobs'" -f sql/revokes.sql
--
-- Its one parameter (psql: SET on the command line with -c, or PGOPTIONS="-c dataclips.applications=web,jobs"):
--
--     SET dataclips.applications = '';    -- roles that keep what is taken from PUBLIC below, with commas
--
-- Superusers keep everything. So do the roles that own this database, or a schema, a table or a function in it.
-- EVERY OTHER ROLE LOSES, in this database: set_config(), advisory locks, large objects, pg_notify(), pg_sleep(),
-- cancelling and ending sessions, and some more that stand below; making functions, and DO; and to see the source of
-- functions and what other sessions run. Tools that read these catalogs break for such a role: pg_dump, and psql's \df+
-- and \sf. So name the roles of every other program that uses this database. Nobody gets more than PUBLIC had: run
-- again, the file does no harm, but has nothing left to give to a role that is named only then (GRANT it by hand).
--
-- Followers apply it as it is replayed. Sessions that are open obey at once.

-- Functions. Every name is looked up, so that what this version or this database does not have is no error. Those of
-- the extensions dblink, tablefunc and xml2 are found in whatever schema they are.
DO $dataclips$
DECLARE
  applications text[];
  application text;
  item record;
BEGIN
  SELECT array_agg(DISTINCT name) INTO applications FROM (
    SELECT quote_ident(trim(n)) FROM unnest(string_to_array(coalesce(current_setting('dataclips.applications', true), ''), ',')) AS n
    WHERE trim(n) <> ''
    UNION ALL SELECT d.datdba::pg_catalog.regrole::text FROM pg_catalog.pg_database d WHERE d.datname = current_database()
    UNION ALL SELECT n.nspowner::pg_catalog.regrole::text FROM pg_catalog.pg_namespace n WHERE n.nspname !~ '^pg_'
    UNION ALL SELECT c.relowner::pg_catalog.regrole::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname !~ '^pg_'
    UNION ALL SELECT p.proowner::pg_catalog.regrole::text FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
      WHERE n.nspname !~ '^pg_'
  ) AS keepers (name)
  -- pg_database_owner stands for the database's owner; superusers need no grant.
  WHERE name !~ '^pg_' AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_roles r WHERE pg_catalog.quote_ident(r.rolname) = name AND r.rolsuper);
  -- The blocks below use the same list.
  PERFORM set_config('dataclips.keepers', coalesce(array_to_string(applications, ','), ''), false);

  FOR item IN
    SELECT p.oid::pg_catalog.regprocedure AS signature
    FROM pg_catalog.pg_proc p
    JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype = 'e'
    LEFT JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
    WHERE (
        n.nspname = 'pg_catalog' AND (
          -- Switches limits and read-only mode off, and row security that goes by a setting.
          p.proname = 'set_config'
          -- Locks that outlive the transaction, and fill the lock table of the whole server.
          OR p.proname ~ '^pg_(try_)?advisory_'
          -- Large objects are outside of the tables that the reader is granted.
          OR p.proname ~ '^lo_' OR p.proname IN ('loread', 'lowrite')
          -- Messages, to other sessions and into the write-ahead log; transaction numbers.
          OR p.proname IN ('pg_notify', 'pg_logical_emit_message', 'txid_current', 'pg_current_xact_id')
          -- Does nothing for as long as it is allowed to.
          OR p.proname ~ '^pg_sleep'
          -- Run SQL given as text, which the gate cannot see into.
          OR p.proname ~ '^(query|table|schema|database|cursor)_to_xml' OR p.proname = 'ts_stat'
          OR p.proname = 'ts_rewrite' AND p.pronargs = 2
          -- Other sessions of the same role: end them, and see what they run.
          OR p.proname IN ('pg_cancel_backend', 'pg_terminate_backend')
          -- The source of functions: see the catalog below.
          OR p.proname IN ('pg_get_functiondef', 'pg_get_function_sqlbody')
        )
        OR e.extname = 'dblink'
        OR e.extname = 'tablefunc' AND p.proname ~ '^(crosstab|connectby)'
        OR e.extname = 'xml2' AND p.proname = 'xpath_table'
      )
      AND EXISTS (
        SELECT FROM pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) a
        WHERE a.grantee = 0 AND a.privilege_type = 'EXECUTE')
  LOOP
    BEGIN
      FOREACH application IN ARRAY coalesce(applications, '{}') LOOP
        EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO %s', item.signature, application);
      END LOOP;
      EXECUTE format('REVOKE EXECUTE ON ROUTINE %s FROM PUBLIC', item.signature);
    EXCEPTION WHEN insufficient_privilege THEN
      RAISE NOTICE 'Everybody may still call %: run this file as a superuser', item.signature;
    END;
  END LOOP;
END
$dataclips$;

-- Languages: whoever may use one can write DO $$ … $$, with loops that catch their own cancellation, and functions
-- where a schema lets them. What is called already needs no such privilege.
DO $dataclips$
DECLARE
  application text;
  item record;
BEGIN
  FOR item IN
    SELECT l.lanname FROM pg_catalog.pg_language l
    WHERE l.lanpltrusted AND EXISTS (
      SELECT FROM pg_catalog.aclexplode(coalesce(l.lanacl, pg_catalog.acldefault('l', l.lanowner))) a
      WHERE a.grantee = 0 AND a.privilege_type = 'USAGE')
  LOOP
    BEGIN
      FOREACH application IN ARRAY string_to_array(current_setting('dataclips.keepers'), ',') LOOP
        EXECUTE format('GRANT USAGE ON LANGUAGE %I TO %s', item.lanname, application);
      END LOOP;
      EXECUTE format('REVOKE USAGE ON LANGUAGE %I FROM PUBLIC', item.lanname);
    EXCEPTION WHEN insufficient_privilege THEN
      RAISE NOTICE 'Everybody may still use the language %: run this file as a superuser', item.lanname;
    END;
  END LOOP;
END
$dataclips$;

-- The source of functions, which may hold secrets: everything in pg_proc stays readable but that.
DO $dataclips$
DECLARE
  application text;
  readable text;
BEGIN
  SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) INTO readable
  FROM pg_catalog.pg_attribute a
  WHERE a.attrelid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND NOT a.attisdropped AND a.attname NOT IN ('prosrc', 'probin', 'prosqlbody');
  IF EXISTS (
    SELECT FROM pg_catalog.pg_class c, pg_catalog.aclexplode(c.relacl) a
    WHERE c.oid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND a.grantee = 0 AND a.privilege_type = 'SELECT'
  ) THEN
    FOREACH application IN ARRAY string_to_array(current_setting('dataclips.keepers'), ',') LOOP
      EXECUTE format('GRANT SELECT ON pg_catalog.pg_proc TO %s', application);
    END LOOP;
    REVOKE SELECT ON pg_catalog.pg_proc FROM PUBLIC;
    EXECUTE format('GRANT SELECT (%s) ON pg_catalog.pg_proc TO PUBLIC', readable);
  END IF;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE NOTICE 'Everybody may still read the source of functions: run this file as a superuser';
END
$dataclips$;

-- What other sessions of the same role run, with all the values in it. pg_read_all_stats, and pg_monitor with it,
-- keeps seeing it, so that monitoring goes on.
DO $dataclips$
DECLARE
  application text;
  item record;
BEGIN
  FOR item IN
    SELECT format('SELECT ON pg_catalog.%I', c.relname) AS privilege
    FROM pg_catalog.pg_class c, pg_catalog.aclexplode(c.relacl) a
    WHERE c.relnamespace = 'pg_catalog'::pg_catalog.regnamespace AND a.grantee = 0 AND a.privilege_type = 'SELECT'
      AND c.relname IN ('pg_stat_activity', 'pg_prepared_statements', 'pg_cursors')
    UNION ALL
    SELECT format('EXECUTE ON FUNCTION %s', p.oid::pg_catalog.regprocedure)
    FROM pg_catalog.pg_proc p
    WHERE p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace
      AND p.proname IN ('pg_stat_get_activity', 'pg_stat_get_backend_activity', 'pg_prepared_statement', 'pg_cursor')
      AND EXISTS (
        SELECT FROM pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) a
        WHERE a.grantee = 0 AND a.privilege_type = 'EXECUTE')
  LOOP
    BEGIN
      FOREACH application IN ARRAY array_append(string_to_array(current_setting('dataclips.keepers'), ','), 'pg_read_all_stats') LOOP
        EXECUTE format('GRANT %s TO %s', item.privilege, application);
      END LOOP;
      EXECUTE format('REVOKE %s FROM PUBLIC', item.privilege);
    EXCEPTION WHEN insufficient_privilege THEN
      RAISE NOTICE 'Everybody still has %: run this file as a superuser', item.privilege;
    END;
  END LOOP;
END
$dataclips$;
