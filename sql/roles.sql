-- The reader role: the one that runs clips. It can read the tables of the schemas that you name, and nothing else.
--
-- For PostgreSQL 13 to 18. Run it on the primary (followers get it by replication), once in each database that clips
-- shall query, as a superuser or as the owner of that database who may also create roles:
--
--     psql -v ON_ERROR_STOP=1 -d shop -f sql/roles.sql
--
-- Running it again does no harm; run it again when tables have a new owner, and after CREATE EXTENSION. Afterwards give the role a password:
--
--     \password dataclips_reader
--
-- Its parameters are settings, given before the file in the same session (psql: SET on the command line with -c,
-- or PGOPTIONS="-c dataclips.schemas=public,sales"). These are the defaults:
--
--     SET dataclips.reader = 'dataclips_reader';    -- the role's name; it must not be a role with another purpose
--     SET dataclips.schemas = 'public';             -- the schemas that clips may read, separated by commas
--     SET dataclips.connection_limit = '20';        -- sessions at once: max_runs + 3 for each database of this server,
--                                                   -- and that for each server process of Dataclips
--     SET dataclips.statement_timeout = '60s';      -- for a session that does not set its own
--     SET dataclips.applications = '';              -- roles that keep what is taken from PUBLIC below, with commas
--
-- What it takes from PUBLIC, in this database: TEMPORARY tables, CREATE in the schemas, EXECUTE on the functions of
-- your schemas, languages such as PL/V8, and making large objects. Owners and superusers keep all of it. Name the roles
-- of other programs that use this database in dataclips.applications, or they lose it too.
--
-- The extensions named below, such as PostGIS and hstore, stay open to PUBLIC.

-- Extensions that clips may use, because their functions do no more than their caller may do anyway. PUBLIC keeps
-- EXECUTE on these functions, which the operators of their types need too, except on those that are
-- both SECURITY DEFINER and VOLATILE.
SET dataclips.trusted_extensions =
  'citext hstore ltree pg_trgm unaccent fuzzystrmatch intarray intagg cube earthdistance isn seg btree_gin btree_gist '
  'uuid-ossp pgcrypto tablefunc dict_int dict_xsyn tsm_system_rows tsm_system_time postgis postgis_raster '
  'postgis_sfcgal address_standardizer vector timescaledb h3 hll ip4r semver pg_uuidv7';

-- The role. Every attribute is off. NOINHERIT: a later GRANT of another role gives it nothing by itself.
-- A role that exists and is more than a reader is refused, because it is probably somebody else's.
DO $dataclips$
DECLARE
  reader name := coalesce(nullif(current_setting('dataclips.reader', true), ''), 'dataclips_reader');
  connections int := coalesce(nullif(current_setting('dataclips.connection_limit', true), ''), '20')::int;
  role_row record;
  complaint text;
  attributes text := '';
BEGIN
  BEGIN
    EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOINHERIT NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', reader);
  EXCEPTION WHEN duplicate_object THEN
    RAISE NOTICE 'Role % exists; checking it', reader;
  END;

  SELECT * INTO STRICT role_row FROM pg_catalog.pg_roles WHERE rolname = reader;
  SELECT string_agg(reason, '; ') INTO complaint FROM (
    SELECT 'it is a superuser' AS reason WHERE role_row.rolsuper
    UNION ALL
    SELECT 'it is the role that runs this file' WHERE reader IN (current_user, session_user)
    UNION ALL
    SELECT format('it is a member of %I', r.rolname)
    FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles r ON r.oid = m.roleid WHERE m.member = role_row.oid
    UNION ALL
    SELECT format('it owns %s object(s) in database %s', count(*), coalesce(d.datname, '(all)'))
    FROM pg_catalog.pg_shdepend s LEFT JOIN pg_catalog.pg_database d ON d.oid = s.dbid
    WHERE s.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass AND s.refobjid = role_row.oid AND s.deptype = 'o'
    GROUP BY d.datname
  ) AS complaints;
  IF complaint IS NOT NULL THEN
    RAISE EXCEPTION 'Role % cannot be the reader: %', reader, complaint
      USING HINT = 'Choose another name with SET dataclips.reader, or take that from it (REVOKE, REASSIGN OWNED).';
  END IF;

  -- Only what differs: whoever is no superuser may not even name some of these attributes.
  IF NOT role_row.rolcanlogin THEN attributes := attributes || ' LOGIN'; END IF;
  IF role_row.rolinherit THEN attributes := attributes || ' NOINHERIT'; END IF;
  IF role_row.rolcreatedb THEN attributes := attributes || ' NOCREATEDB'; END IF;
  IF role_row.rolcreaterole THEN attributes := attributes || ' NOCREATEROLE'; END IF;
  IF role_row.rolreplication THEN attributes := attributes || ' NOREPLICATION'; END IF;
  IF role_row.rolbypassrls THEN attributes := attributes || ' NOBYPASSRLS'; END IF;
  EXECUTE format('ALTER ROLE %I CONNECTION LIMIT %s', reader, connections) || attributes;
