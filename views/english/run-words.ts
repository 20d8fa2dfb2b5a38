import { countOf } from "./formats.ts";

/** What the server says of a run: part of RunInfo in src/runs/run-records.ts. */
export interface RunSaid {
  state: "queued" | "running" | "done" | "failed" | "cancelled";
  queue_position: number | null;
  queue_running: number | null;
  row_count: number | null;
  bytes: number | null;
  follower?: string | null;
}

const ORDINALS = ["Next", "Second", "Third", "Fourth", "Fifth"];

/** What a run is at, in words. @param database the one that it waits for */
export function stateOfRun(run: RunSaid | null, database: string): string {
  if (run === null) return "Starting";
  if (run.state !== "queued") return `Running${run.follower ? ` on ${run.follower}` : ""}`;
  if (run.queue_position === null) return "Waiting for its turn";
  const place = ORDINALS[run.queue_position - 1] ?? `Number ${run.queue_position}`;
  return `${place} in the queue for ${database} (${run.queue_running} running)`;
}

/** How far a run is: what it is at, how long it has taken, and what has come. */
export function describeRun(run: RunSaid | null, elapsedMs: number, database: string): string {
  const rows = run?.row_count ?? 0;
  const came = rows === 0 ? "" : ` · ${countOf(rows, "row")} · ${readableBytes(run?.bytes ?? 0)}`;
  return `${stateOfRun(run, database)} … ${readableTime(elapsedMs)}${came}`;
}

function readableTime(milliseconds: number): string {
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${Math.floor(milliseconds / 60_000)} min ${Math.floor((milliseconds % 60_000) / 1000)} s`;
}

function readableBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
