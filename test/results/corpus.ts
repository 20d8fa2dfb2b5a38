import { TEXTS } from "./texts.ts";
import { type TypeValues, VALUES } from "./values.ts";

/** A query whose result is checked in every format. */
export interface CorpusQuery {
  name: string;
  sql: string;
  /** True where every column is a composite, or an array of them: to_json makes objects of those. */
  textInJson?: boolean;
  /** True where to_jsonb cannot be asked. */
  notInJsonb?: boolean;
  /** True where to_json cannot be asked: columns of types that no function takes, or no columns. */
  notInJson?: boolean;
}

/** A text as an SQL literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as a quoted SQL identifier. */
function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Each type's values with NULL, in a row each, alone and in small arrays; then all of them in larger arrays. */
function ofType({ type, values, ...flags }: TypeValues): CorpusQuery[] {
  const rows = values.map((value, index) => `(${index}, ${literal(value)}::${type})`);
  const from = `FROM (VALUES ${rows.join(", ")}, (${values.length}, NULL::${type})) AS t (id, v)`;
  return [
    {
      name: `${type}, values`,
      sql: `SELECT v AS value, ARRAY[v, NULL, v] AS list, array_fill(v, ARRAY[2, 1], ARRAY[0, -3]) AS bounds ${from} ORDER BY id`,
      ...flags,
    },
    {
      name: `${type}, arrays`,
      sql: `SELECT array_agg(v ORDER BY id) AS whole, (array_agg(v))[2:1] AS empty, array_agg(v) FILTER (WHERE false) AS none,
                   ARRAY[array_agg(v ORDER BY id), array_agg(v ORDER BY id DESC)] AS nested ${from}`,
      ...flags,
    },
  ];
}

const ODD_NAMES = [
  ...[
    "a,b",
    'say "x"',
    '"',
    ",",
    "line\nbreak",
    "cr\r",
    "tab\t",
    "\\",
    "\\.",
    " ",
    "é",
    "😀",
    "\uFEFF",
    "مرحبا",
    "=1+1",
  ],
  ...["ABC", "a", "a", "a_2", "a", "__proto__", "constructor", "toString", "0", "1", "\u0001\u001f\u007f\u2028"],
  ...["n".repeat(63), "é".repeat(31), "{}", "[]", "null", "NULL"],
];

const SHAPES: CorpusQuery[] = [
  {
    name: "texts in a column of their own",
    sql: `VALUES ${TEXTS.map((text) => `(${literal(text)})`).join(", ")}, (NULL)`,
  },
  {
    name: "texts between others",
    sql: `VALUES ${TEXTS.map((text) => `(${literal(text)}, ${literal(text)}, ${literal(text)})`).join(", ")}, ('', NULL, '')`,
  },
  { name: "odd column names", sql: `SELECT ${ODD_NAMES.map((name, n) => `${n} AS ${identifier(name)}`).join(", ")}` },
  ...["\\.", "\\", '"', "a,b", "\n", "\uFEFF"].map((name) => ({
    name: `one column ${JSON.stringify(name)}`,
    sql: `SELECT NULL AS ${identifier(name)}`,
  })),
  {
    name: "vectors",
    sql: `SELECT '1 -2 32767'::int2vector AS a, ''::int2vector AS b, '7'::int2vector AS c, '0 4294967295'::oidvector AS d,
                 ''::oidvector AS e, NULL::oidvector AS f`,
  },
  { name: "no names", sql: "SELECT 1, 'a', now() IS NULL, 1 + 1, ARRAY[1], CASE WHEN true THEN 1 END" },
  { name: "no columns", sql: "SELECT", notInJson: true },
  { name: "no columns, rows", sql: "SELECT FROM generate_series(1, 2)", notInJson: true },
  { name: "no columns, no rows", sql: "SELECT WHERE false", notInJson: true },
  { name: "no rows", sql: "SELECT 1 AS a, 'x' AS b WHERE false" },
  { name: "one NULL", sql: "SELECT NULL" },
  { name: "one column of NULL and empty strings", sql: "VALUES (NULL), (''), (NULL), (' '), ('')" },
  { name: "NULL of many types", sql: "SELECT NULL::int, NULL::json, NULL::timestamptz, NULL::int[], NULL::pair::text" },
  {
    name: "the most columns",
    sql: `SELECT ${Array.from({ length: 1664 }, (_, n) => (n % 3 === 0 ? "NULL" : `'${n}'`)).join(", ")}`,
  },
  {
    name: "many columns with long names and no values",
    sql: `SELECT ${Array.from({ length: 600 }, (_, n) => `NULL AS ${identifier(`${n}`.padEnd(63, '"'))}`).join(", ")}
            FROM generate_series(1, 16)`,
  },
  { name: "nothing but control characters", sql: "SELECT repeat(chr(1), 300000)" },
  { name: "nothing but quotes", sql: "SELECT repeat('\"', 300000)" },
  {
    name: "a text of 1 MB",
    sql: `SELECT n, repeat('0123456789', 100000) AS plain, repeat('"x,
', 100000) AS quoted, repeat(chr(n), 100000) AS controls FROM generate_series(1, 2) AS n`,
  },
  {
    name: "arrays of 20,000 elements",
    sql: "SELECT array_agg(n) AS n, array_agg(n::text || ',') AS t, array_agg(now() = now()) AS b FROM generate_series(1, 20000) AS n",
  },
  { name: "six dimensions", sql: "SELECT ARRAY[[[[[[1, NULL], [3, 4]]]]]] AS six, '{}'::text[] AS empty" },
  {
    name: "domains over arrays",
    sql: `SELECT '{1,NULL}'::ints AS a, '[0:1]={1,2}'::ints AS b, '{}'::ints AS c, ARRAY[ARRAY[1, 2], ARRAY[3, NULL]]::ints AS d`,
  },
  {
    name: "bounds",
    sql: `SELECT '[0:2]={1,NULL,3}'::int[] AS a, '[-5:-5][2:3]={{x,"y,="}}'::text[] AS b,
                 '[1:1]={"[1:1]={x}"}'::text[] AS c, '[0:1]={(1,1),(0,0);(3,3),(2,2)}'::box[] AS d`,
  },
  {
    name: "a row of everything",
    sql: `SELECT 1::int2, 2::int4, 3::int8, 1.50, 0.1::float4, 'NaN'::float8, true, NULL, 'a,"b"' AS text, '\\x00'::bytea AS bytea,
                 date '2024-02-29' AS date, timestamptz '2024-02-29 12:00+02' AS at, '{"a": [1, null]}'::json AS json,
                 '{1,2}'::int[] AS list, 'happy'::mood AS mood, '[1,2)'::int4range AS range`,
  },
  {
    name: "EXPLAIN-like text",
    sql: "SELECT E'Seq Scan on t  (cost=0.00..1.00 rows=1 width=4)\\n  Filter: (a = 1)' AS \"QUERY PLAN\"",
  },
  {
    name: "anonymous composites",
    sql: "SELECT ROW(1, 'a,b', NULL) AS r, ARRAY[ROW(1, 'x'), ROW(2, '\"')] AS l",
    textInJson: true,
  },
  { name: "void", sql: "SELECT pg_sleep(0), pg_sleep(0) IS NULL AS b", notInJson: true },
];

