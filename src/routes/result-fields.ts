import { fileName } from "../clips/slug.ts";
import type { Format } from "../results/formats.ts";
import type { ResultEnd, ResultHead } from "../results/result.ts";

/** What a response says of a result from its first byte on. */
export function headFields({ number, version, follower }: ResultHead): Record<string, string> {
  const { name, lagSeconds, lagBytes, walLsn } = follower;
  return {
    "X-Result": String(number),
    "X-Version": String(version),
    "X-Follower": encodeURIComponent(name),
    ...(lagSeconds === null ? {} : { "X-Lag-Seconds": String(lagSeconds) }),
    ...(lagBytes === null ? {} : { "X-Lag-Bytes": String(lagBytes) }),
    ...(walLsn === null ? {} : { "X-WAL-LSN": walLsn }),
  };
}

/** What it says of a complete one, in its headers or its trailers. */
export function endFields(end: ResultEnd): Record<string, string> {
  return { "X-Row-Count": String(end.rowCount), "X-Truncated": String(end.truncated) };
}

/** CSV and XLSX are for keeping, JSON for reading; the name says when a result is cut short. */
export function disposition(head: ResultHead, format: Format, end: ResultEnd | null): string {
  const name = `${fileName(head.title) || "clip"}${end?.truncated ? "-truncated" : ""}.${format}`;
  return `${format === "csv" || format === "xlsx" ? "attachment" : "inline"}; filename="${name}"`;
}
