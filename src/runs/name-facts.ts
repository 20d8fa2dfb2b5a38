import type pg from "pg";
import { LINKS_ROLE } from "../links/link-names.ts";
import { findHelperCode } from "./helper-code.ts";
import type { UsedName } from "./walk-statement.ts";

/** Something in the database that a name in a clip's SQL may stand for. */
export interface NameFact {
  /** Which of the names, counted from 0. */
  index: number;
  kind: "function" | "relation";
  schema: string;
  name: string;
  /** Of a function. */
  volatile: boolean;
  securityDefiner: boolean;
  /** Functions that reading a relation may call: those of a view, of row security, of its columns' domains. */
  calls: readonly Pick<
    NameFact,
    "schema" | "name" | "volatile" | "securityDefiner" | "extension" | "languages" | "helper"
  >[];
  /** The extension that it belongs to. */
  extension: string | null;
  /** The procedural languages that a function, or the parts of an aggregate, are written in, other than SQL and PL/pgSQL. */
  languages: readonly string[];
  /** Whether all that is written in these languages is the body of one of our helpers, letter by letter. */
  helper: boolean;
  /** A foreign table that is no link's, or a view over one. */
  foreign: boolean;
}

/** The types that a type is made of: elements, a domain's base, a range's subtype, a composite's attributes. */
function partsOf(oid: string): string {
  return `LATERAL (
      SELECT typelem AS oid FROM pg_catalog.pg_type WHERE pg_type.oid = ${oid} AND typelem >= 16384
      UNION ALL
      SELECT typbasetype FROM pg_catalog.pg_type WHERE pg_type.oid = ${oid} AND typbasetype >= 16384
      UNION ALL
      SELECT rngsubtype FROM pg_catalog.pg_range WHERE rngtypid = ${oid} AND rngsubtype >= 16384
      UNION ALL
      SELECT atttypid
        FROM pg_catalog.pg_type JOIN pg_catalog.pg_attribute ON attrelid = typrelid AND NOT attisdropped
       WHERE pg_type.oid = ${oid} AND typrelid <> 0 AND atttypid >= 16384
    )`;
}

/**
 * What the server's own catalogs say of each name, as the role of this session would find it: a name without a schema
 * is looked up along its search_path. PostgreSQL chooses among functions of one name by the types of their arguments;
 * this gives all of them that the role may execute.
 *
 * - A name behind a dot can be a function that takes one argument.
 * - An operator is a function; a type can call some: those of a domain's CHECKs and of casts to and from it. Only what
 *   is not PostgreSQL's own, and volatile or with its owner's rights, is told of those: to refuse every `=` because
 *   some extension has one too would refuse everything.
 * - A view calls functions with the reader's rights. Those that are PostgreSQL's own are in no catalog but the text of
 *   its rule. Row security calls functions, and a table's row type has the types of its columns.
 *
 * OIDs below 16384 are PostgreSQL's own (FirstNormalObjectId).
 */
