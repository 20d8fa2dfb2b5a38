/**
 * Extensions whose functions compute and nothing more, so far as they are stable or immutable. `sql/roles.sql` has the
 * same list: it leaves their functions to everybody.
 */
export const TRUSTED_EXTENSIONS: readonly string[] = (
  "citext hstore ltree pg_trgm unaccent fuzzystrmatch intarray intagg cube earthdistance isn seg btree_gin btree_gist " +
  "uuid-ossp pgcrypto tablefunc dict_int dict_xsyn tsm_system_rows tsm_system_time postgis postgis_raster " +
  "postgis_sfcgal address_standardizer vector timescaledb h3 hll ip4r semver pg_uuidv7"
).split(" ");
