const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** The keywords of a query that only reads, those that begin most often first. */
export const KEYWORDS = words(`
  select from where group by order having join left right inner full outer cross lateral on using as and or not in is
  null between like ilike similar exists any some all case when then else end distinct limit offset fetch first last
  rows row only with recursive materialized union intersect except values table over partition window range groups
  unbounded preceding following current exclude ties filter within asc desc nulls cast extract interval collate array
  true false default ordinality tablesample natural grouping sets rollup cube escape symmetric
  at time zone explain analyze`);

/** Types that queries cast to. */
export const TYPES = words(`
  bigint boolean bytea char cidr date daterange double float8 inet int int4range int8range integer interval json jsonb
  money numeric numrange point real regclass smallint text time timestamp timestamptz timetz tsquery tsrange tstzrange
  tsvector uuid varchar xml`);

/** PostgreSQL's reserved words, and those that are no column's or table's name (PostgreSQL 18, appendix C, "reserved"). */
export const RESERVED: ReadonlySet<string> = new Set(
  words(`
  all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column
  concurrently constraint create cross current_catalog current_date current_role current_schema current_time
  current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze from
  full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit
  localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references
  returning right select session_user similar some symmetric system_user table tablesample then to trailing true union
  unique user using variadic verbose when where window with`),
);

/** PostgreSQL's own functions that reports use most, with what they take; the schema names only those of users. */
export const BUILT_IN_FUNCTIONS: readonly (readonly [name: string, takes: string])[] = `
  abs(number) age(timestamp, timestamp) array_agg(expression) array_length(array, dimension) array_to_string(array, text)
  avg(number) bool_and(boolean) bool_or(boolean) ceil(number) char_length(text) coalesce(value, …) concat(value, …)
  concat_ws(separator, value, …) count(expression) cume_dist() date_bin(interval, timestamp, origin)
  date_part(text, timestamp) date_trunc(text, timestamp) dense_rank() exp(number) first_value(value) floor(number)
  format(text, value, …) generate_series(start, stop, step) greatest(value, …) initcap(text) json_agg(expression)
  json_build_object(key, value, …) json_object_agg(key, value) jsonb_agg(expression) jsonb_array_elements(jsonb)
  jsonb_array_elements_text(jsonb) jsonb_build_object(key, value, …) jsonb_each(jsonb) jsonb_each_text(jsonb)
  jsonb_object_agg(key, value) jsonb_object_keys(jsonb) jsonb_path_query(jsonb, path) lag(value, offset, default)
  last_value(value) lead(value, offset, default) least(value, …) left(text, length) length(text) ln(number) log(number)
  lower(text) lpad(text, length, fill) ltrim(text, characters) make_date(year, month, day) make_interval(…) max(expression)
  md5(text) min(expression) mod(number, number) mode() now() nth_value(value, n) ntile(buckets) nullif(value, value)
  percent_rank() percentile_cont(fraction) percentile_disc(fraction) position(text) power(number, number) random() rank()
  regexp_match(text, pattern) regexp_matches(text, pattern, flags) regexp_replace(text, pattern, replacement, flags)
  regexp_split_to_table(text, pattern) replace(text, from, to) reverse(text) right(text, length) round(number, digits)
  row_number() row_to_json(record) rpad(text, length, fill) rtrim(text, characters) sign(number)
  split_part(text, delimiter, n) sqrt(number) stddev(number) string_agg(text, delimiter) strpos(text, text)
  substring(text, start, length) sum(number) to_char(value, format) to_date(text, format) to_json(value) to_jsonb(value)
  to_number(text, format) to_timestamp(seconds) trim(text) trunc(number, digits) unnest(array) upper(text) variance(number)
  width_bucket(number, low, high, count)`
  .trim()
  .split(/(?<=\))\s+/)
  .map((written) => {
    const [, name, takes] = /^(\w+)\(([^]*)\)$/.exec(written)!;
    return [name!, takes!.replace(/\s+/g, " ")] as const;
  });
