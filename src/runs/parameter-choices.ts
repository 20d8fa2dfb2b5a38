import pg from "pg";
import { type ComparedColumn, findComparedColumns } from "./compared-columns.ts";

/** What somebody may choose a parameter's value from. */
export interface Choices {
  values: readonly string[];
  /** `enum`: these are all there are. `statistics`: the column that it is compared with has had these. */
  from: "enum" | "statistics";
}

/** A column with more different values than these is not chosen from. */
const MOST_VALUES = 50;
/** Nor is a longer value. */
const LONGEST_VALUE = 100;
/** The first OID of what is not PostgreSQL's own (FirstNormalObjectId in its transam.h): it has no enum. */
const FIRST_OWN_OID = 16_384;

const ENUMS = `
  SELECT type.oid::int8 AS oid, pg_catalog.array_agg(label.enumlabel::text ORDER BY label.enumsortorder) AS labels
    FROM pg_catalog.pg_type AS type
    JOIN pg_catalog.pg_enum AS label ON label.enumtypid IN (type.oid, type.typelem)
   WHERE type.oid::int8 = ANY ($1::int8[])
   GROUP BY type.oid`;

/**
 * The most common values of columns that have few. pg_stats shows a role only what it may read: not the columns that it
 * may not select, nor the tables whose rows are hidden from it. Of a table with partitions, those of all of them.
 */
const COMMON = `
  SELECT DISTINCT ON (wanted.place) wanted.place::int4 AS place, stats.most_common_vals::text::text[] AS values
    FROM ROWS FROM (pg_catalog.unnest($1::text[]), pg_catalog.unnest($2::text[]))
         WITH ORDINALITY AS wanted (relation, name, place)
    JOIN pg_catalog.pg_class AS class ON class.oid = pg_catalog.to_regclass(wanted.relation)
    JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = class.relnamespace
    JOIN pg_catalog.pg_stats AS stats
      ON (stats.schemaname, stats.tablename, stats.attname) = (namespace.nspname, class.relname, wanted.name)
   WHERE stats.n_distinct BETWEEN 1 AND $3 AND stats.most_common_vals IS NOT NULL
   ORDER BY wanted.place, stats.inherited DESC`;

/**
 * What the values of a query's parameters may be chosen from, by their numbers from 1.
 * @param client a reader's, in the transaction in which checkNames has let every name of the SQL through
 * @param options.text the SQL for PostgreSQL
 * @param options.oids of the parameters' types
 * @param options.suggest whether to look at what is in columns too, and not only at types
 */
export async function readChoices(
  client: pg.Client,
  { text, oids, suggest }: { text: string; oids: readonly number[]; suggest: boolean },
): Promise<ReadonlyMap<number, Choices>> {
  const suggested = suggest && oids.length > 0 ? await readCommon(client, findComparedColumns(text)) : new Map();
  return new Map([...suggested, ...(await readEnums(client, oids))]);
}

async function readEnums(client: pg.Client, oids: readonly number[]): Promise<[number, Choices][]> {
  const own = oids.filter((oid) => oid >= FIRST_OWN_OID);
  if (own.length === 0) return [];
  const { rows } = await client.query<{ oid: string; labels: string[] }>(ENUMS, [own]);
  const labels = new Map(rows.map((row) => [Number(row.oid), row.labels]));
  return oids.flatMap((oid, index) => {
    const values = labels.get(oid);
    return values === undefined ? [] : [[index + 1, { values, from: "enum" }]];
  });
}

async function readCommon(client: pg.Client, compared: readonly ComparedColumn[]): Promise<Map<number, Choices>> {
  const wanted = compared.flatMap(({ parameter, tables, column }) =>
    tables.map(({ schema, name }) => ({
      parameter,
      relation: [...(schema === null ? [] : [schema]), name].map(pg.escapeIdentifier).join("."),
      column,
    })),
  );
  const choices = new Map<number, Choices>();
  if (wanted.length === 0) return choices;
  const { rows } = await client.query<{ place: number; values: string[] }>(COMMON, [
    wanted.map(({ relation }) => relation),
    wanted.map(({ column }) => column),
    MOST_VALUES,
  ]);
  for (const { place, values } of rows) {
    const { parameter } = wanted[place - 1]!;
    if (choices.has(parameter) || values.some((value) => value.length > LONGEST_VALUE)) continue;
    choices.set(parameter, { values: values.toSorted(byNumberOrText), from: "statistics" });
  }
  return choices;
}

const { compare } = new Intl.Collator("en", { numeric: true });

function byNumberOrText(a: string, b: string): number {
  return compare(a, b);
}
