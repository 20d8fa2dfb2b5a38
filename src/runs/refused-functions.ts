/** Functions that a clip may not call, for one reason. */
interface RefusedFunctions {
  /** Completes the sentence "name() is not allowed in a clip: it …". */
  reason: string;
  names?: string;
  /** every function whose name starts so */
  prefixes?: string;
}

/**
 * Functions of PostgreSQL and of its contrib modules that change something outside of the transaction, reach
 * outside of the database, or run SQL from a string, which the gate cannot see into. Names are as PostgreSQL folds
 * them. Prefixes are kept to names that no column is likely to have: `lo_` is not one (lo_price …).
 */
const REFUSED: RefusedFunctions[] = [
  {
    reason: "changes a setting of the session, with which limits and read-only mode can be switched off",
    names: "set_config",
  },
  {
    reason: "takes a lock that outlives the transaction, or that other sessions wait for",
    prefixes: "pg_advisory_ pg_try_advisory_",
  },
  {
    reason: "runs SQL given as text, which cannot be checked",
    names: "ts_stat ts_rewrite xpath_table connectby",
    prefixes: "query_to_xml table_to_xml schema_to_xml database_to_xml cursor_to_xml crosstab",
  },
  {
    reason: "works on large objects, which are outside of the tables that a clip may read",
    names:
      "lo_creat lo_create lo_open lo_close lo_get lo_put lo_import lo_export lo_unlink lo_from_bytea lo_lseek " +
      "lo_lseek64 lo_tell lo_tell64 lo_truncate lo_truncate64 lo_manage lo_oid loread lowrite",
  },
  { reason: "connects to another server", prefixes: "dblink" },
  { reason: "changes a sequence", names: "nextval setval" },
  { reason: "uses up a transaction number", names: "txid_current pg_current_xact_id" },
  { reason: "sends a message to other sessions", names: "pg_notify" },
  {
    reason: "works on other sessions or on the server's processes",
    names: "pg_cancel_backend pg_terminate_backend pg_reload_conf pg_promote",
    prefixes: "pg_rotate_logfile pg_log_",
  },
  {
    reason: "works on the server's files",
    names: "pg_stat_file pg_logdir_ls pg_current_logfile",
    prefixes: "pg_read_ pg_ls_ pg_file_",
  },
  {
    reason: "works on replication, recovery or backup",
    names:
      "pg_start_backup pg_stop_backup pg_create_restore_point pg_export_snapshot pg_stat_get_wal_senders " +
      "pg_stat_get_wal_receiver pg_show_replication_origin_status pg_get_replication_slots",
    prefixes:
      "pg_logical_ pg_create_logical_ pg_create_physical_ pg_copy_logical_ pg_copy_physical_ pg_drop_replication_ " +
      "pg_replication_ pg_sync_replication_ pg_switch_ pg_backup_ pg_wal_replay_ pg_xlog_replay_",
  },
  {
    reason: "throws away or overwrites statistics",
    names:
      "pg_stat_statements_reset pg_restore_relation_stats pg_restore_attribute_stats pg_clear_relation_stats " +
      "pg_clear_attribute_stats",
    prefixes: "pg_stat_reset",
  },
  {
    reason: "shows what other people run",
    names: "pg_stat_get_activity pg_stat_get_backend_activity pg_stat_statements pg_prepared_statement pg_cursor",
  },
  {
    reason: "shows the source of functions, which may hold secrets",
    names: "pg_get_functiondef pg_get_function_sqlbody",
  },
  {
    reason: "shows the server's configuration files",
    names: "pg_show_all_file_settings pg_hba_file_rules pg_ident_file_mappings",
  },
  {
    reason: "is for PostgreSQL's own upkeep",
    names:
      "currtid currtid2 pg_nextoid gin_clean_pending_list pg_extension_config_dump pg_stop_making_pinned_objects " +
      "pg_truncate_visibility_map pg_prewarm",
    prefixes:
      "binary_upgrade_ pg_import_ brin_summarize_ brin_desummarize_ autoprewarm_ heap_force_ pg_buffercache_evict",
  },
];

const REASON_OF_NAME = new Map(REFUSED.flatMap(({ names, reason }) => split(names).map((name) => [name, reason])));
const REASON_OF_PREFIX = REFUSED.flatMap(({ prefixes, reason }) =>
  split(prefixes).map((prefix) => ({ prefix, reason })),
);

/**
 * Why a clip may not call the function of this name, in whatever schema: the end of a sentence that starts with
 * "it". Undefined if it may. `name` is without schema, folded and unescaped as PostgreSQL's parser returns it.
 */
export function reasonToRefuseFunction(name: string): string | undefined {
  return REASON_OF_NAME.get(name) ?? REASON_OF_PREFIX.find(({ prefix }) => name.startsWith(prefix))?.reason;
}

function split(list: string | undefined): string[] {
  return list?.split(" ") ?? [];
}
