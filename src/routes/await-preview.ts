import { setTimeout as delay } from "node:timers/promises";
import type { Context } from "hono";
import type { Chart } from "../charts/chart.ts";
import type { Deps } from "../deps.ts";
import type { OpenedResult, ResultRequest } from "../runs/open-result.ts";
import type { ParameterValues } from "../runs/parameters.ts";
import type { RunInfo } from "../runs/run-records.ts";
import type { Env } from "./env.ts";
import { endLease, holdLease } from "./page-leases.ts";
import { type Preview, readPreview } from "./preview.ts";
import { wantsPage } from "./send-error.ts";

/** So long a page waits for its result: most are there by then, and are shown at once. */
const WAIT_MS = 400;

/** The names by which an address says which run it has waited for, and what waits for it meanwhile. No clip's parameters. */
const RUN = "_run";
const LEASE = "_lease";

/** A run that a page was not to wait for any longer. */
export interface Running {
  info: RunInfo;
  /** Milliseconds since somebody asked for it. */
  elapsedMs: number;
  /** What an address says to wait for this run, in place of what waits for it meanwhile: see {@link addressOfRun}. */
  waiting: { run: string; lease: string };
}

/** What a page shows of a result: its beginning, why there is none, or that it is being made. */
export type PagePreview = Preview | { running: Running };

/** How a page waits for a result: part of what {@link ResultRequest} says. */
export type PageWaiting = Pick<ResultRequest, "signal" | "awaited" | "onRun">;

/**
 * Opens a result for a page, and does not let a browser wait for the run that makes it: after a moment the page is sent
 * without, and asks for it again (see RunningPanel in views/running-panel.tsx). The run goes on meanwhile, as
 * {@link holdLease} says. Programs wait until the result is there. Never rejects, but for Dataclips' own database.
 */
export async function awaitPreview(
  c: Context<Env>,
  { runs, pageWaitMs = WAIT_MS }: Pick<Deps, "runs" | "pageWaitMs">,
  open: (waiting: PageWaiting) => Promise<OpenedResult>,
  chart: Chart | null,
): Promise<PagePreview> {
  const url = new URL(c.req.url);
  const awaited = url.searchParams.get(RUN);
  const { signal } = c.req.raw;
  if (!wantsPage(c)) return readPreview(() => open({ signal, awaited }), chart);
  const left = new AbortController();
  const leave = (): void => left.abort();
  signal.addEventListener("abort", leave, { once: true });
  if (signal.aborted) leave();
  const begun = Promise.withResolvers<string>();
  const preview = readPreview(() => open({ signal: left.signal, awaited, onRun: begun.resolve }), chart);
  const late = Promise.all([begun.promise, delay(pageWaitMs)]);
  const first = await Promise.race([preview, late]);
  // From here on it waits for the run by itself.
  endLease(url.searchParams.get(LEASE));
  if (!Array.isArray(first)) return first;
  signal.removeEventListener("abort", leave);
  if (signal.aborted) leave();
  return { running: { ...(await describeRunning(runs, first[0])), waiting: keepWaiting(first[0], leave) } };
}

/** Whether something is over before a page would be sent without it. */
export function settlesSoon(
  over: Promise<unknown>,
  { pageWaitMs = WAIT_MS }: Pick<Deps, "pageWaitMs">,
): Promise<boolean> {
  return Promise.race([over.then(() => true), delay(pageWaitMs, false)]);
}

/** The status of a page: 202 where the result is still being made, so that nobody takes it for the whole. */
export function statusOf(preview: PagePreview) {
  if ("running" in preview) return 202;
  return "error" in preview ? preview.error.status : 200;
}

/** Keeps a run going for a page that is about to be sent without its result. @param leave ends the waiting for it */
export function keepWaiting(run: string, leave: () => void): Running["waiting"] {
  return { run, lease: holdLease(leave) };
}

/** An address of this server, with its query, as of where a run is waited for. */
export function addressOfRun(address: string, { run, lease }: Running["waiting"]): string {
  const url = new URL(address, "http://server");
  url.searchParams.set(RUN, run);
  url.searchParams.set(LEASE, lease);
  return url.pathname + url.search;
}

/** The values that a result is with, or will be; where there is none, those that were asked for. */
export function valuesOf(preview: PagePreview, asked: ParameterValues): ParameterValues {
  if ("running" in preview) return preview.running.info.parameters;
  return "head" in preview ? preview.parameters : asked;
}

/** An address's query without what says that a run is waited for. */
export function plainSearch(address: URL): string {
  const query = new URLSearchParams(address.searchParams);
  query.delete(RUN);
  query.delete(LEASE);
  return query.size === 0 ? "" : `?${query}`;
}

/** Which run an address says that it waits for, and ends what waited for it in place of the page. */
export function readAwaited(url: string): { run: string | null; endLease: () => void } {
  const { searchParams } = new URL(url);
  return { run: searchParams.get(RUN), endLease: () => endLease(searchParams.get(LEASE)) };
}

async function describeRunning(runs: Deps["runs"], id: string): Promise<Pick<Running, "info" | "elapsedMs">> {
  const [info, elapsedMs] = await Promise.all([runs.get(id), runs.elapsedMs(id)]);
  return { info, elapsedMs };
}
