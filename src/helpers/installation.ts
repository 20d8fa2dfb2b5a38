import type pg from "pg";
import type { HelperFile } from "./helper-files.ts";
import { DEFINITION_FROM_SQL, DEFINITION_HASH_SQL, type Marker, readMarker, withoutMarker } from "./marker.ts";

/** The languages that helpers run in, the better one first. */
export const LANGUAGES = ["plv8", "pljs"] as const;
export type Language = (typeof LANGUAGES)[number];

/** A function or an aggregate as it stands in the database. */
export interface Routine {
  oid: number;
  /** Its name and its arguments' types as PostgreSQL writes them: "histogram(double precision[], integer)". */
  identity: string;
  /** As statements name it: with its schema, in quotes where they are needed. */
  target: string;
  name: string;
  signature: string;
  result: string | null;
  comment: string | null;
  /** Null of one that Dataclips has not installed. */
  marker: Marker | null;
  /** What the marker's definitionHash would be now. */
  definitionHash: string;
  /** SHA-256 of its code; of an aggregate, that of one of its functions in JavaScript. */
  bodyHash: string;
  /** Of an aggregate, that of the same function. */
  language: string;
  owner: string;
  /** Whether PUBLIC may execute it. */
  everybody: boolean;
  /** Of the reader roles, those that may not execute it. */
  lacking: readonly string[];
  dependents: readonly { oid: number; name: string; index: string | null }[];
}

/** What there is of helpers in a schema of a database, and what they need there. */
export interface Installation {
  schema: string;
  /** The role of the session. */
  role: string;
  /** The engines that are installed: whether PUBLIC may write functions in each. */
  languages: Readonly<Partial<Record<Language, { everybody: boolean }>>>;
  /** The extensions of engines that the server has: the version that CREATE EXTENSION would give. */
  offers: Readonly<Partial<Record<Language, string>>>;
  /** The helpers' schema; null if there is none of the name. */
  namespace: {
    /** Whether Dataclips has made it. */
    own: boolean;
    /** Of the reader roles, those that have no USAGE of it. */
    lacking: readonly string[];
  } | null;
  /** Reader roles that the server does not have. */
  unknownReaders: readonly string[];
  /** What is in the schema and is a helper's, or has the name of a helper's. */
  routines: readonly Routine[];
  /** PostgreSQL's names of the types that the files name. */
  types: ReadonlyMap<string, string>;
}

/** The comment of a schema that Dataclips has made, and removes again when it is empty. */
export const SCHEMA_COMMENT = "Functions of Dataclips for reports";

const SERVER_SQL = `
SELECT current_user AS role,
       (SELECT coalesce(pg_catalog.json_object_agg(lanname, pg_catalog.json_build_object('everybody', EXISTS (
                 SELECT FROM pg_catalog.aclexplode(coalesce(lanacl, pg_catalog.acldefault('l', lanowner))) AS acl
                  WHERE acl.grantee = 0))), '{}')
          FROM pg_catalog.pg_language WHERE lanname = ANY ($1)) AS languages,
       (SELECT coalesce(pg_catalog.json_object_agg(name, default_version), '{}')
          FROM pg_catalog.pg_available_extensions WHERE name = ANY ($1)) AS offers,
       (SELECT pg_catalog.json_build_object(
                 'own', pg_catalog.obj_description(namespace.oid, 'pg_namespace') IS NOT DISTINCT FROM $4,
                 'lacking', ARRAY(SELECT rolname::text FROM pg_catalog.pg_roles WHERE rolname = ANY ($3)
                                   AND NOT pg_catalog.has_schema_privilege(rolname, namespace.oid, 'USAGE')))
          FROM pg_catalog.pg_namespace AS namespace WHERE nspname = $2) AS namespace,
       ARRAY(SELECT name FROM pg_catalog.unnest($3::text[]) AS reader (name)
              WHERE name NOT IN (SELECT rolname FROM pg_catalog.pg_roles)) AS "unknownReaders",
       (SELECT pg_catalog.json_object_agg(name, pg_catalog.format_type(pg_catalog.to_regtype(name), NULL))
          FROM pg_catalog.unnest($5::text[]) AS type (name)) AS types`;