END
$dataclips$;

-- The role's settings. They are the second line: a session can change most of them, so Dataclips sets its own as well.
-- A setting that this version does not know, or that only a superuser may give, is left out with a notice.
DO $dataclips$
DECLARE
  reader name := coalesce(nullif(current_setting('dataclips.reader', true), ''), 'dataclips_reader');
  statement_limit text := coalesce(nullif(current_setting('dataclips.statement_timeout', true), ''), '60s');
  version int := current_setting('server_version_num')::int;
  setting record;
BEGIN
  FOR setting IN
    SELECT * FROM (VALUES
      (130000, 'default_transaction_read_only', 'on'),
      -- Limits: of a statement, of waiting for a lock, of a transaction that nobody works in, of one altogether.
      (130000, 'statement_timeout', statement_limit),
      (130000, 'lock_timeout', '500ms'),
      (130000, 'idle_in_transaction_session_timeout', '60s'),
      (170000, 'transaction_timeout', '15min'),
      -- A client that is gone, or reads no more, ends its query.
      (140000, 'client_connection_check_interval', '1s'),
      (130000, 'tcp_user_timeout', '5s'),
      -- Memory and disk of one query. The disk's limit is a superuser's to give.
      (130000, 'work_mem', '16MB'),
      (130000, 'hash_mem_multiplier', '1'),
      (130000, 'temp_file_limit', '1GB'),
      -- One query, one processor; and compiling takes longer than most clips run.
      (130000, 'max_parallel_workers_per_gather', '0'),
      (130000, 'jit', 'off'),
      -- Off, a backslash would end a string where the gate does not expect it.
      (130000, 'standard_conforming_strings', 'on')
    ) AS s (since, name, value)
  LOOP
    IF version < setting.since THEN
      RAISE NOTICE 'Left out % (PostgreSQL % and later)', setting.name, setting.since / 10000;
      CONTINUE;
    END IF;
    BEGIN
      EXECUTE format('ALTER ROLE %I SET %I = %L', reader, setting.name, setting.value);
    EXCEPTION WHEN insufficient_privilege OR undefined_object OR feature_not_supported OR invalid_parameter_value THEN
      RAISE NOTICE 'Left out %: %', setting.name, SQLERRM;
    END;
  END LOOP;
END
$dataclips$;

-- What the role may do in this database: connect, and read the named schemas' tables and views, present and future.
-- Tables to come are covered for every role that owns one now. CONNECT is granted by name, so that it stays when
-- PUBLIC loses it. A view shows what its owner may see: one that hides rows from the reader wants security_barrier.
DO $dataclips$
DECLARE
  reader name := coalesce(nullif(current_setting('dataclips.reader', true), ''), 'dataclips_reader');
  schemas text[] := string_to_array(replace(coalesce(nullif(current_setting('dataclips.schemas', true), ''), 'public'), ' ', ''), ',');
  schema_name text;
  owner text;
