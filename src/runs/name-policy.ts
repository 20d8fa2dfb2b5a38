import type { DatabaseConfig, NamePolicyConfig } from "../databases/database-config.ts";
import { TRUSTED_EXTENSIONS } from "../databases/trusted-extensions.ts";
import type { NameFact } from "./name-facts.ts";
import { reasonToRefuseFunction } from "./refused-functions.ts";

/** Volatile functions that change nothing: clocks, random values, sizes, where replication stands. */
const HARMLESS_VOLATILE = new Set(
  (
    "clock_timestamp timeofday random random_normal setseed gen_random_uuid uuidv4 uuidv7 array_sample array_shuffle " +
    "bernoulli system pg_is_in_recovery pg_last_wal_receive_lsn pg_last_wal_replay_lsn pg_last_xact_replay_timestamp " +
    "pg_current_wal_lsn pg_current_wal_insert_lsn pg_current_wal_flush_lsn pg_is_wal_replay_paused " +
    "pg_get_wal_replay_pause_state pg_database_size pg_indexes_size pg_relation_size pg_table_size pg_tablespace_size " +
    "pg_total_relation_size pg_partition_tree pg_partition_ancestors pg_xact_commit_timestamp pg_jit_available " +
    "uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4 gen_random_bytes gen_salt normal_rand"
  ).split(" "),
);

const TRUSTED = new Set(TRUSTED_EXTENSIONS);

/** Languages in which a loop may not be ended by a timeout (PL/V8), or may switch it off (PL/JS), or reaches outside. */
const UNBOUND_LANGUAGES = /^(plv8|pljs|plcoffee|plls|plperlu?|plpython.*|pltclu?|pljavau?|plrust|plsh|plr)$/;

/** Of PostgreSQL's own functions, those that are stable and yet show what is not for everybody. */
const TELLING_FUNCTIONS: Readonly<Record<string, string>> = {
  current_setting: "shows settings, which may hold secrets",
  pg_show_all_settings: "shows settings, which may hold secrets",
  pg_settings_get_flags: "shows settings, which may hold secrets",
  pg_get_viewdef: "shows the source of views",
  pg_get_ruledef: "shows the source of views",
  pg_get_triggerdef: "shows the source of triggers",
};

/** What describes tables, and holds nothing of anybody's data. */
const PLAIN_CATALOGS: Readonly<Record<string, ReadonlySet<string>>> = {
  pg_catalog: new Set(
    (
      "pg_class pg_attribute pg_namespace pg_type pg_enum pg_range pg_index pg_indexes pg_constraint pg_inherits " +
      "pg_partitioned_table pg_description pg_am pg_collation pg_database pg_extension pg_available_extensions pg_language " +
      "pg_operator pg_opclass pg_sequence pg_tables pg_matviews pg_tablespace pg_timezone_names pg_timezone_abbrevs " +
      "pg_ts_config pg_ts_dict pg_stat_user_tables pg_stat_all_tables pg_stat_user_indexes pg_stat_all_indexes " +
      "pg_statio_user_tables pg_statio_all_tables pg_statio_user_indexes pg_stat_database pg_stat_database_conflicts"
    ).split(" "),
  ),
  information_schema: new Set(
    (
      "tables columns schemata views table_constraints key_column_usage constraint_column_usage referential_constraints " +
      "check_constraints domains domain_constraints element_types sequences character_sets collations " +
      "information_schema_catalog_name"
    ).split(" "),
  ),
};

/**
 * Why a database's policy does not let a clip use something: the end of a sentence that starts with "it"; undefined if
 * it may.
 */
export function reasonToRefuse(
  fact: NameFact,
  { functions, relations }: Pick<DatabaseConfig, "functions" | "relations">,
): string | undefined {
  return fact.kind === "function" ? refuseFunction(fact, functions) : refuseRelation(fact, relations);
}

const BY_POLICY = "is refused by the database's policy";

function refuseFunction(fact: NameFact, { mode, allow, refuse }: NamePolicyConfig): string | undefined {
  const { schema, name, volatile, securityDefiner, extension, languages, helper } = fact;
  if (isListed(refuse, fact)) return BY_POLICY;
  if (allow.includes(`${schema}.${name}`)) return undefined;
  if (allow.includes(`${schema}.*`) && !volatile) return undefined;
  const own = schema === "pg_catalog";
  const known = own || TRUSTED.has(extension ?? "");
  if (volatile && known && HARMLESS_VOLATILE.has(name)) return undefined;
  if (volatile && (own || mode === "safe")) return "is VOLATILE, and so may do more than read";
  if (own) return mode === "safe" ? TELLING_FUNCTIONS[name] : undefined;
  if (helper && !securityDefiner) return undefined;
  const unbound = languages.find((language) => UNBOUND_LANGUAGES.test(language));
  if (unbound !== undefined) return `is written in ${unbound}, where a loop may not end at the timeout`;
  if (mode === "granted" || known) return undefined;
  return "is not PostgreSQL's own, and the database's policy does not allow it";
}

function refuseRelation(fact: NameFact, { mode, allow, refuse }: NamePolicyConfig): string | undefined {
  const { schema, name, foreign, calls } = fact;
  if (isListed(refuse, fact)) return BY_POLICY;
  if (isListed(allow, fact)) return undefined;
  if (schema === "pg_toast") return "is a part of another table";
  if (mode === "granted") return undefined;
  const plain = PLAIN_CATALOGS[schema];
  if (plain) return plain.has(name) ? undefined : "is a system catalog, and the database's policy does not allow it";
  if (foreign) return "reads a foreign table, and what that does on the other server cannot be seen here";
  const call = calls.find((one) => !isHarmless(one));
  return call && `calls ${call.schema}.${call.name}(), which may do more than read`;
}

/** Whether a function may be called by what a relation's owner has written around it: a view, a policy, a domain. */
function isHarmless(call: NameFact["calls"][number]): boolean {
  const { schema, name, volatile, securityDefiner, extension, languages, helper } = call;
  const own = schema === "pg_catalog";
  if (own && reasonToRefuseFunction(name) !== undefined) return false;
  if (volatile) return (own || TRUSTED.has(extension ?? "")) && HARMLESS_VOLATILE.has(name);
  return !securityDefiner && (helper || !languages.some((language) => UNBOUND_LANGUAGES.test(language)));
}

/** Whether a list names something, or its whole schema. */
function isListed(list: readonly string[], { schema, name }: NameFact): boolean {
  return list.includes(`${schema}.${name}`) || list.includes(`${schema}.*`);
}
