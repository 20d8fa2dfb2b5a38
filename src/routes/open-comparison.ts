import type { Context } from "hono";
import type { Clip } from "../clips/clips.ts";
import type { Deps } from "../deps.ts";
import type { CompareOptions, Comparison } from "../results/compare/compare-results.ts";
import type { Comparer } from "../results/compare/comparer.ts";
import type { ResultEnd, ResultHead } from "../results/result.ts";
import { type OpenedResult, openResult } from "../runs/open-result.ts";
import type { ParameterValues } from "../runs/parameters.ts";
import type { Env } from "./env.ts";
import { askerOf } from "./record.ts";

/** One of the two results, as far as an answer tells of it. */
export interface ComparedResult {
  head: ResultHead;
  end: ResultEnd;
  parameters: ParameterValues;
}

/** A comparison and what it compared. Whoever has it closes `comparison`. */
export interface OpenedComparison {
  from: ComparedResult;
  to: ComparedResult;
  comparison: Comparison;
}

/**
 * Compares two stored results of a clip.
 * @throws AppError not_found for a result that is not there; what the comparison says
 */
export async function openComparison(
  c: Context<Env>,
  deps: Deps,
  comparer: Comparer,
  clip: Clip,
  { from: fromNumber, to: toNumber, ...options }: { from: number; to: number } & Omit<CompareOptions, "signal">,
): Promise<OpenedComparison> {
  const { signal } = c.req.raw;
  const open = (result: number): Promise<OpenedResult> =>
    openResult(deps, clip, {
      result,
      version: undefined,
      parameters: {},
      maxAgeSeconds: null,
      ...askerOf(c),
      signal,
    });
  const from = await open(fromNumber);
  const to = await open(toNumber);
  const comparison = await comparer.compare(from.source, to.source, { ...options, signal });
  return { from: await describe(from), to: await describe(to), comparison };
}

async function describe({ source, parameters }: OpenedResult): Promise<ComparedResult> {
  return { head: source.head, end: await source.end, parameters };
}
