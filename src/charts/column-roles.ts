import { type Column, jsonKind } from "../results/columns.ts";

/** What a column can be in a chart. */
export type ColumnRole = "time" | "number" | "category" | "latitude" | "longitude" | "none";

/** pg_type.dat: date, timestamp, timestamptz. */
const TIMES: ReadonlySet<number> = new Set([1082, 1114, 1184]);
/** bool, char, name, text, bpchar, varchar; what an installation has made itself (enums, citext) has an OID from 16384 on. */
const CATEGORIES: ReadonlySet<number> = new Set([16, 18, 19, 25, 1042, 1043]);
const FIRST_OWN_OID = 16_384;
/** A number that counts nothing: to add it up, or to draw it, says nothing. */
const NAMES_ROWS = /^(?:id|.*_id|oid)$/i;
const LATITUDE = /^(?:lat|latitude|.*_lat|.*_latitude)$/i;
const LONGITUDE = /^(?:lon|lng|long|longitude|.*_lon|.*_lng|.*_longitude)$/i;

/** What a column can be in a chart, by its type, and by its name where the type leaves it open. */
export function columnRole({ name, type }: Column): ColumnRole {
  if (type.array !== undefined) return "none";
  if (TIMES.has(type.oid)) return "time";
  if (jsonKind(type.oid) === "number") {
    if (LATITUDE.test(name)) return "latitude";
    if (LONGITUDE.test(name)) return "longitude";
    return NAMES_ROWS.test(name) ? "category" : "number";
  }
  return CATEGORIES.has(type.oid) || type.oid >= FIRST_OWN_OID ? "category" : "none";
}
