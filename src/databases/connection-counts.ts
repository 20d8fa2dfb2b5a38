/** For ordinary roles: max_connections without those that are reserved. An expression of SQL, as the next one. */
export const AVAILABLE_CONNECTIONS = `
  (SELECT pg_catalog.sum(CASE name WHEN 'max_connections' THEN 1 ELSE -1 END * setting::int4)::int4
     FROM pg_catalog.pg_settings
    WHERE name IN ('max_connections', 'superuser_reserved_connections', 'reserved_connections'))`;

/** Connections that are taken now, by everybody. */
export const USED_CONNECTIONS =
  "(SELECT coalesce(pg_catalog.sum(numbackends), 0)::int4 FROM pg_catalog.pg_stat_database)";