const CATALOGUE: CorpusQuery[] = [
  { name: "pg_type", sql: "SELECT * FROM pg_catalog.pg_type ORDER BY oid LIMIT 300" },
  {
    name: "pg_class",
    sql: "SELECT oid, relname, relkind, relacl, reloptions, relpartbound FROM pg_catalog.pg_class ORDER BY oid LIMIT 100",
  },
  {
    name: "pg_attribute",
    sql: "SELECT * FROM pg_catalog.pg_attribute ORDER BY attrelid, attnum LIMIT 100",
    notInJson: true,
  },
  { name: "pg_index", sql: "SELECT * FROM pg_catalog.pg_index ORDER BY indexrelid LIMIT 50" },
  { name: "pg_namespace", sql: "SELECT * FROM pg_catalog.pg_namespace ORDER BY oid" },
  { name: "pg_constraint", sql: "SELECT * FROM pg_catalog.pg_constraint ORDER BY oid LIMIT 50" },
  { name: "pg_rewrite", sql: "SELECT * FROM pg_catalog.pg_rewrite ORDER BY oid LIMIT 10" },
  {
    name: "pg_settings",
    sql: "SELECT name, unit, category, short_desc, extra_desc, enumvals FROM pg_catalog.pg_settings ORDER BY name",
  },
  { name: "system columns", sql: "SELECT ctid, xmin, cmin, xmax, cmax, tableoid, * FROM app.canary" },
];

const TYPES = VALUES.flatMap(ofType);

/** Every query that is checked; the types that they need are VALUES_SETUP's. */
export const CORPUS: readonly CorpusQuery[] = [...TYPES, ...SHAPES, ...CATALOGUE];

const SIDE_BY_SIDE = 12;

/** The same values in fewer queries, several types side by side: for what costs more than a few milliseconds a query. */
export const WIDE_CORPUS: readonly CorpusQuery[] = [
  ...Array.from({ length: Math.ceil(TYPES.length / SIDE_BY_SIDE) }, (_, n) =>
    TYPES.slice(n * SIDE_BY_SIDE).slice(0, SIDE_BY_SIDE),
  ).map(sideBySide),
  ...SHAPES,
  ...CATALOGUE,
];

function sideBySide(queries: readonly CorpusQuery[]): CorpusQuery {
  const numbered = queries.map(({ sql }, n) => {
    const rows = `(SELECT row_number() OVER () AS row, q.* FROM (${sql}) AS q) AS q${n}`;
    return n === 0 ? rows : `FULL JOIN ${rows} USING (row)`;
  });
  return {
    name: `${queries[0]!.name} to ${queries.at(-1)!.name}`,
    sql: `SELECT * FROM ${numbered.join(" ")} ORDER BY row`,
  };
}
