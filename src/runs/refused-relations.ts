/** Relations that a clip may not read, for one reason. */
interface RefusedRelations {
  /** Completes the sentence "name is not allowed in a clip: it …". */
  reason: string;
  names?: string;
  /** every relation whose name starts so */
  prefixes?: string;
  /** the schema they are refused in; without one in all, as nothing else should be named so */
  schema?: string;
}

const SECRETS = "shows passwords or how to connect to other servers";
const SOURCE = "shows the source of functions, which may hold secrets";

/** Catalogs and views that show secrets, or what other people do, to every role that may connect. */
const REFUSED: RefusedRelations[] = [
  {
    reason: SECRETS,
    names: "pg_authid pg_shadow pg_foreign_server pg_foreign_data_wrapper",
    prefixes: "pg_user_mapping",
  },
  {
    reason: SECRETS,
    schema: "information_schema",
    names: "user_mapping_options _pg_user_mappings foreign_server_options _pg_foreign_servers",
  },
  {
    reason: "shows the settings of roles and databases, which may hold secrets",
    names: "pg_db_role_setting pg_roles pg_user",
  },
  { reason: SOURCE, names: "pg_proc" },
  { reason: SOURCE, schema: "information_schema", names: "routines" },
  {
    reason: "shows what other people run",
    names: "pg_stat_activity pg_prepared_statements pg_cursors",
    prefixes: "pg_stat_statements",
  },
  {
    reason: "shows samples of the values in every table",
    names: "pg_statistic pg_statistic_ext_data",
    prefixes: "pg_stats",
  },
  { reason: "works on large objects, which are outside of the tables that a clip may read", names: "pg_largeobject" },
  {
    reason: "shows the server's configuration files",
    names: "pg_hba_file_rules pg_ident_file_mappings pg_file_settings",
  },
  {
    reason: "shows how the server is connected to its followers",
    names: "pg_subscription pg_stat_wal_receiver",
    prefixes: "pg_stat_replication",
  },
];

/**
 * Why a clip may not read the relation of this name: the end of a sentence that starts with "it". Undefined if it
 * may. `name` and `schema` are folded and unescaped as PostgreSQL's parser returns them; no schema is `null`.
 */
export function reasonToRefuseRelation(name: string, schema: string | null): string | undefined {
  const refused = REFUSED.find(
    (entry) =>
      (entry.schema === undefined || entry.schema === schema) &&
      (split(entry.names).includes(name) || split(entry.prefixes).some((prefix) => name.startsWith(prefix))),
  );
  return refused?.reason;
}

function split(list: string | undefined): string[] {
  return list?.split(" ") ?? [];
}