const FACTS_SQL = `
WITH RECURSIVE used AS (
  SELECT index - 1 AS index, kind, schema, name
    FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS used (kind, schema, name, index)
), functions AS (
  SELECT used.index, used.kind, proc.oid
    FROM used
    JOIN pg_catalog.pg_proc AS proc ON proc.proname = used.name
    JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = proc.pronamespace
   WHERE used.kind IN ('function', 'attribute')
     AND (namespace.nspname = used.schema
          OR used.schema IS NULL AND namespace.nspname = ANY (pg_catalog.current_schemas(true)))
     AND (used.kind = 'function'
          OR proc.pronargs >= 1 AND (proc.pronargs - proc.pronargdefaults <= 1 OR proc.provariadic <> 0))
), operators AS (
  SELECT used.index, used.kind, operator.oprcode::pg_catalog.oid AS oid
    FROM used
    JOIN pg_catalog.pg_operator AS operator ON operator.oprname = used.name
    JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = operator.oprnamespace
   WHERE used.kind = 'operator'
     AND (namespace.nspname = used.schema
          OR used.schema IS NULL AND namespace.nspname = ANY (pg_catalog.current_schemas(true)))
), types (index, oid) AS (
  SELECT used.index, type.oid
    FROM used
    JOIN pg_catalog.pg_type AS type ON type.typname = used.name
    JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = type.typnamespace
   WHERE used.kind = 'type' AND type.oid >= 16384
     AND (namespace.nspname = used.schema
          OR used.schema IS NULL AND namespace.nspname = ANY (pg_catalog.current_schemas(true)))
  UNION
  SELECT types.index, part.oid
    FROM types CROSS JOIN ${partsOf("types.oid")} AS part
), relation_types (relation, oid) AS (
  SELECT relations.oid, attribute.atttypid
    FROM relations JOIN pg_catalog.pg_attribute AS attribute ON attribute.attrelid = relations.oid
   WHERE attribute.atttypid >= 16384 AND NOT attribute.attisdropped
  UNION
  SELECT relation_types.relation, part.oid FROM relation_types CROSS JOIN ${partsOf("relation_types.oid")} AS part
), type_functions AS (
  SELECT types.index, 'type' AS kind, depend.refobjid AS oid
    FROM types
    JOIN pg_catalog.pg_constraint AS constraint_ ON constraint_.contypid = types.oid
    JOIN pg_catalog.pg_depend AS depend
      ON depend.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND depend.objid = constraint_.oid
         AND depend.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
  UNION ALL
  SELECT types.index, 'type', pg_cast.castfunc
    FROM types JOIN pg_catalog.pg_cast ON types.oid IN (pg_cast.castsource, pg_cast.casttarget)
   WHERE pg_cast.castfunc <> 0
), relations AS (
  SELECT used.index, class.oid, namespace.nspname AS schema, class.relname AS name, class.relkind
    FROM used
    JOIN pg_catalog.pg_class AS class ON class.relname = used.name
    JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = class.relnamespace
   WHERE used.kind = 'relation'
     AND (namespace.nspname = used.schema
          OR used.schema IS NULL AND namespace.nspname = ANY (pg_catalog.current_schemas(true)))
), inner_relations (index, top, oid) AS (
  SELECT index, oid, oid FROM relations WHERE relkind = 'v' AND oid >= 16384
  UNION
  SELECT inner_relations.index, inner_relations.top, depend.refobjid
    FROM inner_relations
    JOIN pg_catalog.pg_rewrite AS rewrite ON rewrite.ev_class = inner_relations.oid
    JOIN pg_catalog.pg_depend AS depend
      ON depend.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND depend.objid = rewrite.oid
         AND depend.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
         AND depend.refobjid <> inner_relations.oid
), relation_functions (relation, oid) AS (
  SELECT inner_relations.top, found.oid[1]::pg_catalog.oid
    FROM inner_relations
    JOIN pg_catalog.pg_rewrite AS rewrite ON rewrite.ev_class = inner_relations.oid
    CROSS JOIN LATERAL pg_catalog.regexp_matches(
      rewrite.ev_action::text, ':(?:funcid|opfuncid|aggfnoid|winfnoid) (\\d+)', 'g') AS found (oid)
  UNION
  SELECT coalesce(inner_relations.top, relations.oid), depend.refobjid
    FROM pg_catalog.pg_policy AS policy
    JOIN pg_catalog.pg_depend AS depend
      ON depend.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass AND depend.objid = policy.oid
         AND depend.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
    LEFT JOIN relations ON relations.oid = policy.polrelid
    LEFT JOIN inner_relations ON inner_relations.oid = policy.polrelid
   WHERE relations.oid IS NOT NULL OR inner_relations.oid IS NOT NULL
  UNION
  SELECT relation_types.relation, depend.refobjid
    FROM relation_types
    JOIN pg_catalog.pg_constraint AS constraint_ ON constraint_.contypid = relation_types.oid
    JOIN pg_catalog.pg_depend AS depend
      ON depend.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND depend.objid = constraint_.oid
         AND depend.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
), called AS (
  SELECT index, kind, oid FROM functions
  UNION SELECT index, kind, oid FROM operators
  UNION SELECT index, kind, oid FROM type_functions
), named AS (
  SELECT oid FROM called UNION SELECT oid FROM relation_functions
), parts (whole, oid) AS (
  SELECT oid, oid FROM named
  UNION ALL
  SELECT aggregate.aggfnoid::pg_catalog.oid, part.oid
    FROM named
    JOIN pg_catalog.pg_aggregate AS aggregate ON aggregate.aggfnoid = named.oid
    CROSS JOIN LATERAL pg_catalog.unnest(ARRAY[
      aggregate.aggtransfn, aggregate.aggfinalfn, aggregate.aggcombinefn, aggregate.aggmtransfn, aggregate.aggminvtransfn,
      aggregate.aggmfinalfn]::pg_catalog.oid[]) AS part (oid)
   WHERE part.oid <> 0
), written AS (
  SELECT parts.whole AS oid, pg_catalog.bool_or(part.provolatile = 'v') AS volatile,
         coalesce(pg_catalog.json_agg(pg_catalog.json_build_object('oid', part.oid::int8, 'language', language.lanname))
           FILTER (WHERE language.lanispl AND language.lanname <> 'plpgsql'), '[]') AS code
    FROM parts
    JOIN pg_catalog.pg_proc AS part ON part.oid = parts.oid
    JOIN pg_catalog.pg_language AS language ON language.oid = part.prolang
   GROUP BY parts.whole
), judged AS (
  SELECT proc.oid, proc.proname, namespace.nspname, proc.prosecdef, written.volatile, written.code, extension.extname
    FROM pg_catalog.pg_proc AS proc
    JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = proc.pronamespace
    JOIN written ON written.oid = proc.oid
    LEFT JOIN pg_catalog.pg_depend AS member
      ON member.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND member.objid = proc.oid
         AND member.deptype = 'e'
    LEFT JOIN pg_catalog.pg_extension AS extension ON extension.oid = member.refobjid
   WHERE pg_catalog.has_function_privilege(proc.oid, 'EXECUTE')
), foreign_tables AS (
  SELECT foreign_table.ftrelid AS oid
    FROM pg_catalog.pg_foreign_table AS foreign_table
    JOIN pg_catalog.pg_foreign_server AS server ON server.oid = foreign_table.ftserver
   WHERE NOT (pg_catalog.pg_get_userbyid(server.srvowner) = '${LINKS_ROLE}'
              AND EXISTS (SELECT FROM pg_catalog.unnest(server.srvoptions) AS option
                           WHERE option ~ '^options=(.* )?-c default_transaction_read_only=on( |$)'))
)
SELECT called.index::int, 'function' AS kind, judged.nspname AS schema, judged.proname AS name, judged.volatile,
       judged.prosecdef AS "securityDefiner", '[]'::json AS calls, judged.extname AS extension, judged.code,
       false AS "foreign"
  FROM called JOIN judged ON judged.oid = called.oid
 WHERE called.kind IN ('function', 'attribute')
    OR judged.nspname <> 'pg_catalog'
       AND (judged.volatile OR judged.prosecdef OR pg_catalog.json_array_length(judged.code) > 0)
UNION ALL
SELECT relations.index::int, 'relation', relations.schema, relations.name, false, false,
       (SELECT coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
                 'schema', judged.nspname, 'name', judged.proname, 'volatile', judged.volatile,
                 'securityDefiner', judged.prosecdef, 'extension', judged.extname, 'code', judged.code)), '[]')
          FROM relation_functions JOIN judged USING (oid)
         WHERE relation_functions.relation = relations.oid),
       NULL, '[]'::json,
       EXISTS (SELECT FROM foreign_tables WHERE foreign_tables.oid = relations.oid)
         OR EXISTS (SELECT FROM inner_relations JOIN foreign_tables USING (oid) WHERE inner_relations.top = relations.oid)
  FROM relations
 ORDER BY index, volatile DESC, schema, name`;