BEGIN
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM %I', current_database(), reader);
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), reader);
  FOREACH schema_name IN ARRAY schemas LOOP
    EXECUTE format('REVOKE ALL ON SCHEMA %I FROM %I', schema_name, reader);
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', schema_name, reader);
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM %I', schema_name, reader);
    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO %I', schema_name, reader);
    EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA %I FROM %I', schema_name, reader);
    FOR owner IN
      SELECT c.relowner::pg_catalog.regrole::text FROM pg_catalog.pg_class c WHERE c.relnamespace = schema_name::pg_catalog.regnamespace
      UNION
      SELECT n.nspowner::pg_catalog.regrole::text FROM pg_catalog.pg_namespace n WHERE n.nspname = schema_name
      UNION
      SELECT d.datdba::pg_catalog.regrole::text FROM pg_catalog.pg_database d WHERE d.datname = current_database()
    LOOP
      CONTINUE WHEN owner LIKE 'pg\_%'; -- pg_database_owner stands for the database's owner
      BEGIN
        EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %s IN SCHEMA %I GRANT SELECT ON TABLES TO %I', owner, schema_name, reader);
      EXCEPTION WHEN insufficient_privilege THEN
        RAISE NOTICE 'Tables that % makes later will not be readable: run this file as a member of that role', owner;
      END;
    END LOOP;
  END LOOP;
  -- Operators and functions of trusted extensions are found, too, where they have a schema for themselves: one in which
  -- no table or view is anybody else's.
  FOR schema_name IN
    SELECT DISTINCT n.nspname FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
    WHERE e.extname = ANY (string_to_array(current_setting('dataclips.trusted_extensions'), ' '))
      AND n.nspname <> ALL (schemas) AND n.nspname <> 'pg_catalog'
      AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_class c
        WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT EXISTS (
          SELECT FROM pg_catalog.pg_depend d
          WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e'))
  LOOP
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', schema_name, reader);
    schemas := schemas || schema_name;
  END LOOP;
  -- Names without a schema are looked up here only.
  EXECUTE format('ALTER ROLE %I IN DATABASE %I SET search_path = %s', reader, current_database(),
    (SELECT string_agg(quote_ident(s), ', ') FROM unnest(schemas) AS s));
END
$dataclips$;

-- What everybody may do unless it is taken from PUBLIC, and a reader must not: make temporary tables, schemas and
-- tables, run code in a language whose loops PostgreSQL may not be able to end (PL/V8), and call functions of your
-- schemas, which may write with their owner's rights or call out of the database.
-- Grant the harmless ones back one by one: GRANT EXECUTE ON FUNCTION name(types) TO dataclips_reader.
-- The roles in dataclips.applications get first what PUBLIC then loses, so that nothing of theirs breaks.
DO $dataclips$
DECLARE
  applications text[] := string_to_array(replace(coalesce(current_setting('dataclips.applications', true), ''), ' ', ''), ',');
  application text;
  item record;
  owner text;
BEGIN
  FOREACH application IN ARRAY applications LOOP
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO %I', current_database(), application);
  END LOOP;
  EXECUTE format('REVOKE TEMPORARY, CREATE ON DATABASE %I FROM PUBLIC', current_database());

  FOR item IN
    SELECT n.nspname, EXISTS (
      SELECT FROM pg_catalog.aclexplode(n.nspacl) a WHERE a.grantee = 0 AND a.privilege_type = 'CREATE'
    ) AS everybody_creates
    FROM pg_catalog.pg_namespace n WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  LOOP
    CONTINUE WHEN NOT item.everybody_creates;
    FOREACH application IN ARRAY applications LOOP
      EXECUTE format('GRANT CREATE ON SCHEMA %I TO %I', item.nspname, application);
    END LOOP;
    EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC', item.nspname);
  END LOOP;

  -- Functions and procedures of user schemas, and those of pg_catalog that make a large object. The functions of trusted
  -- extensions stay open, and are opened again where the default below, or an older version of this file, has closed
  -- them; those that the extension itself keeps closed stay closed.
  FOR item IN
    SELECT * FROM (
      SELECT p.oid::pg_catalog.regprocedure AS signature,
        EXISTS (
          SELECT FROM pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) a
          WHERE a.grantee = 0 AND a.privilege_type = 'EXECUTE') AS is_open,
        NOT (p.prosecdef AND p.provolatile = 'v') AND EXISTS (
          SELECT FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
          WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype = 'e'
            AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
            AND e.extname = ANY (string_to_array(current_setting('dataclips.trusted_extensions'), ' '))) AS is_trusted,
        EXISTS (
          SELECT FROM pg_catalog.pg_init_privs i
          WHERE i.classoid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND i.objoid = p.oid
            AND NOT EXISTS (SELECT FROM pg_catalog.aclexplode(i.initprivs) a WHERE a.grantee = 0)) AS is_born_closed
      FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
      WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        OR n.nspname = 'pg_catalog' AND p.proname IN ('lo_creat', 'lo_create', 'lo_from_bytea')
    ) AS routines
    WHERE is_open AND NOT is_trusted OR NOT is_open AND is_trusted AND NOT is_born_closed
  LOOP
    BEGIN
      IF item.is_trusted THEN
        EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO PUBLIC', item.signature);
        CONTINUE;
      END IF;
      FOREACH application IN ARRAY applications LOOP
        EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO %I', item.signature, application);
      END LOOP;
      EXECUTE format('REVOKE EXECUTE ON ROUTINE %s FROM PUBLIC', item.signature);
    EXCEPTION WHEN insufficient_privilege THEN
      RAISE NOTICE '% for everybody: run this file as its owner or as a superuser',
        format(CASE WHEN item.is_trusted THEN '%s stays closed' ELSE '%s stays open' END, item.signature);
    END;
  END LOOP;

  -- Trusted languages. PL/pgSQL stays: it does nothing that a query cannot, and PostgreSQL can end it. Whoever has no
  -- USAGE can still call functions that others wrote.
  FOR item IN
    SELECT l.lanname FROM pg_catalog.pg_language l
    WHERE l.lanispl AND l.lanpltrusted AND l.lanname NOT IN ('sql', 'plpgsql')
      AND EXISTS (
        SELECT FROM pg_catalog.aclexplode(coalesce(l.lanacl, pg_catalog.acldefault('l', l.lanowner))) a
        WHERE a.grantee = 0)
  LOOP
    BEGIN
      FOREACH application IN ARRAY applications LOOP
        EXECUTE format('GRANT USAGE ON LANGUAGE %I TO %I', item.lanname, application);
      END LOOP;
      EXECUTE format('REVOKE USAGE ON LANGUAGE %I FROM PUBLIC', item.lanname);
    EXCEPTION WHEN insufficient_privilege THEN
      RAISE NOTICE 'Everybody may still use the language %: run this file as its owner or as a superuser', item.lanname;
    END;
  END LOOP;

  -- Functions to come. This is for the whole database: PostgreSQL cannot take a default away in one schema only.
  FOR owner IN
    SELECT p.proowner::pg_catalog.regrole::text
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    UNION
    SELECT c.relowner::pg_catalog.regrole::text
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    UNION
    SELECT d.datdba::pg_catalog.regrole::text FROM pg_catalog.pg_database d WHERE d.datname = current_database()
    UNION
    SELECT quote_ident(current_user)
  LOOP
    BEGIN
      EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %s REVOKE EXECUTE ON ROUTINES FROM PUBLIC', owner);
      FOREACH application IN ARRAY applications LOOP
        EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %s GRANT EXECUTE ON ROUTINES TO %I', owner, application);
      END LOOP;
    EXCEPTION WHEN insufficient_privilege THEN
      RAISE NOTICE 'Everybody will be able to call functions that % makes later: run this file as a member of that role', owner;
    END;
  END LOOP;
