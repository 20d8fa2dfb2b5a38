/** How a value of a type is written in JSON; everything without a rule of its own is a string in PostgreSQL's text form. */
export type JsonKind = "text" | "number" | "boolean" | "json" | "timestamp" | "timestamptz";

/** What the writers must know of a PostgreSQL type. Plain data: it is stored with the result. */
export interface ColumnType {
  oid: number;
  /** As format_type(oid, NULL) gives it. */
  name: string;
  /** For an array: how its text form is delimited, and its elements' kind; `vector` is the form of int2vector. */
  array?: { delimiter: string; elementOid: number; vector: boolean };
}

/** A column of a result, from RowDescription and the database's pg_type. */
export interface Column {
  name: string;
  type: ColumnType;
}

/**
 * The JSON kinds, as to_jsonb sorts types (json_categorize_type in PostgreSQL's jsonfuncs.c); OIDs from pg_type.dat.
 * RowDescription gives a domain's base type, so domains need no rule.
 */
const KINDS: Readonly<Record<number, JsonKind>> = {
  16: "boolean", // bool
  20: "number", // int8
  21: "number", // int2
  23: "number", // int4
  114: "json", // json
  700: "number", // float4
  701: "number", // float8
  1114: "timestamp",
  1184: "timestamptz",
  1700: "number", // numeric
  3802: "json", // jsonb
};

/** The JSON kind of a (base) type's OID. */
export function jsonKind(oid: number): JsonKind {
  return KINDS[oid] ?? "text";
}

/** Column names made unique for objects: a repeated name gets _2, _3 …, passing over names that are taken. */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set(names);
  /** Where to go on counting: from 2 each time, 1664 columns of one name would take a tenth of a second. */
  const next = new Map<string, number>();
  return names.map((name) => {
    let n = next.get(name);
    if (n === undefined) {
      next.set(name, 2);
      return name;
    }
    while (taken.has(`${name}_${n}`)) n++;
    next.set(name, n + 1);
    return `${name}_${n}`;
  });
}