/** A row of the question: the code in a procedural language is still without a judgement. */
interface FactRow extends Omit<NameFact, "calls" | "languages" | "helper"> {
  code: readonly Code[];
  calls: readonly (Omit<NameFact["calls"][number], "languages" | "helper"> & { code: readonly Code[] })[];
}

interface Code {
  oid: number;
  language: string;
}

/** Asks the server of a session what the names may stand for, in their order. A name that it does not know is left out. */
export async function readNameFacts(client: pg.Client, names: readonly UsedName[]): Promise<NameFact[]> {
  const { rows } = await client.query<FactRow>(FACTS_SQL, [
    names.map(({ kind }) => kind),
    names.map(({ schema }) => schema),
    names.map(({ name }) => name),
  ]);
  const codes = rows.flatMap(({ code, calls }) => [...code, ...calls.flatMap((call) => call.code)]);
  const helpers = await findHelperCode(client, [...new Set(codes.map(({ oid }) => oid))]);
  const judge = <Row extends { code: readonly Code[] }>({ code, ...rest }: Row) => ({
    ...rest,
    languages: [...new Set(code.map(({ language }) => language))],
    helper: code.length > 0 && code.every(({ oid }) => helpers.has(oid)),
  });
  return rows.map((row) => ({ ...judge(row), calls: row.calls.map(judge) }));
}