const ROUTINES_SQL = `
SELECT proc.oid::int8::text AS oid, proc.proname AS name,
       proc.proname || '(' || pg_catalog.oidvectortypes(proc.proargtypes) || ')' AS identity,
       proc.oid::pg_catalog.regprocedure::text AS target,
       proc.proname || '(' || pg_catalog.pg_get_function_arguments(proc.oid) || ')' AS signature,
       pg_catalog.pg_get_function_result(proc.oid) AS result,
       pg_catalog.obj_description(proc.oid, 'pg_proc') AS comment,
       ${DEFINITION_HASH_SQL} AS "definitionHash",
       pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(coalesce(part.prosrc, proc.prosrc), 'UTF8')), 'hex') AS "bodyHash",
       coalesce(part.lanname, language.lanname) AS language,
       pg_catalog.pg_get_userbyid(proc.proowner) AS owner,
       EXISTS (SELECT FROM pg_catalog.aclexplode(coalesce(proc.proacl, pg_catalog.acldefault('f', proc.proowner))) AS acl
                WHERE acl.grantee = 0) AS everybody,
       ARRAY(SELECT rolname::text FROM pg_catalog.pg_roles
              WHERE rolname = ANY ($3) AND NOT pg_catalog.has_function_privilege(rolname, proc.oid, 'EXECUTE')) AS lacking,
       (SELECT coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
                 'oid', CASE WHEN depend.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass THEN depend.objid::int8 ELSE 0 END,
                 'name', pg_catalog.regexp_replace(pg_catalog.pg_describe_object(depend.classid, depend.objid, depend.objsubid),
                                                    '^rule "?_RETURN"? on ', ''),
                 'index', (SELECT class.oid::pg_catalog.regclass::text FROM pg_catalog.pg_class AS class
                            WHERE depend.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                              AND class.oid = depend.objid AND class.relkind IN ('i', 'I')))
                 ORDER BY depend.classid, depend.objid), '[]')
          FROM pg_catalog.pg_depend AS depend
         WHERE depend.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND depend.refobjid = proc.oid) AS dependents
  FROM ${DEFINITION_FROM_SQL}
  LEFT JOIN LATERAL (
         SELECT prosrc, lanname FROM pg_catalog.pg_proc JOIN pg_catalog.pg_language ON pg_language.oid = prolang
          WHERE pg_proc.oid IN (aggregate.aggtransfn, aggregate.aggfinalfn) AND lanname = ANY ($4)
          ORDER BY pg_proc.oid LIMIT 1) AS part ON true
 WHERE proc.pronamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = $1)
   AND (proc.proname = ANY ($2) OR pg_catalog.obj_description(proc.oid, 'pg_proc') LIKE '%dataclips helper %')
 ORDER BY proc.proname, identity`;

/**
 * Reads what there is of helpers in a schema.
 * @param readers the roles that are to call them
 */
export async function readInstallation(
  client: pg.Client,
  { files, schema, readers }: { files: readonly HelperFile[]; schema: string; readers: readonly string[] },
): Promise<Installation> {
  const declared = files.flatMap(({ routines }) => routines);
  const types = [...new Set(declared.flatMap((routine) => routine.types))];
  const server = await client.query<
    Pick<Installation, "role" | "languages" | "offers" | "namespace" | "unknownReaders"> & {
      types: Record<string, string> | null;
    }
  >(SERVER_SQL, [LANGUAGES, schema, readers, SCHEMA_COMMENT, types]);
  const { types: names, ...facts } = server.rows[0]!;
  const routines = await client.query<Omit<Routine, "marker" | "oid"> & { oid: string }>(ROUTINES_SQL, [
    schema,
    declared.map(({ name }) => name),
    readers,
    LANGUAGES,
  ]);
  return {
    ...facts,
    schema,
    types: new Map(Object.entries(names ?? {})),
    routines: routines.rows.map((row) => ({
      ...row,
      oid: Number(row.oid),
      marker: readMarker(row.comment),
      comment: withoutMarker(row.comment),
    })),
  };
}

/** The engine that helpers are to run in: one that is installed before one that would have to be. Null: neither is there. */
export function chooseLanguage({ languages, offers }: Installation): Language | null {
  return (
    LANGUAGES.find((language) => languages[language] !== undefined) ??
    LANGUAGES.find((language) => offers[language] !== undefined) ??
    null
  );
}