END
$dataclips$;

-- The proof: warnings about what is left, for instance where a managed service does not let its customers revoke.
-- Dataclips looks again when it starts, and refuses a reader that can write.
DO $dataclips$
DECLARE
  reader name := coalesce(nullif(current_setting('dataclips.reader', true), ''), 'dataclips_reader');
  left_over text;
BEGIN
  FOR left_over IN
    SELECT format('use %s in database %I', p, current_database()) FROM unnest(ARRAY['TEMPORARY', 'CREATE']) AS p
    WHERE pg_catalog.has_database_privilege(reader, current_database(), p)
    UNION ALL
    SELECT format('create objects in schema %I', n.nspname) FROM pg_catalog.pg_namespace n
    WHERE pg_catalog.has_schema_privilege(reader, n.oid, 'CREATE')
    UNION ALL
    SELECT format('write to %s', c.oid::pg_catalog.regclass) FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      AND (pg_catalog.has_table_privilege(reader, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
        OR pg_catalog.has_any_column_privilege(reader, c.oid, 'INSERT, UPDATE, REFERENCES'))
    UNION ALL
    SELECT format('use sequence %s', c.oid::pg_catalog.regclass) FROM pg_catalog.pg_class c
    WHERE CASE WHEN c.relkind = 'S' THEN pg_catalog.has_sequence_privilege(reader, c.oid, 'USAGE, UPDATE') ELSE false END
    UNION ALL
    SELECT format('run code in language %s', l.lanname) FROM pg_catalog.pg_language l
    WHERE l.lanispl AND l.lanpltrusted AND l.lanname NOT IN ('sql', 'plpgsql')
      AND pg_catalog.has_language_privilege(reader, l.oid, 'USAGE')
  LOOP
    RAISE WARNING 'Role % can still %', reader, left_over;
  END LOOP;
END
$dataclips$;
