/** What Dataclips writes as the last line of the comment of each function that it installs. */
export interface Marker {
  /** The helper that the function belongs to: the name of its file. */
  helper: string;
  /** Of the file that made it: HelperFile.hash. */
  fileHash: string;
  /** Of the function as the catalog had it then: {@link DEFINITION_HASH_SQL}. */
  definitionHash: string;
}

const MARKER = /(?:^|\n)dataclips helper (\w+) ([0-9a-f]{16}) ([0-9a-f]{16})$/;

/** The marker at the end of a function's comment; null if there is none. */
export function readMarker(comment: string | null): Marker | null {
  const [, helper, fileHash, definitionHash] = MARKER.exec(comment ?? "") ?? [];
  if (helper === undefined || fileHash === undefined || definitionHash === undefined) return null;
  return { helper, fileHash, definitionHash };
}

/** A function's comment as people are to read it; null if there is nothing for them. */
export function withoutMarker(comment: string | null): string | null {
  return comment?.replace(MARKER, "") || null;
}

/**
 * SQL: a hash of all that a function is, but for its owner, its privileges and its comment; 16 hexadecimal digits. Of
 * `proc` (pg_proc) and `language` (pg_language), and of `aggregate` (pg_aggregate), which a function has none of. It
 * holds no OID, so it outlives dump and restore. search_path has to be pg_catalog.
 */
export const DEFINITION_HASH_SQL = `pg_catalog.left(pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(
  pg_catalog.json_build_array(
    proc.prokind::text, proc.prosrc, language.lanname, proc.provolatile::text, proc.proisstrict, proc.proparallel::text,
    proc.prosecdef, proc.proleakproof, proc.proconfig, pg_catalog.pg_get_function_arguments(proc.oid),
    pg_catalog.pg_get_function_result(proc.oid), aggregate.aggkind::text, aggregate.aggtransfn::text,
    aggregate.aggfinalfn::text, aggregate.aggcombinefn::text, aggregate.aggserialfn::text, aggregate.aggdeserialfn::text,
    aggregate.aggmtransfn::text, aggregate.aggminvtransfn::text, aggregate.aggmfinalfn::text, aggregate.aggfinalextra,
    aggregate.aggfinalmodify::text, pg_catalog.format_type(aggregate.aggtranstype, NULL), aggregate.agginitval,
    pg_catalog.format_type(aggregate.aggmtranstype, NULL), aggregate.aggminitval
  )::text, 'UTF8')), 'hex'), 16)`;

/** SQL: what {@link DEFINITION_HASH_SQL} reads from. */
export const DEFINITION_FROM_SQL = `pg_catalog.pg_proc AS proc
  JOIN pg_catalog.pg_language AS language ON language.oid = proc.prolang
  LEFT JOIN pg_catalog.pg_aggregate AS aggregate ON aggregate.aggfnoid = proc.oid`;

/** A marker made of routines that stand in the catalog: PL/pgSQL's part of an install. */
export function markSql(routines: readonly { helper: string; fileHash: string; routine: string }[]): string {
  const rows = routines.map(({ helper, fileHash, routine }) => `      ('${helper}', '${fileHash}', '${routine}')`);
  return `-- The mark at the end of each comment: the helper, the hash of its file, and that of what the catalog has now.
DO $dataclips$
DECLARE
  made record;
BEGIN
  FOR made IN
    SELECT item.helper, item.hash, proc.oid::pg_catalog.regprocedure AS routine,
           pg_catalog.regexp_replace(coalesce(pg_catalog.obj_description(proc.oid, 'pg_proc'), ''),
             '(^|\\n)dataclips helper \\w+ [0-9a-f]{16} [0-9a-f]{16}$', '') AS comment,
           ${DEFINITION_HASH_SQL.replaceAll("\n", "\n           ")} AS definition
      FROM (VALUES
${rows.join(",\n")}
      ) AS item (helper, hash, routine)
      JOIN (${DEFINITION_FROM_SQL.replaceAll("\n", "\n    ")})
        ON proc.oid = item.routine::pg_catalog.regprocedure
  LOOP
    EXECUTE pg_catalog.format('COMMENT ON ROUTINE %s IS %L', made.routine, pg_catalog.concat_ws(E'\\n',
      nullif(made.comment, ''), pg_catalog.format('dataclips helper %s %s %s', made.helper, made.hash, made.definition)));
  END LOOP;
END
$dataclips$;
`;
}
