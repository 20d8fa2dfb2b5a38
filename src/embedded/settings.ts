import type { SocketAddress } from "./session.ts";

/** What differs between the two servers' settings. */
export interface SettingsOptions {
  server: "primary" | "follower";
  address: SocketAddress;
  hbaFile: string;
  /** While the first data are loaded: no waiting for the disk. What is half loaded after a crash is thrown away. */
  loading?: boolean;
  /** For the follower: where its primary listens. */
  primary?: SocketAddress;
  /** More settings, such as where to find extensions. */
  more?: Record<string, string>;
}

/** The slot keeps the primary from removing write-ahead log that the follower has not read yet. */
export const SLOT = "follower";

const COMMON: Record<string, string> = {
  // A laptop's measure. A follower must not have fewer connections than its primary.
  shared_buffers: "128MB",
  max_connections: "100",
  max_wal_senders: "10",
  max_replication_slots: "10",
  wal_level: "replica",
  hot_standby: "on",
  // A follower that is away must not fill the disk. Beyond this it is made anew at the next start.
  max_slot_wal_keep_size: "4GB",
  // Compiling takes longer than most of a clip's queries.
  jit: "off",
  listen_addresses: "",
  timezone: "UTC",
  log_timezone: "UTC",
  lc_messages: "C",
  default_text_search_config: "pg_catalog.english",
  log_min_messages: "warning",
  log_checkpoints: "off",
  log_line_prefix: "%m [%p] %u@%d ",
};

const FOLLOWER: Record<string, string> = {
  // A clip's query must not lose its rows to the primary's vacuum, nor hold back replay for longer than this.
  hot_standby_feedback: "on",
  max_standby_streaming_delay: "30s",
  wal_receiver_status_interval: "1s",
  // The follower may be up before its primary; PostgreSQL's own five seconds would be our start-up time.
  wal_retrieve_retry_interval: "200ms",
  primary_slot_name: SLOT,
};

const LOADING: Record<string, string> = {
  fsync: "off",
  full_page_writes: "off",
  synchronous_commit: "off",
  autovacuum: "off",
  max_wal_size: "8GB",
  maintenance_work_mem: "256MB",
};

/** The text of a server's configuration file, which is written anew on every start. */
export function settingsText(options: SettingsOptions): string {
  const settings: Record<string, string> = {
    ...COMMON,
    ...(options.server === "follower" ? FOLLOWER : {}),
    ...(options.loading === true ? LOADING : {}),
    port: String(options.address.port),
    unix_socket_directories: options.address.directory,
    hba_file: options.hbaFile,
    cluster_name: `dataclips ${options.server}`,
    ...options.more,
  };
  if (options.primary !== undefined) {
    const { directory, port } = options.primary;
    settings["primary_conninfo"] = `host=${directory} port=${port} user=postgres application_name=${SLOT}`;
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`);
  return [
    "# Dataclips writes this file on every start. Settings of your own: ALTER SYSTEM SET name = value",
    ...lines,
    "",
  ].join("\n");
}

/**
 * Who may connect, and how. `trust` is right here: the servers listen on no network, and their sockets lie in a
 * directory of mode 0700, so that only the servers' own user, and root, get as far as this file.
 */
export const HBA_TEXT = `# Dataclips writes this file on every start.
# TYPE  DATABASE     USER  METHOD
local   all          all   trust
local   replication  all   trust
`;
